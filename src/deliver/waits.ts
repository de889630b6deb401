import { sql } from 'kysely'
import { type Database, type Tx, untilNotLost } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'

/**
 * Wakes deliveries that waited on these golden records and now need not. Run after the commit that made the parents
 * present, and after the commit that made the children wait: whichever comes last sees both. Returns shards.
 */
export async function releaseWaiting(
  database: Database,
  system: string,
  parentIds: readonly string[],
): Promise<number[]> {
  if (parentIds.length === 0) return []
  const { rows } = await untilNotLost(() =>
    sql<{ shard: number }>`
    with freed as (
      delete from delivery_wait w where w.system = ${system} and w.parent_id = any(${parentIds}::uuid[]) and (
        exists (select from remote_record r where r.golden_id = w.parent_id and r.system = w.system and position('/' in r.object) = 0)
        or not exists (select from delivery p where p.golden_id = w.parent_id and p.system = w.system and p.state not in ('absent', 'frozen')))
      returning w.system, w.object, w.golden_id
    )
    update delivery d set state = 'pending', reason = null, detail = null, due_at = now() from freed f
    where d.system = f.system and d.object = f.object and d.golden_id = f.golden_id and d.state = 'waiting' returning d.shard
  `.execute(database.kysely),
  )
  return [...new Set(rows.map(row => row.shard))]
}

/**
 * Wakes those of these deliveries that wait on nothing: their wait was taken away by a parent that settled while they
 * were about to wait for it once more. Run after the commit that made them wait. Returns shards.
 */
export async function releaseForgotten(
  database: Database,
  waiting: readonly { system: string; object: string; goldenId: string }[],
): Promise<number[]> {
  if (waiting.length === 0) return []
  const input = waiting.map(({ system, object, goldenId }) => ({ system, object, golden_id: goldenId }))
  const { rows } = await untilNotLost(() =>
    sql<{ shard: number }>`
    update delivery d set state = 'pending', reason = null, detail = null, due_at = now()
    from json_to_recordset(${storedJson(input)}::json) as t(system text, object text, golden_id uuid)
    where d.system = t.system and d.object = t.object and d.golden_id = t.golden_id and d.state = 'waiting' and not exists (
      select from delivery_wait w where w.system = t.system and w.object = t.object and w.golden_id = t.golden_id)
    returning d.shard
  `.execute(database.kysely),
  )
  return [...new Set(rows.map(row => row.shard))]
}

/** Looks again at deliveries that wait on these golden records: their parents ended dead, and that is to be told. Returns shards. */
export async function lookAgainAtWaiting(
  database: Database,
  system: string,
  parentIds: readonly string[],
): Promise<number[]> {
  if (parentIds.length === 0) return []
  const { rows } = await untilNotLost(() =>
    sql<{ shard: number }>`
    update delivery d set due_at = now() from delivery_wait w
    where w.parent_id = any(${parentIds}::uuid[]) and w.system = ${system}
      and d.system = w.system and d.object = w.object and d.golden_id = w.golden_id and d.state = 'waiting'
    returning d.shard
  `.execute(database.kysely),
  )
  return [...new Set(rows.map(row => row.shard))]
}

const CYCLE_RETRIES = 5

/**
 * Makes waiting deliveries due that wait in a circle. Two that are looked at in one moment see each other as pending, and
 * both begin to wait; run after that commit, whichever comes last sees the circle. Returns shards.
 */
export async function breakCycles(
  database: Database,
  pairs: readonly { system: string; goldenId: string; parentId: string }[],
): Promise<number[]> {
  if (pairs.length === 0) return []
  return await database.transaction(
    async tx => {
      const cyclic = await cyclicParents(tx, pairs)
      const rows = pairs.filter(({ goldenId, parentId }) => cyclic.has(`${goldenId} ${parentId}`))
      if (rows.length === 0) return []
      const due = await sql<{ shard: number }>`
      update delivery d set due_at = now() from json_to_recordset(${storedJson(rows)}::json) as t(system text, "goldenId" uuid)
      where d.system = t.system and d.golden_id = t."goldenId" and d.state = 'waiting' returning d.shard
    `.execute(tx)
      return [...new Set(due.rows.map(row => row.shard))]
    },
    { retries: CYCLE_RETRIES },
  )
}

/** Of these pairs (delivery, parent), the parents that in turn wait, directly or not, on the delivery's golden record in the same system. */
export async function cyclicParents(
  tx: Tx,
  pairs: readonly { system: string; goldenId: string; parentId: string }[],
): Promise<Set<string>> {
  if (pairs.length === 0) return new Set()
  const { rows } = await sql<{ golden_id: string; parent_id: string }>`
    with recursive start as (
      select * from json_to_recordset(${storedJson(pairs)}::json) as t(system text, "goldenId" uuid, "parentId" uuid)
    ), up as (
      select system, "goldenId" as golden_id, "parentId" as parent_id, "parentId" as ancestor, 1 as depth from start
      union
      select up.system, up.golden_id, up.parent_id, w.parent_id, up.depth + 1 from up
      join delivery_wait w on w.golden_id = up.ancestor and w.system = up.system where up.depth < 10
    )
    select distinct golden_id, parent_id from up where ancestor = golden_id
  `.execute(tx)
  return new Set(rows.map(row => `${row.golden_id} ${row.parent_id}`))
}
