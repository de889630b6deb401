import { type RawBuilder, sql } from 'kysely'

/** SQL expressions that name a remote record. */
interface Remote {
  system: RawBuilder<unknown>
  object: RawBuilder<unknown>
  remoteId: RawBuilder<unknown>
}

/**
 * Whether a create of unknown fate made another remote record than this one, which its golden record has there: a merge that
 * stands brought it, or its people said themselves what the create told.
 */
export function madeAnother(
  write: RawBuilder<unknown>,
  goldenId: RawBuilder<unknown>,
  { system, object, remoteId }: Remote,
): RawBuilder<boolean> {
  const remote = sql`jsonb_build_object('system', ${system}, 'object', ${object}, 'remoteId', ${remoteId})`
  return sql<boolean>`(exists (select from merge_log l where l.winner_id = ${goldenId} and l.undone_at is null
      and l.detail -> 'remotes' @> jsonb_build_array(${remote}))
    or exists (select from source_record s cross join jsonb_each(${write} -> 'fields') told
      where s.system = ${system} and s.object = ${object} and s.remote_id = ${remoteId}
        and s.fields -> told.key -> 'v' = told.value and s.fields -> told.key ->> 'a' is distinct from 'false'))`
}
