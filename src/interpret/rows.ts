import { sql } from 'kysely'
import type { Entity } from '#model/entities.ts'
import type { Json, JsonObject } from '#model/json.ts'
import type { EarlierValue, Shadow, WriteInFlight } from '#rules/statement/shadow.ts'
import type { SourceFields } from '#rules/statement/source-field.ts'
import type { Tx } from '#store/database.ts'
import type { EventOrigin } from '#store/schema/receiving.ts'
import { HOW_IT_CAME } from '#store/how-it-came.ts'
import { storedJson } from '#store/stored-json.ts'
import { tookIn } from '#store/customers/survivor.ts'
import { anySuppressed, SUPPRESSING } from '#store/customers/suppression.ts'

/** An event that waits to be interpreted, with its payload. */
export interface PendingEvent {
  id: string
  system: string
  object: string
  type: string
  kind: string
  origin: EventOrigin
  remoteId: string | undefined
  version: string | undefined
  mergedInto: string | undefined
  occurredAtMs: number | undefined
  receivedAtMs: number
  contentType: string | undefined
  body: Buffer
  traceId: string
  /** How often it was replayed. */
  run: number
  /** Who made the change, where the vendor says so. */
  author: string | undefined
  /** When the read back began that brought its content (epoch ms). */
  readFromMs: number | undefined
  /** The vendor's own time (epoch ms) where `occurredAtMs` does not tell it, as when it lies in the future. */
  toldAtMs?: number | undefined
  /** The event that it repeats: only what it says of erased persons is looked at. */
  copyOf: string | undefined
  /** Fields in which an earlier run, by this revision of the inbound mapping, found it to be an echo. */
  echoed: { fields: readonly string[]; mappingRevision: number | undefined } | undefined
}

export interface EventColumns {
  id: string
  system: string
  object: string
  type: string
  kind: string
  origin: EventOrigin
  remote_id: string | null
  version: string | null
  merged_into: string | null
  occurred_ms: number | null
  received_ms: number
  content_type: string | null
  body: Buffer | null
  trace_id: string
  run: number
  author: string | null
  read_from_ms: number | null
  told_at_ms: number | null
  copy_of: string | null
  echoed: string[] | null
  mapping_revision: number | null
}

/** The columns of `EventColumns`, of an event `e` and the request `r` that has its bytes where it has none of its own. */
export const EVENT_TO_MAP = sql`e.id, e.system, e.object, e.type, e.kind, e.origin, e.remote_id, e.version, e.merged_into,
      (extract(epoch from e.occurred_at) * 1000)::float8 as occurred_ms,
      (extract(epoch from e.received_at) * 1000)::float8 as received_ms,
      coalesce(e.content_type, r.content_type) as content_type, coalesce(e.payload, r.body) as body, e.trace_id, e.run,
      e.author, (e.detail ->> 'readFrom')::float8 as read_from_ms, (e.detail ->> 'toldAt')::float8 as told_at_ms, e.mapping_revision,
      case when e.detail ? 'first' then coalesce(e.detail ->> 'first', '') end as copy_of,
      case when e.run > 0 then jsonb_path_query_array(e.notes, '$[*] ? (@.code == "echo").fields[*]') end as echoed`

/** The oldest pending events of a shard with their bytes. */
export async function claimEvents(tx: Tx, shard: number, limit: number): Promise<PendingEvent[]> {
  const { rows } = await sql<EventColumns>`
    select ${EVENT_TO_MAP}
    from (select * from event where shard = ${shard} and state = 'pending' order by id limit ${limit}) e
    left join request r on r.id = e.request_id and e.payload is null
    order by e.id
  `.execute(tx)
  return rows.map(pendingEvent)
}

export function pendingEvent(row: EventColumns): PendingEvent {
  return {
    id: row.id,
    system: row.system,
    object: row.object,
    type: row.type,
    kind: row.kind,
    origin: row.origin,
    remoteId: row.remote_id ?? undefined,
    version: row.version ?? undefined,
    mergedInto: row.merged_into ?? undefined,
    occurredAtMs: row.occurred_ms ?? undefined,
    receivedAtMs: row.received_ms,
    contentType: row.content_type ?? undefined,
    body: row.body ?? Buffer.alloc(0),
    traceId: row.trace_id,
    run: row.run,
    author: row.author ?? undefined,
    readFromMs: row.read_from_ms ?? undefined,
    toldAtMs: row.told_at_ms ?? undefined,
    copyOf: row.copy_of ?? undefined,
    echoed:
      row.echoed === null ? undefined : { fields: row.echoed, mappingRevision: row.mapping_revision ?? undefined },
  }
}

/** Identity of a remote record. */
export interface RemoteKey {
  system: string
  object: string
  remoteId: string
}

/** What the hub knows of a remote record before a statement: its source record, and what was last written to it. */
export interface KnownSource {
  entity: Entity | undefined
  fields: SourceFields | undefined
  vendorForm: JsonObject | undefined
  version: string | undefined
  modifiedAtMs: number | undefined
  /** When its own people deleted it. */
  tombstoneAtMs: number | undefined
  /** When the hub deleted it. */
  hubTombstoneAtMs: number | undefined
  /** The vendor merged it into this one. */
  aliasOf: string | undefined
  /** What we wrote to it; undefined: nothing, as far as is known. */
  shadow: KnownShadow | undefined
  /** It belongs to a golden record. */
  isLinked: boolean
  /** All that is known is that another one, which was merged into it, belongs to a golden record, or that it was deleted. */
  isUnheard: boolean
}

export type KnownShadow = Omit<Shadow, 'skewToleranceMs'>

interface SourceColumns {
  n: number | null
  suppressing: boolean
  entity: Entity | null
  fields: SourceFields | null
  vendor_form: JsonObject | null
  version: string | null
  modified_ms: number | null
  tombstone_ms: number | null
  hub_tombstone_ms: number | null
  alias_of: string | null
  is_linked: boolean
  took_in: boolean
  sent_fields: JsonObject | null
  sent_earlier: Record<string, EarlierValue[]> | null
  sent_version: string | null
  sent_ms: number | null
  sent_from_ms: number | null
  sent_vendor_ms: number | null
  in_flight: WriteInFlight[] | null
}

export interface LockedSources {
  /** In the order of the keys; undefined where nothing is stored. */
  known: (KnownSource | undefined)[]
  /** Whether anybody was ever erased, and statements must be looked at for that. */
  suppressing: boolean
}

/** Locks, then reads, the source records of the keys. */
export async function lockSources(tx: Tx, keys: readonly RemoteKey[]): Promise<LockedSources> {
  if (keys.length === 0) return { known: [], suppressing: await anySuppressed(tx) }
  const json = storedJson(keys.map(({ system, object, remoteId }, n) => ({ n, system, object, remote_id: remoteId })))
  // Statements about one remote record can come from events of several shards (a form's person is named by its mail).
  await sql`
    select pg_advisory_xact_lock(k) from (
      select distinct hashtextextended(system || ' ' || object || ' ' || remote_id, 1) as k
      from json_to_recordset(${json}::json) as t(system text, object text, remote_id text) order by 1) locks
  `.execute(tx)
  const { rows } = await sql<SourceColumns>`
    select known.*, suppressing from (select ${SUPPRESSING} as suppressing) erasures left join (
    select k.n, s.entity, s.fields, s.vendor_form, s.version,
      (extract(epoch from s.modified_at) * 1000)::float8 as modified_ms,
      (extract(epoch from coalesce(s.tombstone_at, case when r.tombstone_by is distinct from 'hub' then r.tombstone_at end)) * 1000)::float8 as tombstone_ms,
      (extract(epoch from case when r.tombstone_by = 'hub' then r.tombstone_at end) * 1000)::float8 as hub_tombstone_ms, r.alias_of,
      r.golden_id is not null as is_linked, ${tookIn(sql`r`)} as took_in,
      r.sent_fields, r.sent_earlier, r.sent_version, (extract(epoch from r.sent_at) * 1000)::float8 as sent_ms,
      (extract(epoch from r.sent_from) * 1000)::float8 as sent_from_ms, (extract(epoch from r.sent_vendor_at) * 1000)::float8 as sent_vendor_ms,
      d.in_flight
    from json_to_recordset(${json}::json) as k(n int, system text, object text, remote_id text)
    left join source_record s on s.system = k.system and s.object = k.object and s.remote_id = k.remote_id
    left join remote_record r on r.system = k.system and r.object = k.object and r.remote_id = k.remote_id
    -- Also what was sent for a golden record that was merged away since, or that gave this one back (or for whom that was merged into), whose call has not ended yet.
    -- A create made no record that is there and was known before it, but for what our clocks may differ.
    left join lateral (
      select jsonb_agg(f.write || jsonb_build_object('called', f.n = 1 and d.lease_by is not null) order by f.write -> 'at' desc) as in_flight
      from (select r.golden_id as id, false as gave_back union all select m.id, false from golden_record m where m.merged_into = r.golden_id
        union all select unnest(array[w.id, w.merged_into]), true from merge_log l join golden_record w on w.id = l.winner_id
          where l.loser_id = r.golden_id and l.undone_at is not null) g
      join delivery d on d.golden_id = g.id and d.system = r.system and d.object = r.object and d.in_flight_fields is not null
      cross join jsonb_array_elements(d.in_flight_fields) with ordinality f(write, n)
      where case when f.write ->> 'to' is not null then f.write ->> 'to' = r.remote_id
        else not coalesce(f.write -> 'not' ? r.remote_id, false) and not g.gave_back and (d.remote_id = r.remote_id or d.remote_id is null or r.is_primary)
          and (r.tombstone_at is not null or r.linked_at > to_timestamp((f.write ->> 'at')::float8 / 1000) - interval '1 second') end) d on r.golden_id is not null
    where s.system is not null or r.system is not null) known on true
  `.execute(tx)
  const known: (KnownSource | undefined)[] = keys.map(() => undefined)
  for (const row of rows) {
    if (row.n === null) continue
    const shadow = shadowOf(row)
    known[row.n] = {
      entity: row.entity ?? undefined,
      fields: row.fields ?? undefined,
      vendorForm: row.vendor_form ?? undefined,
      version: row.version ?? undefined,
      modifiedAtMs: row.modified_ms ?? undefined,
      tombstoneAtMs: row.tombstone_ms ?? undefined,
      hubTombstoneAtMs: row.hub_tombstone_ms ?? undefined,
      aliasOf: row.alias_of ?? undefined,
      shadow,
      isLinked: row.is_linked,
      isUnheard: row.fields === null && shadow === undefined && (row.took_in || !row.is_linked),
    }
  }
  return { known, suppressing: rows[0]?.suppressing === true }
}

function shadowOf(row: SourceColumns): KnownShadow | undefined {
  if (row.sent_fields === null && row.in_flight === null && row.sent_earlier === null) return undefined
  return {
    inFlight: row.in_flight ?? [],
    sent: row.sent_fields ?? undefined,
    earlier: row.sent_earlier ?? {},
    sentFromMs: row.sent_from_ms ?? undefined,
    sentAtMs: row.sent_ms ?? undefined,
    sentVendorAtMs: row.sent_vendor_ms ?? undefined,
    sentVersion: row.sent_version ?? undefined,
  }
}

export interface SourceWrite extends RemoteKey {
  entity: Entity
  fields: SourceFields
  vendorForm: JsonObject | undefined
  mappingHash: string | undefined
  version: string | undefined
  modifiedAtMs: number
  tombstoneAtMs: number | undefined
  shard: number
  eventId: string
  traceId: string
  /** False when nothing that the golden record depends on changed: stored, but not resolved again. */
  resolve: boolean
  /** An event was run again: the stages behind do their part again too, for that is where the first run may have failed. */
  replay: boolean
}

export interface EventSettlement {
  id: string
  state: 'processed' | 'ignored' | 'dead'
  reason: string | undefined
  detail: Json | undefined
  notes: Json[] | undefined
  /** The revision of the inbound mapping that it was mapped by. */
  mappingRevision?: number | undefined
}

/**
 * Writes source records, the work of the next stage and the events' ends, in one statement. What came from `loaded` events
 * (first link) goes behind live work.
 */
export async function commitInterpreted(
  tx: Tx,
  sources: readonly SourceWrite[],
  events: readonly EventSettlement[],
  loaded: ReadonlySet<string> = new Set(),
): Promise<void> {
  const sourceRows = sources.map(source => ({
    system: source.system,
    object: source.object,
    remote_id: source.remoteId,
    entity: source.entity,
    fields: source.fields,
    vendor_form: source.vendorForm,
    mapping_hash: source.mappingHash,
    version: source.version,
    modified_ms: source.modifiedAtMs,
    tombstone_ms: source.tombstoneAtMs,
    shard: source.shard,
    event_id: source.eventId,
    trace_id: source.traceId,
    resolve: source.resolve,
    replay: source.replay,
    priority: loaded.has(source.eventId) ? 1 : 0,
  }))
  const first = events[0]?.id
  const last = events.at(-1)?.id
  await sql`
    with input as materialized (
      select * from json_to_recordset(${storedJson(sourceRows)}::json) as t(
        system text, object text, remote_id text, entity text, fields jsonb, vendor_form jsonb, mapping_hash text, version text,
        modified_ms float8, tombstone_ms float8, shard smallint, event_id uuid, trace_id text, resolve boolean, replay boolean, priority smallint)
    ), sources as (
      insert into source_record as s (system, object, remote_id, entity, fields, vendor_form, mapping_hash, version, modified_at, tombstone_at)
      select system, object, remote_id, entity, fields, vendor_form, mapping_hash, version,
        to_timestamp(modified_ms / 1000), to_timestamp(tombstone_ms / 1000) from input
      on conflict (system, object, remote_id) do update set entity = excluded.entity, fields = excluded.fields,
        vendor_form = excluded.vendor_form, mapping_hash = excluded.mapping_hash, version = excluded.version,
        modified_at = excluded.modified_at, tombstone_at = excluded.tombstone_at, updated_at = now()
    ), work as (
      insert into resolve_work as w (system, object, remote_id, shard, since, event_id, trace_id, replay, priority)
      select system, object, remote_id, shard, now(), event_id, trace_id, replay, priority from input where resolve
      on conflict (system, object, remote_id) do update set event_id = excluded.event_id, trace_id = excluded.trace_id, replay = w.replay or excluded.replay,
        priority = least(w.priority, excluded.priority), cause = null
    )
    update event e set state = t.state, reason = t.reason, detail = coalesce(${HOW_IT_CAME} || t.detail, ${HOW_IT_CAME}, t.detail),
      notes = case when e.notes is null then t.notes when t.notes is null then e.notes else e.notes || t.notes end, settled_at = now(), due_at = null,
      attempts = e.attempts + 1, mapping_revision = t."mappingRevision"
    from json_to_recordset(${storedJson(events)}::json) as t(id uuid, state text, reason text, detail jsonb, notes jsonb, "mappingRevision" int)
    where e.id = t.id and e.id between ${first}::uuid and ${last}::uuid
  `.execute(tx)
}

/** One text per remote record. */
export function keyText(key: RemoteKey): string {
  return `${key.system}\n${key.object}\n${key.remoteId}`
}
