import { sql } from 'kysely'
import type { Tx } from '#store/database.ts'
import { choosePrimaries } from '#store/customers/primary.ts'
import { storedJson } from '#store/stored-json.ts'
import type { RemoteKey } from './rows.ts'

/**
 * Changes what remote records are, and says anew which of several is the primary one: under a lock of the golden records that
 * these records, or those which they were merged into, belong to, and of `goldenIds`.
 */
export async function withPrimaries(
  tx: Tx,
  keys: readonly RemoteKey[],
  change: () => Promise<void>,
  goldenIds: readonly string[] = [],
): Promise<void> {
  const { rows: goldens } = await sql<{ id: string }>`
    select g.id from golden_record g where g.id in (
      select unnest(${goldenIds}::uuid[])
      union all select o.golden_id from json_to_recordset(${storedJson(keys)}::json) as t(system text, object text, "remoteId" text)
        join remote_record r on r.system = t.system and r.object = t.object and r.remote_id = t."remoteId"
        join remote_record o on o.system = r.system and o.object = r.object and o.remote_id in (r.remote_id, r.alias_of)
        where o.golden_id is not null)
    order by g.id for share
  `.execute(tx)
  await change()
  await choosePrimaries(
    tx,
    goldens.map(({ id }) => id),
  )
}
