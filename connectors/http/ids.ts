import type { Access, IdsResult } from '#connector/kit.ts'
import { isJsonObject } from '#model/json.ts'
import type { Json } from '#model/json.ts'
import { exchange } from './exchange.ts'
import { nextPage, pageAddress, pageVariables, positionOf, sameOrigin } from './paging.ts'
import { isDeleted } from './pull.ts'
import { objectSettings } from './push.ts'
import { listAt, textAt } from '#connector/reply-path.ts'
import type { ApiSettings } from './settings.ts'

export function canListIds(object: string, settings: ApiSettings): boolean {
  return objectSettings(settings, object)?.ids !== undefined
}

/** One page of all ids that exist, without those of records that the object's rule calls deleted. */
export async function ids(access: Access<ApiSettings>, object: string, cursor: Json | undefined): Promise<IdsResult> {
  const configured = objectSettings(access.settings, object)
  const call = configured?.ids
  if (!configured || !call) return rejected(`objects.${object} has no call for "ids"`)
  const position = positionOf(cursor)
  const address = pageAddress(call, position, access.settings.baseUrl)
  if (address !== undefined && !sameOrigin(address, access.settings.baseUrl))
    return rejected('the next page is on another server; its credentials would leak')
  const result = await exchange(access, {
    operation: 'list',
    name: `objects.${object}.ids`,
    call,
    objectRules: configured.rules,
    variables: pageVariables(call, position),
    ...(address === undefined ? {} : { address }),
  })
  if (!result.ok) return result
  const rows = listAt(result.reply.json, call.results)
  const found = rows.flatMap(row => {
    if (typeof row === 'string' || typeof row === 'number') return [String(row)]
    if (isJsonObject(row) && isDeleted(access, object, configured, row)) return []
    return textAt(row, call.id ?? configured.id) ?? []
  })
  const next = nextPage(call, position, rows.length, result.reply)
  if (next?.more !== true) return { ok: true, ids: found, cursor: null, more: false }
  const count = position.count + rows.length
  return { ok: true, ids: found, more: true, cursor: { sinceMs: 0, highMs: 0, count, page: next.page } }
}

function rejected(reason: string): IdsResult {
  return { ok: false, outcome: { kind: 'rejected', reason } }
}
