import { sql } from 'kysely'
import type { JsonObject } from '#model/json.ts'
import type { EarlierValue } from '#rules/statement/shadow.ts'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { inFlightElsewhere } from './commit.ts'
import type { Flips } from '../decide/flips.ts'
import type { DeliveryKey } from '../claim/lease.ts'

export interface Adoption {
  remoteId: string
  sent: JsonObject
  sentFields: JsonObject | undefined
  sentEarlier: Record<string, EarlierValue[]> | undefined
}

export interface RestRow extends DeliveryKey {
  state: 'synced' | 'pending' | 'waiting' | 'held' | 'frozen' | 'absent' | 'dead'
  reason: string | undefined
  detail: JsonObject | undefined
  dueInMs: number | undefined
  version: number
  mappingRevision: number | undefined
  /** Remember this document as what the remote record holds. */
  adopt: Adoption | undefined
  parents: readonly string[]
  /** The remote record that is to be read first. */
  read?: string
  /** The remote record that it was decided on, where that counts later: when another takes its place. */
  remoteId?: string | undefined
  /** Undefined: as they are. */
  flips: Flips | undefined
}

/** The remote record whose content was compared. */
const HELD = sql`coalesce(t.adopt ->> 'remoteId', d.remote_id)`

/** Settles, in the claiming transaction, the deliveries that need no call. */
export async function commitWithoutCall(tx: Tx, rows: readonly RestRow[]): Promise<void> {
  if (rows.length === 0) return
  const waits = rows.flatMap(row =>
    row.parents.map(parent => ({ system: row.system, object: row.object, golden_id: row.goldenId, parent_id: parent })),
  )
  await sql`
    with input as materialized (
      select * from json_to_recordset(${storedJson(rows)}::json) as t(system text, object text, "goldenId" uuid, state text, reason text,
        detail jsonb, "dueInMs" float8, version bigint, "mappingRevision" int, adopt jsonb, "remoteId" text, flips jsonb, parents jsonb)
    ), adopted as (
      -- Nothing was written: when the last write was, if ever, stays as it is.
      update remote_record r set sent = t.adopt -> 'sent', sent_fields = t.adopt -> 'sentFields',
        sent_earlier = coalesce(t.adopt -> 'sentEarlier', r.sent_earlier), sent_from = coalesce(r.sent_from, now())
      from input t
      where t.adopt is not null and r.system = t.system and r.object = t.object and r.remote_id = t.adopt ->> 'remoteId'
    ), waits_ended as (
      delete from delivery_wait w using input t where w.system = t.system and w.object = t.object and w.golden_id = t."goldenId"
        and w.parent_id <> all(array(select jsonb_array_elements_text(t.parents)::uuid))
    ), waits as (
      insert into delivery_wait (system, object, golden_id, parent_id)
      select * from json_to_recordset(${storedJson(waits)}::json) as t(system text, object text, golden_id uuid, parent_id uuid)
      on conflict do nothing
    )
    update delivery d set state = t.state, reason = t.reason, detail = t.detail,
      due_at = now() + t."dueInMs" * interval '1 millisecond', failures = 0, failing_since = null,
      sent_version = case when t.state = 'synced' then t.version else d.sent_version end, flips = coalesce(t.flips, d.flips),
      mapping_revision = coalesce(t."mappingRevision", d.mapping_revision), remote_id = coalesce(t.adopt ->> 'remoteId', t."remoteId", d.remote_id),
      settled_at = now(), lease_by = null, lease_until = null,
      in_flight = case when t.state <> 'synced' then d.in_flight end, in_flight_fields = case when t.state <> 'synced' then d.in_flight_fields
        else ${inFlightElsewhere(HELD, HELD)} end
    from input t where d.system = t.system and d.object = t.object and d.golden_id = t."goldenId"
  `.execute(tx)
}
