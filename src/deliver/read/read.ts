import { sql } from 'kysely'
import type { HubKey } from '#config/key.ts'
import type { Exchange } from '#connector/network/guarded-http.ts'
import type { EventKind, RemoteState } from '#connector/kit.ts'
import type { Outcome } from '#connector/outcome.ts'
import type { System } from '#connector/system.ts'
import type { DrainResult } from '#queue/drain.ts'
import type { Database } from '#store/database.ts'
import { callSpan } from '#observe/tracing.ts'
import { howItCame } from '#store/how-it-came.ts'
import { storedJson } from '#store/stored-json.ts'
import { blankEvents, findSuppressed, SUPPRESSING, suppressedRemote } from '#store/customers/suppression.ts'
import { type CallParts, exchangesJson, failedConnector, healthOf, notCalled, openAccess } from '../send/call.ts'
import type { DeliverParts } from '../parts.ts'
import { backoffMs } from '../send/schedule.ts'

type ReadParts = CallParts &
  Pick<DeliverParts, 'database' | 'systems' | 'gates' | 'ids' | 'wake' | 'wakeAt' | 'log' | 'metrics' | 'tracing'> & {
    /** The key of the hashes that keep erased persons out. */
    key: Pick<HubKey, 'hashes'>
  }

const READS_PER_DRAIN_MAX = 400
const FAILURES_MAX = 20

interface ReadingEvent {
  id: string
  system: string
  object: string
  remote_id: string
  kind: EventKind
  attempts: number
  trace_id: string
  /** Whether anybody was ever erased. */
  suppressing: boolean
}

/**
 * Stage 1b: thin or unsigned events are read back from the vendor. Reads of one remote record are coalesced: the newest
 * event gets what was read, the older ones are ignored.
 */
export function createRead(parts: ReadParts) {
  const running = new Set<Promise<void>>()
  return {
    async drain(shard: number): Promise<DrainResult> {
      const claimed = await withoutErased(parts, await claimReads(parts, shard))
      for (const call of readCalls(parts, claimed)) {
        const made = readBack(parts, shard, call)
          .catch((error: unknown) =>
            parts.log.error(
              { err: error, unit: 'read', system: call.system.config.name },
              'a read could not be settled',
            ),
          )
          .finally(() => running.delete(made))
        running.add(made)
      }
      return { more: false }
    },
    async close(): Promise<void> {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

/** Due events are put off by a lease, so that no other drain reads them meanwhile. */
async function claimReads(parts: ReadParts, shard: number): Promise<ReadingEvent[]> {
  const systems = [...parts.systems.keys()].filter(system => parts.gates.of(system).free() > 0)
  const { rows } = await sql<ReadingEvent>`
    update event e set due_at = now() + interval '2 minutes', attempts = attempts + 1 from (
      select id from event where shard = ${shard} and state = 'reading' and due_at <= now() and system = any(${systems}::text[])
      order by due_at limit ${READS_PER_DRAIN_MAX} for update skip locked) due
    where e.id = due.id returning e.id, e.system, e.object, e.remote_id, e.kind, e.attempts, e.trace_id, ${SUPPRESSING} as suppressing
  `.execute(parts.database.kysely)
  return rows
}

/** Records of erased persons are not read: their events end here. */
async function withoutErased(parts: ReadParts, events: readonly ReadingEvent[]): Promise<readonly ReadingEvent[]> {
  if (events[0]?.suppressing !== true) return events
  const text = (event: ReadingEvent): string => suppressedRemote({ ...event, remoteId: event.remote_id })
  const suppressed = await findSuppressed(parts.database.kysely, parts.key, events.map(text))
  const erased = events.filter(event => suppressed.has(text(event))).map(({ id }) => ({ id, whole: true }))
  if (erased.length === 0) return events
  await parts.database.transaction(async tx => {
    await sql`
      update event set state = 'ignored', reason = 'suppressed', due_at = null, settled_at = now()
      where id = any(${erased.map(event => event.id)}::uuid[]) and state = 'reading'
    `.execute(tx)
    await blankEvents(tx, erased)
  })
  return events.filter(event => !suppressed.has(text(event)))
}

interface ReadCall {
  system: System
  object: string
  events: ReadingEvent[]
}

function readCalls(parts: ReadParts, events: readonly ReadingEvent[]): ReadCall[] {
  return [...Map.groupBy(events, event => `${event.system}\n${event.object}`).values()].flatMap(group => {
    const [first] = group
    const system = first === undefined ? undefined : parts.systems.get(first.system)
    if (first === undefined || system === undefined) return []
    const max = Math.max(1, system.connector.pull?.readMax?.(first.object, system.config.settings) ?? 1)
    const ids = [...new Set(group.map(event => event.remote_id))]
    const calls: ReadCall[] = []
    for (let at = 0; at < ids.length; at += max) {
      const chunk = new Set(ids.slice(at, at + max))
      calls.push({ system, object: first.object, events: group.filter(event => chunk.has(event.remote_id)) })
    }
    return calls
  })
}

type ReadAnswer = { ok: true; records: readonly RemoteState[] } | { ok: false; outcome: Outcome }

async function readIds(
  parts: ReadParts,
  { system, object }: ReadCall,
  ids: readonly string[],
  { traceId, spanId }: { traceId: string; spanId: string | undefined },
  exchanges: Exchange[],
): Promise<ReadAnswer> {
  try {
    const answer = system.connector.pull?.read?.(openAccess(parts, system, traceId, exchanges, spanId), object, ids)
    return (await answer) ?? { ok: true, records: [] }
  } catch (error) {
    return { ok: false, outcome: failedConnector(error) }
  }
}

function notNow(notBeforeMs: number): ReadAnswer {
  return { ok: false, outcome: notCalled(notBeforeMs) }
}

async function readBack(parts: ReadParts, shard: number, call: ReadCall): Promise<void> {
  const { config, connector } = call.system
  if (connector.pull?.read === undefined) return await passThrough(parts, shard, call)
  const traceId = call.events[0]?.trace_id ?? parts.ids.traceId()
  const span = parts.tracing?.call(
    'read back',
    call.events.map(event => event.trace_id),
  )
  const exchanges: Exchange[] = []
  const startedAtMs = parts.nowMs()
  const ids = [...new Set(call.events.map(event => event.remote_id))]
  const result = await parts.gates.of(config.name).run<ReadAnswer>(async () => {
    const answer = await readIds(parts, call, ids, { traceId, spanId: span?.spanId }, exchanges)
    return { result: answer, health: healthOf(answer.ok ? [] : [answer.outcome], exchanges) }
  }, notNow)
  const durationMs = Math.round(parts.nowMs() - startedAtMs)
  const outcome = result.ok ? 'delivered' : result.outcome.kind
  await recordRead(parts, {
    system: config.name,
    object: call.object,
    outcome,
    startedAtMs,
    durationMs,
    exchanges,
    traceId,
    items: ids.length,
  })
  if (result.ok) await storeRead(parts, call.events, result.records, startedAtMs)
  else await postpone(parts, shard, call.events, result.outcome)
  span?.end(callSpan({ system: config.name, object: call.object, operation: 'read', outcome }, durationMs))
  parts.metrics.attempts.inc({ system: config.name, operation: 'read', outcome })
  parts.log.info(
    { unit: 'read', system: config.name, object: call.object, items: ids.length, outcome, traceId, durationMs },
    'read',
  )
  parts.wake(result.ok ? 'interpret' : 'read', result.ok ? [shard] : [])
}

/** The connector cannot read back: the event is interpreted as it came. */
async function passThrough(parts: ReadParts, shard: number, call: ReadCall): Promise<void> {
  await sql`
    update event set state = 'pending', notes = coalesce(notes, '[]'::jsonb) || '[{"code":"not_read_back"}]'::jsonb where id = any(${call.events.map(event => event.id)}::uuid[])
  `.execute(parts.database.kysely)
  parts.wake('interpret', [shard])
}

/** The newest event of each remote record takes what was read, and a restore does; a record that is not there any more is deleted. */
async function storeRead(
  { database, nowMs }: Pick<ReadParts, 'database' | 'nowMs'>,
  events: readonly ReadingEvent[],
  records: readonly RemoteState[],
  startedAtMs: number,
): Promise<void> {
  const byId = new Map(records.map(record => [record.remoteId, record]))
  const newest = new Map([...events].sort((a, b) => (a.id < b.id ? -1 : 1)).map(event => [event.remote_id, event.id]))
  const rows = events.map(event => {
    const record = byId.get(event.remote_id)
    // A restore says more than what is there now.
    if (newest.get(event.remote_id) !== event.id && event.kind !== 'restore')
      return { id: event.id, state: 'ignored', reason: 'coalesced', first: newest.get(event.remote_id) }
    if (record === undefined || record.deleted === true) return { id: event.id, state: 'ignored', reason: 'gone' }
    const toldAtMs = (record.modifiedAtMs ?? 0) > 0 ? record.modifiedAtMs : undefined
    const readMs = nowMs()
    return {
      id: event.id,
      state: 'pending',
      payload: Buffer.from(JSON.stringify(record.state)).toString('base64'),
      version: record.version,
      ms: toldAtMs === undefined ? startedAtMs : Math.min(toldAtMs, readMs),
      came: howItCame(startedAtMs, toldAtMs, readMs),
    }
  })
  await sql`
    update event e set state = t.state, reason = t.reason, detail = case when t.first is not null then jsonb_build_object('read', t.first)
        else t.came end,
      payload = coalesce(decode(t.payload, 'base64'), e.payload), content_type = case when t.payload is not null then 'application/json' else e.content_type end,
      whole = t.payload is not null, version = coalesce(t.version, e.version),
      -- A restore need not count as a change of the record.
      occurred_at = greatest(least(to_timestamp(t.ms / 1000), now()), case when t.ms is null or e.kind = 'restore' then e.occurred_at end), due_at = now(),
      settled_at = case when t.state = 'ignored' then now() end
    from json_to_recordset(${storedJson(rows)}::json) as t(id uuid, state text, reason text, first uuid, payload text, version text, ms float8, came jsonb)
    -- What was erased or settled while it was read stays so.
    where e.id = t.id and e.state = 'reading'
  `.execute(database.kysely)
}

async function postpone(
  parts: ReadParts,
  shard: number,
  events: readonly ReadingEvent[],
  outcome: Outcome,
): Promise<void> {
  const reason = 'reason' in outcome && outcome.reason !== undefined ? outcome.reason : outcome.kind
  const dead = outcome.kind === 'rejected'
  const throttled = outcome.kind === 'retry' && outcome.throttled === true
  const rows = events.map(event => {
    const waitMs =
      outcome.kind === 'retry' && outcome.notBeforeMs !== undefined
        ? outcome.notBeforeMs - parts.nowMs()
        : backoffMs(Math.max(1, event.attempts), parts.random())
    return {
      id: event.id,
      wait_ms: Math.max(100, waitMs),
      dead: dead || (!throttled && event.attempts >= FAILURES_MAX),
    }
  })
  await sql`
    update event e set state = case when t.dead then 'dead' else 'reading' end, reason = 'read_failed', detail = ${storedJson({ message: reason })}::jsonb,
      attempts = e.attempts - ${throttled ? 1 : 0}, due_at = case when not t.dead then now() + t.wait_ms * interval '1 millisecond' end, settled_at = case when t.dead then now() end
    from json_to_recordset(${storedJson(rows)}::json) as t(id uuid, wait_ms float8, dead boolean) where e.id = t.id
  `.execute(parts.database.kysely)
  const nextMs = Math.min(...rows.map(row => row.wait_ms))
  parts.wakeAt('read', shard, new Date(parts.nowMs() + nextMs))
}

interface RecordedRead {
  system: string
  object: string
  outcome: string
  startedAtMs: number
  durationMs: number
  exchanges: Exchange[]
  traceId: string
  items: number
}

async function recordRead(parts: ReadParts, read: RecordedRead): Promise<void> {
  await sql`
    insert into attempt (id, system, object, operation, outcome, status, deliveries, started_at, duration_ms, exchanges, trace_id)
    values (${parts.ids.uuid()}, ${read.system}, ${read.object}, 'read', ${read.outcome}, ${read.exchanges.at(-1)?.status ?? null}, 0,
      ${new Date(read.startedAtMs)}, ${read.durationMs}, ${storedJson(exchangesJson(read.exchanges))}::jsonb, ${read.traceId})
  `.execute(parts.database.kysely)
}

/** Shards with due reads, for the sweep. */
export async function dueReadShards(database: Database): Promise<number[]> {
  const { rows } = await sql<{
    shard: number
  }>`select distinct shard from event where state = 'reading' and due_at <= now()`.execute(database.kysely)
  return rows.map(row => row.shard)
}
