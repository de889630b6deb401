import { sql } from 'kysely'
import type { ConsoleActions, DeliveryKey, ImportRow } from '#console/actions/actions.ts'
import { openAccess } from '#deliver/send/call.ts'
import { createIntakeStore } from '#gateway/intake-store.ts'
import { openRefused } from '#gateway/refused/refused-request.ts'
import { mapEvent } from '#interpret/mapped.ts'
import type { PendingEvent } from '#interpret/rows.ts'
import { runAnswered } from '#mapping/asks.ts'
import type { JsonObject } from '#model/json.ts'
import { findGoldenIds } from '#store/customers/crosswalk.ts'
import { storedJson } from '#store/stored-json.ts'
import { createAlertActions } from './alert-actions.ts'
import { endBrakes } from './brakes.ts'
import type { HubParts } from './hub.ts'
import { createCustomerActions } from './customers/actions.ts'
import { createLinkActions } from './link-actions.ts'
import { createMappingActions } from './mappings/actions.ts'
import { createMappingSamples } from './mappings/samples.ts'
import { createMatchingActions } from './matching/actions.ts'
import { createPlanActions } from './mappings/plan/plans.ts'
import { createPolicyActions } from './policy/actions.ts'
import { measureQuality } from './quality/measure.ts'
import { runAgain } from './again/run-again.ts'
import { rereadUnknown } from './again/unknown.ts'

const REFUSED_PER_RUN_MAX = 1_000

/** What the console and the command line may ask of the running stages. Every act is durable when it resolves. */
export function createActions(parts: HubParts): ConsoleActions {
  const { database, systems, wakes } = parts

  /** A person lets them go: no brake counts them until they are there, and members that flipped may be written again. */
  async function dueAgain(
    cause: 'retry' | 'release',
    keys: readonly DeliveryKey[],
    from: readonly string[],
  ): Promise<number> {
    const { rows } = await sql<{ shard: number }>`
      update delivery d set reason = null,
        -- A write whose fate was never settled is looked up again, not made again.
        state = case when d.state = 'unknown' or d.reason = 'unknown' then 'unknown' else 'pending' end, detail = null, failures = 0, failing_since = null, due_at = now(),
        cause = case when ${cause} = 'retry' then 'retry' else d.cause end,
        counted_at = case when ${cause} = 'retry' then d.counted_at else 'infinity' end,
        flips = case when ${cause} = 'retry' then d.flips end
      from json_to_recordset(${storedJson(keys)}::json) as t(system text, object text, "goldenId" uuid)
      where d.system = t.system and d.object = t.object and d.golden_id = t."goldenId" and d.state = any(${from}::text[])
      returning d.shard
    `.execute(database.kysely)
    wakes.wake('deliver', new Set(rows.map(row => row.shard)))
    return rows.length
  }

  async function setState(
    system: string,
    state: 'active' | 'paused',
    reason: string | null,
    by: string,
  ): Promise<void> {
    await sql`
      update system set state = ${state}, reason = ${reason}, changed_by = ${by}, changed_at = now() where name = ${system}
    `.execute(database.kysely)
    await parts.refreshGates()
  }

  return {
    ...createAlertActions(parts),
    ...createLinkActions(parts),
    ...createMappingActions(parts),
    ...createMappingSamples(parts),
    ...createMatchingActions(parts),
    ...createPlanActions(parts),
    ...createPolicyActions(parts),
    measureQuality: () => measureQuality(parts),
    ...createCustomerActions(parts),
    async replayEvents(ids) {
      await rereadUnknown(parts, ids)
      const rows = await runAgain(database.kysely, ids)
      for (const [state, group] of Map.groupBy(rows, row => row.state)) {
        wakes.wake(state === 'reading' ? 'read' : 'interpret', new Set(group.map(row => row.shard)))
      }
      return rows.length
    },
    retryDeliveries: keys => dueAgain('retry', keys, ['dead', 'retrying', 'unknown', 'waiting', 'synced', 'pending']),
    releaseDeliveries: keys => dueAgain('release', keys, ['held', 'frozen']),
    releaseBrake: (system, object, by, cause) => endBrakes(parts, { system, object, cause, as: 'released', by }),
    discardBrake: (system, object, by, cause) => endBrakes(parts, { system, object, cause, as: 'discarded', by }),
    pauseSystem: (system, reason, by) => setState(system, 'paused', reason, by),
    resumeSystem: (system, by) => setState(system, 'active', null, by),
    verifyRefused: system => verifyRefused(parts, system),
    checkRow: (system, object, row) => checkRow(parts, system, object, row),
    async appendRows(system, object, rows) {
      await parts.append(
        system,
        'import',
        rows.map(row => ({
          object,
          type: `${object}.imported`,
          kind: row.remoteId === undefined ? 'fact' : 'snapshot',
          payload: Buffer.from(JSON.stringify(row.document)),
          contentType: 'application/json',
          whole: true,
          ...(row.remoteId === undefined ? {} : { remoteId: row.remoteId }),
        })),
      )
    },
    async checkSystem(name) {
      const system = systems.get(name)
      if (system?.connector.check === undefined) return undefined
      const result = await system.connector.check(openAccess(parts.calls, system, parts.ids.traceId(), []))
      return result.ok
        ? { ok: true, message: result.detail ?? 'the credentials work' }
        : { ok: false, message: result.message }
    },
  }
}

/** Verifies what was refused once more, with the secrets of now; what passes is stored as if it had just come. */
async function verifyRefused(parts: HubParts, name: string): Promise<{ accepted: number; refused: number }> {
  const system = parts.systems.get(name)
  const webhook = system?.connector.webhook
  if (system === undefined || webhook === undefined) return { accepted: 0, refused: 0 }
  const { rows } = await sql<{ id: string; sealed: Buffer; key_id: string; received_ms: number; trace_id: string }>`
    select id, sealed, key_id, (extract(epoch from received_at) * 1000)::float8 as received_ms, trace_id
    from refused_request where system = ${name} order by id limit ${REFUSED_PER_RUN_MAX}
  `.execute(parts.database.kysely)
  const store = createIntakeStore(parts)
  const result = { accepted: 0, refused: 0 }
  for (const row of rows) {
    const raw = openRefused(parts.key, row.sealed, row.key_id)
    const credentials = { settings: system.config.settings, secrets: system.config.secrets }
    // The sender's time is judged by when the request came, not by when a person corrected the secret.
    if (raw === undefined || !webhook.verify(raw, credentials, row.received_ms).ok) {
      result.refused += 1
      continue
    }
    const reply = await store({
      system: name,
      webhook,
      raw,
      credentials,
      receivedAtMs: row.received_ms,
      traceId: row.trace_id,
    })
    if (reply.status >= 500) continue
    await sql`delete from refused_request where id = ${row.id}`.execute(parts.database.kysely)
    result.accepted += 1
  }
  return result
}

/** Runs a row through its inbound mapping and the model's checks, without storing anything. */
async function checkRow(parts: HubParts, name: string, object: string, row: ImportRow): Promise<string | undefined> {
  const system = parts.systems.get(name)
  if (system === undefined) return `there is no system "${name}"`
  const nowMs = parts.nowMs()
  const event: PendingEvent = {
    id: parts.ids.uuid(),
    system: name,
    object,
    type: `${object}.imported`,
    kind: 'snapshot',
    origin: 'import',
    remoteId: row.remoteId,
    version: undefined,
    mergedInto: undefined,
    occurredAtMs: undefined,
    receivedAtMs: nowMs,
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(row.document)),
    traceId: '',
    run: 0,
    author: undefined,
    readFromMs: undefined,
    copyOf: undefined,
    echoed: undefined,
  }
  const { mappings, config } = parts
  const context = { system, mappings, nestingMax: config.limits.nestingMax, defaultCountry: config.hub.defaultCountry }
  const [answered] = await runAnswered(
    [event],
    (one, xref) => mapEvent(one, { ...context, xref }),
    asks => findGoldenIds(parts.database.kysely, asks),
  )
  const mapped = answered?.result
  if (mapped === undefined || mapped.kind === 'statements') return undefined
  return `${mapped.reason}: ${explain(mapped.detail)}`
}

function explain(detail: JsonObject | undefined): string {
  if (detail === undefined) return 'the mapping says nothing about this row'
  if (typeof detail['message'] === 'string') return detail['message']
  return JSON.stringify(detail['issues'] ?? detail)
}
