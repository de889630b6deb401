import { sql } from 'kysely'
import type { Exchange } from '#connector/network/guarded-http.ts'
import type { Access, IncomingEvent, PullResult, RemoteState } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { System } from '#connector/system.ts'
import type { Json } from '#model/json.ts'
import { storedJson, storedText } from '#store/stored-json.ts'
import { type CallParts, failedConnector, healthOf, notCalled, openAccess } from '../send/call.ts'
import type { DeliverParts } from '../parts.ts'
import { backoffMs } from '../send/schedule.ts'

export type PollParts = CallParts &
  Pick<DeliverParts, 'database' | 'systems' | 'gates' | 'ids' | 'log' | 'metrics' | 'tracing'> & {
    /** Stores events durably, as the gateway does. */
    append: (system: string, events: readonly IncomingEvent[], traceId: string) => Promise<void>
  }

const PAGES_PER_POLL_MAX = 50
const LEASE_MS = 5 * 60_000

interface PollRow {
  system: string
  object: string
  cursor: Json | null
  poll_failures: number
}

/**
 * Reconciliation: pulls what changed since the last position, for every (system, object) that is due. Missed webhooks arrive
 * this way. Before *review* first link pulls instead (link/load.ts), and polls go on from where it ended.
 */
export async function pollDue(parts: PollParts): Promise<void> {
  const { rows } = await sql<PollRow>`
    update system_object o set lease_until = now() + ${LEASE_MS} * interval '1 millisecond'
    from system s where s.name = o.system and s.state = 'active' and o.link_state in ('review', 'live') and o.poll_due_at <= now() and (o.lease_until is null or o.lease_until < now())
    returning o.system, o.object, o.cursor, o.poll_failures
  `.execute(parts.database.kysely)
  await Promise.all(rows.map(row => pollOne(parts, row)))
}

interface Pulled {
  records: number
  /** Why the pull stopped early; what came before is stored. */
  failed: Outcome | undefined
  /** There is more than one turn may bring. */
  more: boolean
}

/** Pulls one object now, whatever its schedule says; returns how many records came. */
export async function pollOne(parts: PollParts, row: PollRow): Promise<number> {
  const system = parts.systems.get(row.system)
  if (system?.connector.pull?.changes === undefined) return 0
  const traceId = parts.ids.traceId()
  const startedMs = performance.now()
  const { records, failed, more } = await pullPages(parts, system, row, traceId)
  const throttled = failed?.kind === 'retry' && failed.throttled === true
  const failures = failed === undefined ? 0 : row.poll_failures + (throttled ? 0 : 1)
  const reason = failed === undefined ? undefined : (('reason' in failed ? failed.reason : undefined) ?? failed.kind)
  const nextMs = more ? 0 : waitMs(parts, failed, failures, system.config.objects[row.object]?.pollEveryMs)
  await sql`
    update system_object set polled_at = now(), poll_failures = ${failures}, poll_error = ${reason === undefined ? null : storedText(reason)},
      lease_until = null, poll_due_at = now() + ${nextMs ?? null}::float8 * interval '1 millisecond'
    where system = ${row.system} and object = ${row.object}
  `.execute(parts.database.kysely)
  parts.tracing?.began({
    kind: 'poll',
    traceId,
    attributes: { 'patchbay.system': row.system, 'patchbay.object': row.object, 'patchbay.records': records },
    durationMs: performance.now() - startedMs,
    failed: failed !== undefined,
  })
  if (failed === undefined) parts.metrics.lastPull.set({ system: row.system, object: row.object }, parts.nowMs() / 1000)
  parts.log.info(
    { unit: 'poll', system: row.system, object: row.object, records, outcome: failed?.kind ?? 'read', traceId },
    'poll',
  )
  return records
}

/** Undefined: never by itself. A failure backs off; a rate limit is waited out. */
export function waitMs(
  parts: Pick<PollParts, 'random' | 'nowMs'>,
  failed: Outcome | undefined,
  failures: number,
  everyMs: number | undefined,
) {
  if (failed === undefined) return everyMs
  const backoff = backoffMs(Math.max(1, failures), parts.random())
  if (failed.kind !== 'retry' || failed.notBeforeMs === undefined) return backoff
  const untilMs = Math.max(0, failed.notBeforeMs - parts.nowMs())
  return failed.throttled === true ? untilMs : Math.max(backoff, untilMs)
}

async function pullPages(parts: PollParts, system: System, row: PollRow, traceId: string): Promise<Pulled> {
  let cursor: Json | undefined = row.cursor ?? undefined
  let records = 0
  try {
    for (let page = 0; page < PAGES_PER_POLL_MAX; page += 1) {
      const startedAtMs = parts.nowMs()
      const pulled = await pullPage(parts, system, row.object, cursor, traceId)
      if (!pulled.ok) return { records, failed: pulled.outcome, more: false }
      const events = pulled.records.map(record => pulledEvent(row.object, record, 'polled', startedAtMs))
      await parts.append(row.system, events, traceId)
      cursor = pulled.cursor
      records += pulled.records.length
      await savePosition(parts, row, cursor)
      if (!pulled.more) return { records, failed: undefined, more: false }
    }
    return { records, failed: undefined, more: true }
  } catch (error) {
    // What could not be stored comes again: the position is saved after its records only.
    const reason = error instanceof Error ? error.message : String(error)
    return { records, failed: { kind: 'retry', reason }, more: false }
  }
}

/** One page of what changed since the cursor, through the system's gate: its slots, rate, quota and breaker. */
export async function pullPage(
  parts: Omit<PollParts, 'append'>,
  system: System,
  object: string,
  cursor: Json | undefined,
  traceId: string,
) {
  const exchanges: Exchange[] = []
  return await parts.gates.of(system.config.name).run<PullResult>(async () => {
    const result = await changesOf(system, openAccess(parts, system, traceId, exchanges), object, cursor)
    const health = healthOf(result.ok ? [] : [result.outcome], exchanges)
    parts.metrics.attempts.inc({
      system: system.config.name,
      operation: 'pull',
      outcome: result.ok ? 'delivered' : result.outcome.kind,
    })
    return { result, health }
  }, notNow)
}

async function changesOf(
  system: System,
  access: Access<unknown>,
  object: string,
  cursor: Json | undefined,
): Promise<PullResult> {
  try {
    const changes = system.connector.pull?.changes?.(access, object, cursor)
    return (await changes) ?? { ok: true, records: [], cursor: cursor ?? null, more: false }
  } catch (error) {
    return { ok: false, outcome: failedConnector(error) }
  }
}

function notNow(notBeforeMs: number): PullResult {
  return { ok: false, outcome: notCalled(notBeforeMs) }
}

async function savePosition(parts: PollParts, row: PollRow, cursor: Json | undefined): Promise<void> {
  await sql`
    update system_object set cursor = ${storedJson(cursor ?? null)}::jsonb where system = ${row.system} and object = ${row.object}
  `.execute(parts.database.kysely)
}

/** A pulled record as an event. */
export function pulledEvent(
  object: string,
  record: RemoteState,
  how: 'polled' | 'loaded',
  readFromMs?: number,
): IncomingEvent {
  const [change, kind] = changeOf(record)
  return {
    object,
    type: `${object}.${change ?? how}`,
    kind,
    payload: Buffer.from(JSON.stringify(record.state)),
    contentType: 'application/json',
    remoteId: record.remoteId,
    whole: true,
    ...(readFromMs === undefined ? {} : { readFromMs }),
    ...(record.modifiedAtMs === undefined ? {} : { occurredAtMs: record.modifiedAtMs }),
    ...(record.version === undefined ? {} : { version: record.version }),
    ...(record.author === undefined ? {} : { author: record.author }),
    ...(kind === 'merge' ? mergeFacts(record) : {}),
  }
}

/** A merge may be seen by every poll that brings one of its records; it counts once. */
function mergeFacts({ remoteId, mergedInto, modifiedAtMs }: RemoteState): Partial<IncomingEvent> {
  if (mergedInto === undefined) return {}
  return { mergedInto, vendorEventId: `merge|${remoteId}|${mergedInto}|${modifiedAtMs ?? ''}` }
}

function changeOf({ deleted, mergedInto }: RemoteState): [change: string | undefined, kind: IncomingEvent['kind']] {
  if (mergedInto !== undefined) return ['merged', 'merge']
  return deleted === true ? ['deleted', 'delete'] : [undefined, 'snapshot']
}
