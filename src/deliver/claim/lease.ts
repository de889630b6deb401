import { sql } from 'kysely'
import type { JsonObject } from '#model/json.ts'
import type { WriteInFlight } from '#rules/statement/shadow.ts'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import type { Flips } from '../decide/flips.ts'

export interface DeliveryKey {
  system: string
  object: string
  goldenId: string
}

export interface LeaseRow extends DeliveryKey {
  /** When it was read to be decided on (epoch ms). */
  readAtMs: number
  document: JsonObject | undefined
  /** The cause that the brake has counted it for in this transaction. */
  counted: string | undefined
  /** Undefined: as they are. */
  flips: Flips | undefined
  /** The call and, behind it, earlier ones whose fate is not known; undefined: nothing reports back. */
  inFlight: readonly WriteInFlight[] | undefined
  /** Nothing is written: the document in flight stays, and so does all else that is. */
  keep: boolean
  /** The remote record that is called; undefined: none is known yet, or the call is not about one. */
  remoteId: string | undefined
  creates: boolean
  mappingRevision: number | undefined
}

/**
 * Marks deliveries as under way, before the call: what is in flight is known even if its echo beats the reply. They count
 * as leased from when what they were decided on was read: what was received since, the decision does not know.
 */
export async function leaseDeliveries(
  tx: Tx,
  lease: { id: string; leaseMs: number },
  rows: readonly LeaseRow[],
): Promise<void> {
  if (rows.length === 0) return
  // A crash must not take back that a call was made: this commit waits for the disk, unlike the stages' other ones.
  await sql`set local synchronous_commit = on`.execute(tx)
  await sql`
    update delivery d set lease_by = ${lease.id}::uuid, lease_until = now() + ${lease.leaseMs} * interval '1 millisecond',
      in_flight = case when t.keep then d.in_flight else t.document end,
      in_flight_fields = case when t.keep then coalesce(t."inFlight", d.in_flight_fields) else t."inFlight" end,
      remote_id = case when t.creates then null else coalesce(t."remoteId", d.remote_id) end,
      leased_at = case when t.keep then d.leased_at else to_timestamp(t."readAtMs" / 1000) end,
      counted_cause = coalesce(t.counted, d.counted_cause), counted_at = case when t.counted is null then d.counted_at else now() end,
      flips = coalesce(t.flips, d.flips), mapping_revision = coalesce(t."mappingRevision", d.mapping_revision)
    from json_to_recordset(${storedJson(rows)}::json) as t(system text, object text, "goldenId" uuid, document jsonb, "inFlight" jsonb, keep boolean, "remoteId" text, creates boolean,
      counted text, flips jsonb, "mappingRevision" int, "readAtMs" float8)
    where d.system = t.system and d.object = t.object and d.golden_id = t."goldenId"
  `.execute(tx)
}
