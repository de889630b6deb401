import { sql } from 'kysely'
import type { Db } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { SUPPRESSING } from '#store/customers/suppression.ts'
import type { AppendUnit, EventRow, RequestRow } from './rows.ts'

/**
 * One statement for a whole batch. Small columns travel as one JSON document, bytes as one binary parameter with
 * offsets: that is several times cheaper than arrays of bytea. A repeated dedupe key makes its event `ignored`,
 * pointing at the event that was first. What is stored already stays as it is. Returns how many were repeated, by system.
 */
export async function appendUnits(db: Db, units: readonly AppendUnit[]): Promise<{ system: string; n: number }[]> {
  const chunks: Uint8Array[] = []
  let offset = 0
  function slice(bytes: Uint8Array): { at: number; len: number } {
    const at = offset + 1
    chunks.push(bytes)
    offset += bytes.length
    return { at, len: bytes.length }
  }
  const requests = units.flatMap(unit =>
    unit.request === undefined ? [] : [requestJson(unit.request, slice(unit.request.body))],
  )
  const firstOfKey = new Map<string, string>()
  const events = units.flatMap(unit =>
    unit.events.map(event => eventJson(event, firstOfKey, event.payload && slice(event.payload))),
  )
  const bytes = Buffer.concat(chunks)
  const { rows } = await sql<{ system: string; n: number }>`
    with new_request as (
      insert into request (id, system, method, path, headers, content_type, body, status, trace_id, received_at)
      select id, system, method, path, headers, content_type, substring(${bytes}::bytea from at for len), status, trace_id,
             to_timestamp(received_ms / 1000)
      from json_to_recordset(${storedJson(requests)}::json) as t(
        id uuid, system text, method text, path text, headers jsonb, content_type text, at int, len int, status smallint,
        trace_id text, received_ms float8)
    ), input as materialized (
      select * from json_to_recordset(${storedJson(events)}::json) as t(
        id uuid, request_id uuid, item int, system text, object text, type text, kind text, origin text, remote_id text,
        vendor_event_id text, version text, author text, merged_into text, occurred_ms float8, received_ms float8, whole boolean,
        at int, len int, content_type text, shard smallint, state text, reason text, detail jsonb, notes jsonb, trace_id text,
        dedupe_key uuid, dedupe_expires_ms float8, duplicate_of uuid)
    ), fresh as (
      insert into event_dedupe as known (key, event_id, expires_at)
      select dedupe_key, id, to_timestamp(dedupe_expires_ms / 1000) from input
      where dedupe_key is not null and duplicate_of is null order by dedupe_key
      on conflict (key) do update set event_id = excluded.event_id, expires_at = excluded.expires_at
        where known.expires_at < now()
      returning event_id
    ), known as (
      select input.id, coalesce(input.duplicate_of, earlier.event_id) as first_id,
        -- What was blanked with an erased person, or may still be, is for interpret to see, which blanks its copy too.
        ${SUPPRESSING} and coalesce((select first.state in ('pending', 'reading') or (length(first.payload) = 0 and first.vendor_event_id is null)
          from event first where first.id = earlier.event_id), earlier.event_id is null) as looked_at
      from input left join event_dedupe earlier on earlier.key = input.dedupe_key
      where input.dedupe_key is not null and (input.duplicate_of is not null or input.id not in (select event_id from fresh))
    ), stored as (
      insert into event (id, request_id, item, system, object, type, kind, origin, remote_id, vendor_event_id, version, author,
        merged_into, occurred_at, received_at, whole, payload, content_type, shard, state, reason, detail, notes, due_at, settled_at, trace_id)
      select input.id, request_id, item, system, object, type, kind, origin, remote_id, vendor_event_id, version, author,
        merged_into, to_timestamp(occurred_ms / 1000), to_timestamp(received_ms / 1000), whole,
        case when at is not null then substring(${bytes}::bytea from at for len) end, content_type, shard,
        case when known.looked_at then 'pending' when known.id is not null then 'ignored' else state end,
        case when known.looked_at then null when known.id is not null then 'duplicate' else reason end,
        case when known.id is not null then jsonb_build_object('first', known.first_id) else detail end,
        notes,
        case when known.looked_at or (known.id is null and state <> 'dead') then now() end,
        case when not known.looked_at or (known.id is null and state = 'dead') then now() end, trace_id
      from input left join known on known.id = input.id
      on conflict (id) do nothing
    )
    select input.system, count(*)::int as n from input join known on known.id = input.id group by input.system
  `.execute(db)
  return rows
}

function requestJson(request: RequestRow, body: { at: number; len: number }) {
  return {
    id: request.id,
    system: request.system,
    method: request.method,
    path: request.path,
    headers: request.headers,
    content_type: request.contentType,
    ...body,
    status: request.status,
    trace_id: request.traceId,
    received_ms: request.receivedAtMs,
  }
}

function eventJson(event: EventRow, firstOfKey: Map<string, string>, payload: { at: number; len: number } | undefined) {
  const first = event.dedupe === undefined ? undefined : firstOfKey.get(event.dedupe.key)
  if (event.dedupe !== undefined && first === undefined) firstOfKey.set(event.dedupe.key, event.id)
  return {
    id: event.id,
    request_id: event.requestId,
    item: event.item,
    system: event.system,
    object: event.object,
    type: event.type,
    kind: event.kind,
    origin: event.origin,
    remote_id: event.remoteId,
    vendor_event_id: event.vendorEventId,
    version: event.version,
    author: event.author,
    merged_into: event.mergedInto,
    occurred_ms: event.occurredAtMs,
    received_ms: event.receivedAtMs,
    whole: event.whole,
    ...payload,
    content_type: event.contentType,
    shard: event.shard,
    state: event.state,
    reason: event.reason,
    detail: event.detail,
    notes: event.notes.length === 0 ? undefined : event.notes,
    trace_id: event.traceId,
    dedupe_key: event.dedupe?.key,
    dedupe_expires_ms: event.dedupe?.expiresAtMs,
    duplicate_of: first,
  }
}
