import { sql } from 'kysely'
import type { Database } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import type { Call } from './calls.ts'

/**
 * Remote ids of records that became known since these creates were claimed, by their place in the call: while the vendor's
 * search was asked and did not show it yet, what an earlier call of unknown fate had made was reported.
 */
export async function madeMeanwhile(
  database: Database,
  { system, object, sendings }: Call,
): Promise<ReadonlyMap<number, string>> {
  const creates = sendings.flatMap(({ delivery: { goldenId, readAtMs, unsettled }, decision }, n) =>
    decision.kind === 'write' && decision.look && unsettled.some(({ to }) => to === undefined)
      ? [{ n, goldenId, readAtMs }]
      : [],
  )
  if (creates.length === 0) return new Map()
  const { rows } = await sql<{ n: number; remoteId: string }>`
    select distinct on (t.n) t.n, r.remote_id as "remoteId"
    from json_to_recordset(${storedJson(creates)}::json) as t(n int, "goldenId" uuid, "readAtMs" float8)
    join remote_record r on r.golden_id = t."goldenId" and r.system = ${system.config.name} and r.object = ${object}
    where r.linked_at > to_timestamp(t."readAtMs" / 1000) and r.tombstone_at is null and r.alias_of is null
    order by t.n, r.is_primary desc, r.remote_id
  `.execute(database.kysely)
  return new Map(rows.map(({ n, remoteId }) => [n, remoteId]))
}
