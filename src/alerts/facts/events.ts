import { sql } from 'kysely'
import { isJsonObject, type Json } from '#model/json.ts'
import type { Db } from '#store/database.ts'
import { uuidOfMs } from '#store/partitions.ts'
import { COUNT_MAX } from './bounds.ts'

const ROWS_MAX = 20 * COUNT_MAX
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Events of one (system, object) that need a person. */
export interface DeadEventFact {
  system: string
  object: string
  reason: string
  count: number
  customers: number
  sinceMs: number
  message: string | null
}

export async function readDeadEvents(db: Db): Promise<DeadEventFact[]> {
  const { rows } = await sql<DeadEventFact>`
    select system, object, coalesce(reason, 'internal_error') as reason, count(*)::int as count, count(distinct remote_id)::int as customers,
      (extract(epoch from min(at)) * 1000)::float8 as "sinceMs", left(min(message), 300) as message
    from (select system, object, reason, remote_id, coalesce(settled_at, received_at) as at, detail ->> 'message' as message
      from event where state = 'dead' limit ${ROWS_MAX}) dead
    group by 1, 2, 3
  `.execute(db)
  return rows
}

/** Events whose records wait to be read back. */
export interface UnreadFact {
  system: string
  count: number
  customers: number
  oldestMs: number
}

export async function readUnread(db: Db): Promise<UnreadFact[]> {
  const { rows } = await sql<UnreadFact>`
    select system, count(*)::int as count, count(distinct remote_id)::int as customers,
      (extract(epoch from min(received_at)) * 1000)::float8 as "oldestMs"
    from (select system, remote_id, received_at from event where state = 'reading' limit ${ROWS_MAX}) unread
    group by 1
  `.execute(db)
  return rows
}

/** The oldest live work of a stage, if there is any. */
export interface StageFact {
  stage: 'interpret' | 'resolve' | 'plan'
  oldestMs: number
}

/** The oldest of each shard, by the indexes that the stages themselves take their work by. */
export async function readStages(db: Db, shards: number): Promise<StageFact[]> {
  const { rows } = await sql<StageFact>`
    select stage, (extract(epoch from min(since)) * 1000)::float8 as "oldestMs"
    from generate_series(0, ${shards - 1}::int) of_shard
    cross join lateral (
      (select 'interpret' as stage, received_at as since from event where state = 'pending' and shard = of_shard order by id limit 1)
      union all
      (select 'resolve', since from resolve_work where shard = of_shard and priority = 0 order by since limit 1)
      union all
      (select 'plan', since from plan_work where shard = of_shard and priority = 0 order by since limit 1)) work
    group by 1
  `.execute(db)
  return rows
}

/** A publication of mappings of the last day. */
export interface PublicationFact {
  number: number
  atMs: number
  by: string
  /** What was in force before, by mapping; null: nothing was. */
  previous: ReadonlyMap<string, number | null>
}

export async function readPublications(db: Db, nowMs: number): Promise<PublicationFact[]> {
  const rows = await db
    .selectFrom('mapping_publication')
    .select(['number', 'at', 'by', 'changes'])
    .where('at', '>', new Date(nowMs - DAY_MS))
    .orderBy('number', 'desc')
    .limit(100)
    .execute()
  return rows.map(row => ({
    number: row.number,
    atMs: row.at.getTime(),
    by: row.by,
    previous: previousOf(row.changes),
  }))
}

function previousOf(changes: Json): Map<string, number | null> {
  const list = Array.isArray(changes) ? changes.filter(isJsonObject) : []
  return new Map(
    list.flatMap(({ mapping, previous }): [string, number | null][] =>
      typeof mapping === 'string' ? [[mapping, typeof previous === 'number' ? previous : null]] : [],
    ),
  )
}

/** Requests that failed verification in the last hour. */
export interface RefusedFact {
  system: string
  code: string
  lastHour: number
  lastQuarter: number
  firstMs: number
}

export async function readRefused(db: Db, nowMs: number): Promise<RefusedFact[]> {
  const { rows } = await sql<RefusedFact>`
    select system, mode() within group (order by code) as code, count(*)::int as "lastHour",
      (count(*) filter (where id >= ${uuidOfMs(nowMs - 15 * MINUTE_MS)}))::int as "lastQuarter",
      (extract(epoch from min(received_at)) * 1000)::float8 as "firstMs"
    from refused_request where id >= ${uuidOfMs(nowMs - 60 * MINUTE_MS)}
    group by 1
  `.execute(db)
  return rows
}
