import { sql } from 'kysely'
import type { Database } from '#store/database.ts'

const RELEASED_PER_STEP = 1_000

/**
 * Lets deliveries of live (system, object)s go that first link had put by, in steps, behind live work. A person has seen and
 * applied them, so the brake lets them pass once. Looked for again and again, so that one which was put by in the moment of
 * becoming live, or whose release was cut off by a crash, follows. Returns the shards to wake; none: all have gone.
 */
export async function releaseLinked(database: Database): Promise<number[]> {
  const { rows } = await sql<{ shard: number }>`
    update delivery d set state = 'pending', reason = null, detail = null, due_at = now(), priority = 1, cause = 'link',
      counted_at = 'infinity'
    from (
      select d.system, d.object, d.golden_id from system_object o
      cross join lateral (
        select system, object, golden_id from delivery
        where system = o.system and object = o.object and state = 'waiting' and reason = 'first_link'
        limit ${RELEASED_PER_STEP} for update skip locked) d
      where o.link_state = 'live' and o.load_group is not null limit ${RELEASED_PER_STEP}) t
    where d.system = t.system and d.object = t.object and d.golden_id = t.golden_id
    returning d.shard
  `.execute(database.kysely)
  return [...new Set(rows.map(row => row.shard))]
}
