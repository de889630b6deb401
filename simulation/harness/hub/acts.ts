import { createActions } from '#app/actions.ts'
import type { HubParts } from '#app.ts'
import { makeDraftRunner } from '#mapping/drafts.ts'
import { noTables } from '#mapping/tables.ts'
import { createSigner } from '#config/signer.ts'
import { createHandlers } from '#console/handlers.ts'
import { SCOPES } from '#console/scopes.ts'
import type { JsonObject } from '#model/json.ts'

const REST = new Set(['path', 'query', 'body'])

/**
 * What a person does: an operation of the console's REST API when the parameters are its `path`, `query` and `body`, else
 * one of ConsoleActions, whose arguments are the values of the parameters in their order.
 */
export async function perform(hub: HubParts, name: string, parameters: JsonObject): Promise<unknown> {
  const names = Object.keys(parameters)
  if (names.length > 0 && names.every(part => REST.has(part))) return await operation(hub, name, parameters)
  const action: unknown = Reflect.get(createActions(hub), name)
  if (typeof action !== 'function') throw new Error(`the console has no action "${name}"`)
  return await action(...Object.values(parameters))
}

async function operation(
  hub: HubParts,
  name: string,
  { path = {}, query = {}, body = {} }: JsonObject,
): Promise<unknown> {
  const handlers = createHandlers({
    db: hub.database.kysely,
    config: hub.config,
    raw: hub.raw,
    hash: hub.hash,
    configFile: 'patchbay.yaml',
    key: hub.key,
    signer: createSigner(hub.key),
    uuid: hub.ids.uuid,
    nowMs: hub.nowMs,
    actions: createActions(hub),
    drafts: makeDraftRunner(),
    mappings: {
      names: () => [],
      tables: noTables,
      tablesOf: () => noTables,
      source: () => undefined,
      cases: () => [],
      runCases: () => [],
    },
    checkFile: () => ({ ok: true, problems: [], warnings: [], raw: hub.raw }),
  })
  const found = Object.entries(handlers).find(([operationId]) => operationId === name)
  if (found === undefined) throw new Error(`the console has no operation "${name}"`)
  return await found[1]({ path, query, body, actor: { name: 'operator', scopes: new Set(SCOPES) } })
}
