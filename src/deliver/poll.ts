import { sql } from 'kysely'
import type { Exchange } from '#connector/guarded-http.ts'
import type { IncomingEvent, RemoteState } from '#connector/kit.ts'
import type { System } from '#connector/system.ts'
import type { Json } from '#model/json.ts'
import { type CallParts, healthOf, openAccess } from './call.ts'
import type { DeliverParts } from './parts.ts'
import { backoffMs } from './schedule.ts'

export type PollParts = CallParts &
  Pick<DeliverParts, 'database' | 'systems' | 'gates' | 'ids' | 'log' | 'metrics'> & {
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

/** Reconciliation: pulls what changed since the last position, for every (system, object) that is due. Missed webhooks arrive this way. */
export async function pollDue(parts: PollParts): Promise<void> {
  const { rows } = await sql<PollRow>`
    update system_object o set lease_until = now() + ${LEASE_MS} * interval '1 millisecond'
    from system s where s.name = o.system and s.state = 'active' and o.poll_due_at <= now() and (o.lease_until is null or o.lease_until < now())
    returning o.system, o.object, o.cursor, o.poll_failures
  `.execute(parts.database.kysely)
  await Promise.all(rows.map(row => pollOne(parts, row)))
}

/** Pulls one object now, whatever its schedule says; returns how many records came. */
export async function pollOne(parts: PollParts, row: PollRow): Promise<number> {
  const system = parts.systems.get(row.system)
  const changes = system?.connector.pull?.changes
  if (system === undefined || changes === undefined) return 0
  const everyMs = system.config.objects[row.object]?.pollEveryMs
  const traceId = parts.ids.traceId()
  let cursor: Json | undefined = row.cursor ?? undefined
  let records = 0
  let failure: string | undefined
  for (let page = 0; page < PAGES_PER_POLL_MAX; page += 1) {
    const pulled = await pullPage(parts, system, row.object, cursor, traceId)
    if (!pulled.ok) {
      failure = 'reason' in pulled.outcome ? (pulled.outcome.reason ?? pulled.outcome.kind) : pulled.outcome.kind
      break
    }
    await parts.append(
      row.system,
      pulled.records.map(record => polledEvent(row.object, record)),
      traceId,
    )
    cursor = pulled.cursor
    records += pulled.records.length
    await savePosition(parts, row, cursor)
    if (!pulled.more) break
  }
  const failures = failure === undefined ? 0 : row.poll_failures + 1
  const nextMs = failure === undefined ? everyMs : backoffMs(failures, parts.random())
  await sql`
    update system_object set polled_at = now(), poll_failures = ${failures}, poll_error = ${failure ?? null}, lease_until = null,
      poll_due_at = ${nextMs === undefined ? null : new Date(parts.nowMs() + nextMs)}
    where system = ${row.system} and object = ${row.object}
  `.execute(parts.database.kysely)
  parts.log.info({ unit: 'poll', system: row.system, object: row.object, records, failure, traceId }, 'poll')
  return records
}

async function pullPage(parts: PollParts, system: System, object: string, cursor: Json | undefined, traceId: string) {
  const exchanges: Exchange[] = []
  return await parts.gates.of(system.config.name).run(async () => {
    const result = (await system.connector.pull?.changes?.(
      openAccess(parts, system, traceId, exchanges),
      object,
      cursor,
    )) ?? {
      ok: true as const,
      records: [],
      cursor: cursor ?? null,
      more: false as const,
    }
    const health = healthOf(result.ok ? [] : [result.outcome], exchanges)
    parts.metrics.attempts.inc({
      system: system.config.name,
      operation: 'pull',
      outcome: result.ok ? 'delivered' : result.outcome.kind,
    })
    return { result, health }
  })
}

async function savePosition(parts: PollParts, row: PollRow, cursor: Json | undefined): Promise<void> {
  await sql`
    update system_object set cursor = ${JSON.stringify(cursor ?? null)}::jsonb where system = ${row.system} and object = ${row.object}
  `.execute(parts.database.kysely)
}

function polledEvent(object: string, record: RemoteState): IncomingEvent {
  return {
    object,
    type: record.deleted === true ? `${object}.deleted` : `${object}.polled`,
    kind: record.deleted === true ? 'delete' : 'snapshot',
    payload: Buffer.from(JSON.stringify(record.state)),
    contentType: 'application/json',
    remoteId: record.remoteId,
    whole: true,
    ...(record.modifiedAtMs === undefined ? {} : { occurredAtMs: record.modifiedAtMs }),
    ...(record.version === undefined ? {} : { version: record.version }),
  }
}
