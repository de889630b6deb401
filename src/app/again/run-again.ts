import { sql } from 'kysely'
import { HOW_IT_CAME } from '#store/how-it-came.ts'
import type { Db } from '#store/database.ts'

const IS_READ = sql`(not whole and remote_id is not null and kind in ('snapshot', 'restore'))`

/** Runs settled events once more, from the start. Those that were erased have nothing left to run. */
export async function runAgain(
  db: Db,
  ids: readonly string[],
): Promise<readonly { shard: number; state: 'pending' | 'reading' }[]> {
  const { rows } = await sql<{ shard: number; state: 'pending' | 'reading' }>`
    update event e set run = run + 1, attempts = 0, reason = null, detail = ${HOW_IT_CAME}, settled_at = null, due_at = now(),
      -- What receiving noted stays true, and that it was an echo, unless it is read anew; all else interpreting says again.
      notes = (select jsonb_agg(n) from jsonb_array_elements(notes) n where n ->> 'stage' = 'receive' or (n ->> 'code' = 'echo' and not ${IS_READ})),
      state = case when ${IS_READ} then 'reading' else 'pending' end
    where id = any(${ids}::uuid[]) and state in ('processed', 'ignored', 'dead') and (payload is null or length(payload) > 0)
    returning shard, state
  `.execute(db)
  return rows
}
