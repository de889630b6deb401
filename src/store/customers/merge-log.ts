import { sql } from 'kysely'
import type { Db } from '../database.ts'
import { storedJson } from '../stored-json.ts'

/**
 * Remote records that were made for a golden record, and became known only when it was merged away: each merge that they went
 * through from then on is told that the loser brought them, so that it gives them back when it is undone.
 */
export async function logBrought(
  db: Db,
  remotes: readonly { system: string; object: string; remoteId: string; loserId: string }[],
): Promise<void> {
  if (remotes.length === 0) return
  await sql`
    with recursive path as (
      select l.id, l.winner_id, jsonb_build_object('system', t.system, 'object', t.object, 'remoteId', t."remoteId") as remote
      from json_to_recordset(${storedJson(remotes)}::json) as t(system text, object text, "remoteId" text, "loserId" uuid)
      join merge_log l on l.loser_id = t."loserId" and l.undone_at is null
      union all
      select l.id, l.winner_id, p.remote from path p join merge_log l on l.loser_id = p.winner_id and l.undone_at is null
    ), news as (
      select l.id, jsonb_agg(distinct p.remote) as remotes from path p join merge_log l using (id)
      where not l.detail -> 'remotes' @> jsonb_build_array(p.remote) group by 1
    )
    update merge_log l set detail = jsonb_set(l.detail, '{remotes}', (l.detail -> 'remotes') || n.remotes) from news n where n.id = l.id
  `.execute(db)
}
