import { sql } from 'kysely'
import { type Database, type Tx, untilNotLost } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import type { DeliverParts } from '../parts.ts'

/**
 * What depends on another golden record's remote record in the same system: deliveries that wait for it, those whose document
 * names it or left it out, and creates that met it; and deliveries whose mapping asked for its id by `$xref`, in whatever system.
 *
 * Whatever changes a golden record's standing in a system (its remote record comes, goes or is another one; its delivery
 * rests without one) notes that in `standing_change` in the same transaction: triggers of the tables see to it, so that no
 * writer can forget. Taking a note and making the dependents due is one statement, run after such commits and by a sweep.
 * A dependent that is being decided on meanwhile holds its row: the statement waits for it and then sees what was decided.
 */

const CHANGES_PER_STEP = 1_000

/**
 * `wakeDependents` as the calls of one process ask for it: never two at a time, since each would wait for the rows of the
 * others, and once more when it is asked for meanwhile.
 */
export function createDependents({ database, wake }: Pick<DeliverParts, 'database' | 'wake'>): () => Promise<void> {
  let running = false
  let again = false
  return async () => {
    again = true
    if (running) return
    running = true
    try {
      while (again) {
        again = false
        wake('deliver', await wakeDependents(database))
      }
    } finally {
      running = false
    }
  }
}

/** Makes the dependents of all golden records due whose standing changed. Returns the shards to wake. */
export async function wakeDependents(database: Database): Promise<readonly number[]> {
  const shards = new Set<number>()
  for (;;) {
    const { rows } = await untilNotLost(() => takeChanges(database))
    for (const { shard } of rows) if (shard !== null) shards.add(shard)
    if (Math.max(...rows.map(row => row.taken)) < CHANGES_PER_STEP) return [...shards]
  }
}

/** Has come to rest without knowing. */
const RESTED = sql`(c.record and (d.state = 'synced' or (d.state = 'dead' and d.reason in ('rejected', 'mapping_failed', 'taken'))
  or (d.state = 'absent' and d.reason = 'mapping_empty')))`

/** Waited for this, or has come to rest without knowing. */
const WAKES = sql`d.lease_by is null and ((d.state = 'waiting' and d.reason = 'parent') or ${RESTED})`

/**
 * Dependents that are due anyway are written too: one of them may be decided on right now, by what was before. Its row is
 * waited for; when it rests by then it is due again, and when its call is under way its plan counts as newer than its claim.
 */
async function takeChanges(database: Database) {
  return await sql<{ taken: number; shard: number | null }>`
    with taken as (
      delete from standing_change where id in (select id from standing_change order by id limit ${CHANGES_PER_STEP} for update skip locked)
      returning system, golden_id, record
    ), child as materialized (
      select from_id, system, bool_or(record) as record from (
        select l.from_id, t.system, t.record from taken t join golden_link l on l.to_id = t.golden_id
        union all
        select d.golden_id, t.system, true from taken t join delivery d on d.reason = 'taken' and d.system = t.system
          and d.detail ->> 'goldenId' = t.golden_id::text where t.record
        union all
        select golden_id, system, true from delivery where asks && (select array_agg(golden_id || ' ' || system) from taken where record)) c
      group by 1, 2
    ), woken as (
      update delivery d set
        state = case when ${WAKES} then 'pending' else d.state end,
        reason = case when ${WAKES} then null else d.reason end,
        detail = case when ${WAKES} then null else d.detail end,
        due_at = case when ${WAKES} then now() else d.due_at end,
        failures = case when ${WAKES} then 0 else d.failures end,
        cause = case when ${WAKES} and d.state <> 'waiting' then 'link' else d.cause end,
        planned_at = now()
      from child c where d.golden_id = c.from_id and d.system = c.system and (
        d.state in ('pending', 'waiting', 'retrying', 'submitted', 'unknown') or ${RESTED})
      returning d.shard, d.due_at <= now() as due
    )
    select (select count(*)::int from taken) as taken, null as shard
    union all select 0, shard from woken where due
  `.execute(database.kysely)
}

/**
 * Makes waiting deliveries due that wait in a circle. Two that are decided on in one moment see each other as pending, and
 * both begin to wait; run after that commit, whichever comes last sees the circle. Should nobody come to run it: a waiting
 * delivery is looked at again now and then, and sees it too. Returns shards.
 */
export async function breakCycles(database: Database, waits: readonly Wait[]): Promise<readonly number[]> {
  if (waits.length === 0) return []
  const { rows } = await untilNotLost(() =>
    sql<{ shard: number }>`
    ${CIRCLE(waits)}
    update delivery d set due_at = now() from up
    where up.ancestor = up.golden_id and d.system = up.system and d.golden_id = up.golden_id and d.state = 'waiting' and d.reason = 'parent'
    returning d.shard
  `.execute(database.kysely),
  )
  return [...new Set(rows.map(row => row.shard))]
}

/** A delivery that waits, or is about to, on another golden record in the same system. */
export interface Wait {
  system: string
  goldenId: string
  parentId: string
}

/** Of these, the pairs `<golden id> <parent id>` whose parent in turn waits, directly or not, on the golden record. */
export async function cyclicParents(tx: Tx, waits: readonly Wait[]): Promise<Set<string>> {
  if (waits.length === 0) return new Set()
  const { rows } = await sql<{ golden_id: string; parent_id: string }>`
    ${CIRCLE(waits)} select distinct golden_id, parent_id from up where ancestor = golden_id
  `.execute(tx)
  return new Set(rows.map(row => `${row.golden_id} ${row.parent_id}`))
}

/** Follows what waits on what, upwards. What a delivery once waited on counts only while it waits. */
const CIRCLE = (waits: readonly Wait[]) => sql`
  with recursive start as (
    select * from json_to_recordset(${storedJson(waits)}::json) as t(system text, "goldenId" uuid, "parentId" uuid)
  ), up as (
    select system, "goldenId" as golden_id, "parentId" as parent_id, "parentId" as ancestor, 1 as depth from start
    union
    select up.system, up.golden_id, up.parent_id, w.parent_id, up.depth + 1 from up
    join delivery_wait w on w.golden_id = up.ancestor and w.system = up.system
    join delivery d on d.golden_id = w.golden_id and d.system = w.system and d.object = w.object and d.state = 'waiting' and d.reason = 'parent'
    where up.depth < 10
  )`
