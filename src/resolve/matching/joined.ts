import { sql } from 'kysely'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'

/** A new record that weak evidence brought to a customer. */
export interface JoinedRecord {
  system: string
  object: string
  remoteId: string
  entity: string
  /** The golden record of its own, which is merged at once. */
  goldenId: string
}

/**
 * Gives new records a golden record of their own, to be merged in the same transaction: so the log tells what weak evidence
 * did, and undoing the merge takes the record out again.
 */
export async function storeJoined(tx: Tx, joined: readonly JoinedRecord[]): Promise<void> {
  if (joined.length === 0) return
  await sql`
    with input as materialized (
      select * from json_to_recordset(${storedJson(joined)}::json) as t(system text, object text, "remoteId" text, entity text, "goldenId" uuid)
    ), goldens as (
      insert into golden_record (id, entity, fields, provenance) select "goldenId", entity, '{}', '{}' from input
    )
    insert into remote_record as r (system, object, remote_id, golden_id) select system, object, "remoteId", "goldenId" from input
    on conflict (system, object, remote_id) do update set golden_id = excluded.golden_id
  `.execute(tx)
}
