import { sql } from 'kysely'
import type { Db } from '#store/database.ts'
import { COUNT_MAX } from './bounds.ts'

/** Deliveries of one (system, object) that are dead or take longer than one call, by state and reason. */
export interface DeliveryFact {
  system: string
  object: string
  state: 'dead' | 'retrying' | 'unknown' | 'submitted'
  reason: string | null
  count: number
  customers: number
  /** The oldest wish among them. */
  plannedAtMs: number
  /** When the first of them failed, or was given up. */
  failedAtMs: number | undefined
  /** The mapping that failed, of dead ones. */
  mapping: string | null
  /** What the vendor or the mapping said, of one of them. */
  message: string | null
}

const STATES = ['dead', 'retrying', 'unknown', 'submitted'] as const

/** The state stands in the text: only so is it plain that the index of open deliveries has them all. */
function ofState(state: DeliveryFact['state']) {
  return sql`(select golden_id, object, state, reason, detail, planned_at, settled_at, failing_since from delivery
    where system = s.name and state = ${sql.lit(state)} limit ${COUNT_MAX})`
}

/** By the index of open deliveries, at most so many of each system and state: cheap however many there are. */
export async function readDeliveries(db: Db): Promise<DeliveryFact[]> {
  const { rows } = await sql<Omit<DeliveryFact, 'failedAtMs'> & { failedAtMs: number | null }>`
    select s.name as system, d.object, d.state, d.reason, count(*)::int as count, count(distinct d.golden_id)::int as customers,
      (extract(epoch from min(d.planned_at)) * 1000)::float8 as "plannedAtMs",
      (extract(epoch from min(case when d.state = 'dead' then d.settled_at else d.failing_since end)) * 1000)::float8 as "failedAtMs",
      min(d.detail ->> 'mapping') as mapping, left(min(d.detail ->> 'message'), 300) as message
    from system s cross join lateral (${sql.join(STATES.map(ofState), sql` union all `)}) d
    group by 1, 2, 3, 4
  `.execute(db)
  return rows.map(row => ({ ...row, failedAtMs: row.failedAtMs ?? undefined }))
}

/** How long the oldest live delivery to a system that takes calls has been due. */
export interface OverdueFact {
  system: string
  dueAtMs: number
}

export async function readOverdue(db: Db, shards: number, beforeMs: number): Promise<OverdueFact[]> {
  const { rows } = await sql<OverdueFact>`
    select s.name as system, (extract(epoch from min(d.due_at)) * 1000)::float8 as "dueAtMs"
    from system s
    cross join generate_series(0, ${shards - 1}::int) shard
    cross join lateral (
      select due_at from delivery d where d.shard = shard and d.system = s.name and d.priority = 0 and d.due_at is not null
      order by d.due_at limit 1) d
    where s.state = 'active' and s.breaker ->> 'state' = 'closed' and d.due_at < ${new Date(beforeMs)}
    group by 1
  `.execute(db)
  return rows
}

/** Members of documents that went back and forth and are frozen. */
export interface FlipFact {
  system: string
  object: string
  count: number
  sinceMs: number
}

export async function readFlips(db: Db): Promise<FlipFact[]> {
  const { rows } = await sql<FlipFact>`
    select system, object, count(*)::int as count, (extract(epoch from min(settled_at)) * 1000)::float8 as "sinceMs"
    from (select system, object, coalesce(settled_at, planned_at) as settled_at from delivery where state = 'frozen' and reason = 'flip_flop'
      limit ${10 * COUNT_MAX}) flips
    group by 1, 2
  `.execute(db)
  return rows
}

/** A brake that holds deliveries. */
export interface BrakeFact {
  system: string
  object: string
  cause: string
  held: number
  changed: number
  limit: number
  trippedAtMs: number
}

export async function readBrakes(db: Db): Promise<BrakeFact[]> {
  const { rows } = await sql<BrakeFact>`
    select b.system, b.object, b.cause, b.changed, b.limited_to as limit, (extract(epoch from b.tripped_at) * 1000)::float8 as "trippedAtMs",
      (select count(*)::int from (select from delivery d where d.system = b.system and d.state = 'held' and d.object = b.object
        and d.reason = 'brake' and d.cause = b.cause limit ${COUNT_MAX}) held) as held
    from brake b where b.state = 'on' order by b.tripped_at limit ${COUNT_MAX}
  `.execute(db)
  return rows
}
