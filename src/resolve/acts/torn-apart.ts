import { sql } from 'kysely'
import type { ActParts } from './act.ts'
import { unmerge } from './unmerge.ts'

/** A customer that weak evidence made of records which may be of two. */
export interface TornCustomer {
  goldenId: string
  /** In match_record: those that may be of either, and those that speak against the other. */
  recordIds: readonly string[]
}

/**
 * Undoes the merges by weak evidence that brought nothing but such records, and lets resolve look at them again: by now both
 * customers are known, so what fits both goes to neither, and a person is asked. What strong keys or people merged stays.
 */
export async function takeTornApart(parts: ActParts, { goldenId, recordIds }: TornCustomer): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    with torn as materialized (select system, object, remote_id from match_record where id = any(${recordIds}::bigint[]))
    select l.id from golden_record g join merge_log l on l.loser_id = g.id
    where g.merged_into = ${goldenId} and l.cause = 'match' and l.undone_at is null and l.detail -> 'remotes' <> '[]'
      and not exists (
        select from jsonb_to_recordset(l.detail -> 'remotes') as r(system text, object text, "remoteId" text)
        where (r.system, r.object, r."remoteId") not in (select system, object, remote_id from torn))
    order by l.id desc
  `.execute(parts.database.kysely)
  for (const { id } of rows) await unmerge(parts, { mergeId: id, by: 'rule', afterwards: 'look again' })
}
