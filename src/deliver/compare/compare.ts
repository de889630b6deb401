import { sql } from 'kysely'
import type { Exchange } from '#connector/network/guarded-http.ts'
import type { IdsResult, IncomingEvent } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { System } from '#connector/system.ts'
import type { Json } from '#model/json.ts'
import { storedJson, storedText } from '#store/stored-json.ts'
import { failedConnector, healthOf, notCalled, openAccess } from '../send/call.ts'
import { type PollParts, waitMs } from '../read/poll.ts'
import { judgeMissing } from './missing.ts'
import { knownIds, type ObjectKey } from './rows.ts'

/** A comparison that died is begun again after this. */
const LEASE_MS = 60 * 60_000
/** Ids are held in memory while a list is read: some 100 bytes each. */
const IDS_MAX = 5_000_000
const EVENTS_PER_APPEND = 500

/** What is kept of a comparison that a person must release or discard. */
export interface HeldDeletes {
  /** When the list was begun (epoch ms). */
  atMs: number
  known: number
  listed: number
  ids: readonly string[]
}

/** Finds deletes that nobody told: lists the ids of every (system, object) that is due, and deletes here what is not among them. */
export async function compareDue(parts: PollParts): Promise<void> {
  const { rows } = await sql<ObjectKey & { begun_ms: number }>`
    update system_object o set compare_due_at = now() + ${LEASE_MS} * interval '1 millisecond'
    from system s where s.name = o.system and s.state = 'active' and o.link_state = 'live' and o.compare_due_at <= now()
    returning o.system, o.object, (extract(epoch from now()) * 1000)::float8 as begun_ms
  `.execute(parts.database.kysely)
  for (const { begun_ms: begunMs, ...key } of rows) await compareOne(parts, key, begunMs)
}

async function compareOne(parts: PollParts, key: ObjectKey, begunMs: number): Promise<void> {
  const system = parts.systems.get(key.system)
  const everyMs = system?.config.objects[key.object]?.compareIdsEveryMs
  if (system?.connector.pull?.ids === undefined || everyMs === undefined) return
  const traceId = parts.ids.traceId()
  const listed = await listIds(parts, system, key.object, traceId)
  if (!listed.ok) {
    const { outcome } = listed
    const reason = ('reason' in outcome ? outcome.reason : undefined) ?? outcome.kind
    await settle(parts, key, {
      error: reason,
      dueInMs: Math.min(everyMs, waitMs(parts, outcome, 1, everyMs) ?? everyMs),
    })
    parts.log.warn({ unit: 'compare', ...key, outcome: outcome.kind, traceId }, 'ids could not be listed')
    return
  }
  let known = 0
  const missing: string[] = []
  for await (const ids of knownIds(parts.database.kysely, key, begunMs)) {
    known += ids.length
    for (const id of ids) if (!listed.ids.has(id)) missing.push(id)
  }
  const counts = { known, listed: listed.ids.size, missing: missing.length }
  const verdict = judgeMissing(counts)
  if (verdict === 'delete') await appendDeletes(parts.append, key, missing, begunMs, traceId)
  const held: HeldDeletes | undefined =
    verdict === 'hold' ? { atMs: begunMs, known, listed: listed.ids.size, ids: missing } : undefined
  await settle(parts, key, { held, dueInMs: everyMs })
  const line = { unit: 'compare', ...key, ...counts, verdict, traceId }
  if (verdict === 'hold')
    parts.log.warn(line, 'too many remote records are missing: a person must release or discard their deletes')
  else parts.log.info(line, 'compare')
}

/** Events that say of remote records that they are gone, as of when the list was begun. */
export async function appendDeletes(
  append: PollParts['append'],
  { system, object }: ObjectKey,
  ids: readonly string[],
  atMs: number,
  traceId: string,
): Promise<void> {
  for (let start = 0; start < ids.length; start += EVENTS_PER_APPEND) {
    const events = ids.slice(start, start + EVENTS_PER_APPEND).map((remoteId): IncomingEvent => ({
      object,
      type: `${object}.missing`,
      kind: 'delete',
      payload: Buffer.from('{}'),
      contentType: 'application/json',
      remoteId,
      occurredAtMs: atMs,
      whole: true,
    }))
    await append(system, events, traceId)
  }
}

type Listed = { ok: true; ids: ReadonlySet<string> } | { ok: false; outcome: Outcome }

async function listIds(parts: PollParts, system: System, object: string, traceId: string): Promise<Listed> {
  const ids = new Set<string>()
  let cursor: Json | undefined
  for (;;) {
    const page = await listPage(parts, system, object, cursor, traceId)
    if (!page.ok) return page
    for (const id of page.ids) ids.add(id)
    if (!page.more) return { ok: true, ids }
    if (ids.size > IDS_MAX || JSON.stringify(page.cursor) === JSON.stringify(cursor))
      return { ok: false, outcome: { kind: 'rejected', reason: 'the list of ids does not end' } }
    cursor = page.cursor
  }
}

async function listPage(parts: PollParts, system: System, object: string, cursor: Json | undefined, traceId: string) {
  const exchanges: Exchange[] = []
  return await parts.gates.of(system.config.name).run<IdsResult>(
    async () => {
      const result = await idsOf(parts, system, object, cursor, traceId, exchanges)
      parts.metrics.attempts.inc({
        system: system.config.name,
        operation: 'pull',
        outcome: result.ok ? 'delivered' : result.outcome.kind,
      })
      return { result, health: healthOf(result.ok ? [] : [result.outcome], exchanges) }
    },
    notBeforeMs => ({ ok: false, outcome: notCalled(notBeforeMs) }),
  )
}

async function idsOf(
  parts: PollParts,
  system: System,
  object: string,
  cursor: Json | undefined,
  traceId: string,
  exchanges: Exchange[],
): Promise<IdsResult> {
  try {
    const page = system.connector.pull?.ids?.(openAccess(parts, system, traceId, exchanges), object, cursor)
    return (await page) ?? { ok: false, outcome: { kind: 'rejected', reason: 'the connector cannot list ids' } }
  } catch (error) {
    return { ok: false, outcome: failedConnector(error) }
  }
}

/** What came of it, and when it is done again. A list that fails leaves what an earlier one found to a person. */
async function settle(
  parts: PollParts,
  { system, object }: ObjectKey,
  result: { error: string; dueInMs: number } | { held: HeldDeletes | undefined; dueInMs: number },
): Promise<void> {
  const due = sql`compare_due_at = now() + ${result.dueInMs}::float8 * interval '1 millisecond'`
  if ('error' in result)
    await sql`
      update system_object set compare_error = ${storedText(result.error)}, ${due} where system = ${system} and object = ${object}
    `.execute(parts.database.kysely)
  else
    await sql`
      update system_object set compared_at = now(), compare_error = null, ${due},
        compare_held = ${result.held === undefined ? null : storedJson(result.held)}::jsonb
      where system = ${system} and object = ${object}
    `.execute(parts.database.kysely)
}
