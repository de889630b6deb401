import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { SimHub } from '../contract.ts'
import type { Report } from '../model/report.ts'
import type { StewardAct } from '../model/stewardship.ts'
import type { Union } from '../model/union.ts'
import type { BrakeAct } from '../world/people/brake-keeper.ts'
import type { Burst } from '../world/people/bursts.ts'
import type { Customers } from '../world/people/customers.ts'
import type { Erasure } from '../world/people/erasures.ts'
import type { Features } from '../world/features.ts'
import type { Snapshot } from '../world/truth.ts'
import type { Vendor } from '../world/vendors/vendor.ts'

/** Everything a check looks at: the vendors, the truth, and what the hub's database holds at the end. */
export interface Evidence extends WorldFacts {
  /** Numbers of posts that are found in the hub's requests. */
  stored: ReadonlySet<number>
  /** How many requests were blanked with somebody who was erased. */
  blanked: number
  events: readonly EventRow[]
  /** The events that reached the hub, as the judge reads them, in the order of their receipt. */
  reports: readonly Report[]
  goldens: readonly GoldenRow[]
  crosswalk: readonly RemoteRow[]
  deliveries: readonly DeliveryRow[]
  sources: readonly SourceRow[]
  merges: readonly MergeRow[]
  /** Whatever personal data could stand in, where anybody was erased. */
  texts: readonly { place: string; id: string; atMs: number | null; text: string }[]
  /** Deliveries that were leased for a cause while the brake was on for it. */
  passedBrake: readonly { system: string; golden_id: string; cause: string }[]
  workLeft: readonly { stage: string; n: number }[]
}

export interface EventRow {
  id: string
  system: string
  object: string
  kind: string
  origin: string
  remote_id: string | null
  vendor_event_id: string | null
  version: string | null
  occurred_ms: number | null
  received_ms: number
  /** When it was interpreted last, and how often it was replayed. */
  settled_ms: number | null
  run: number
  payload: string | null
  state: string
  reason: string | null
  detail: Json
  notes: Json
}

export interface GoldenRow {
  id: string
  entity: 'person' | 'account'
  fields: JsonObject
  provenance: JsonObject
  state: string
  steward: JsonObject | null
  merged_into: string | null
  version: number
}

export interface RemoteRow {
  system: string
  object: string
  remote_id: string
  golden_id: string | null
  is_primary: boolean
  alias_of: string | null
  tombstone: boolean
  /** A write of ours was acknowledged there. */
  sent: boolean
  /** When the hub knew whose it is. */
  linkedMs: number
}

export interface DeliveryRow {
  system: string
  object: string
  golden_id: string
  state: string
  reason: string | null
  detail: Json
  action: string
  /** The version of the golden record that was planned last. */
  wanted_version: number
  due: boolean
  /** When it came to rest, or was tried, last. */
  settledMs: number | null
}

export interface SourceRow {
  system: string
  object: string
  remote_id: string
  fields: JsonObject
  tombstone: boolean
}

/** A merge, with the remote records that the loser had then. */
export interface MergeRow extends Union {
  remotes: readonly { system: string; object: string; remoteId: string }[]
}

export interface WorldFacts {
  customers: Customers
  features: Features
  vendors: readonly Vendor[]
  snapshots: ReadonlyMap<number, Snapshot>
  skewToleranceMs: number
  stewardActs: readonly StewardAct[]
  erasures: readonly Erasure[]
  bursts: readonly Burst[]
  brakeActs: readonly BrakeAct[]
  /** When anything but a vendor's news may have made the hub write. */
  otherReasons: readonly number[]
  /** Numbers of the posts that the hub acknowledged. */
  acknowledged: readonly number[]
}

export async function gatherEvidence(hub: SimHub, facts: WorldFacts): Promise<Evidence> {
  const events = await hub.rows<EventRow>(`
    select e.id, e.system, e.object, e.kind, e.origin, e.remote_id, e.vendor_event_id, e.version,
      (extract(epoch from e.occurred_at) * 1000)::float8 as occurred_ms, (extract(epoch from e.received_at) * 1000)::float8 as received_ms,
      (extract(epoch from e.settled_at) * 1000)::float8 as settled_ms, e.run,
      convert_from(e.payload, 'utf8') as payload, e.state, e.reason, e.detail, e.notes from event e order by e.id`)
  const requests = await hub.rows<{ body: string }>(`select convert_from(body, 'utf8') as body from request`)
  return {
    ...facts,
    stored: new Set(requests.flatMap(({ body }) => postOf(body))),
    blanked: requests.filter(({ body }) => body === '').length,
    events,
    reports: reportsOf(events, facts),
    goldens: await hub.rows<GoldenRow>(
      `select id, entity, fields, provenance, state, steward, merged_into, version::int from golden_record order by id`,
    ),
    crosswalk: await hub.rows<RemoteRow>(`
      select system, object, remote_id, golden_id, is_primary, alias_of, tombstone_at is not null as tombstone, sent is not null as sent,
        (extract(epoch from linked_at) * 1000)::float8 as "linkedMs" from remote_record order by 1, 2, 3`),
    deliveries: await hub.rows<DeliveryRow>(`
      select system, object, golden_id, state, reason, detail, action, wanted_version::int, due_at is not null as due, (extract(epoch from settled_at) * 1000)::float8 as "settledMs"
      from delivery order by golden_id, system, object`),
    sources: await hub.rows<SourceRow>(`
      select system, object, remote_id, fields, tombstone_at is not null as tombstone from source_record order by 1, 2, 3`),
    merges: (
      await hub.rows<Omit<MergeRow, 'untilMs'> & { untilMs: number | null }>(`
        select loser_id as "loserId", winner_id as "winnerId", (extract(epoch from merged_at) * 1000)::float8 as "fromMs",
          (extract(epoch from undone_at) * 1000)::float8 as "untilMs", coalesce(detail -> 'remotes', '[]') as remotes from merge_log order by merged_at, id`)
    ).map(row => ({ ...row, untilMs: row.untilMs ?? undefined })),
    texts: facts.erasures.length === 0 ? [] : await hub.rows(PERSONAL_TEXTS),
    passedBrake: facts.features.brake ? await hub.rows(PASSED_BRAKE) : [],
    workLeft: await hub.rows<{ stage: string; n: number }>(`
      select 'resolve' as stage, count(*)::int as n from resolve_work union all select 'plan', count(*)::int from plan_work`),
  }
}

/** A delivery says when it was counted last, and for what; one that a person let through is not counted. */
const PASSED_BRAKE = `
  select d.system, d.golden_id, b.cause from delivery d
  join brake b on b.system = d.system and b.object = d.object and b.cause = d.counted_cause
  where d.counted_at > b.tripped_at and d.counted_at < coalesce(b.ended_at, 'infinity') order by 1, 2, 3`

const PERSONAL_TEXTS = `
  select place, id, (extract(epoch from at) * 1000)::float8 as "atMs", text from (
    select 'golden_record' as place, id::text, null::timestamptz as at, concat(fields, provenance, steward) as text from golden_record
    union all select 'source_record', remote_id, null, concat(fields, vendor_form) from source_record
    union all select 'remote_record', remote_id, null, concat(sent, sent_fields, sent_earlier) from remote_record
    union all select 'delivery', golden_id::text, null, concat(in_flight, in_flight_fields, detail, job) from delivery
    union all select concat_ws(' ', 'event', system, origin, kind, state, reason), id::text, null, concat(convert_from(payload, 'utf8'), detail, notes) from event
    union all select 'request', id::text, null, concat(convert_from(body, 'utf8'), headers) from request
    union all select 'attempt', id::text, started_at, exchanges::text from attempt
    union all select 'identity_key', golden_id::text, null, value from identity_key
    union all select 'golden_link', from_id::text, null, target from golden_link
    union all select 'review', id::text, null, evidence::text from review
    union all select 'merge_log', id::text, null, detail::text from merge_log
    union all select 'audit', id::text, null, detail::text from audit) everything`

function postOf(body: string): number[] {
  const parsed = parsedObject(body)
  return typeof parsed?.['post'] === 'number' ? [parsed['post']] : []
}

/** Events as reports; a second copy of an event (by the vendor's own id) says nothing. */
function reportsOf(events: readonly EventRow[], facts: WorldFacts): Report[] {
  const known = new Set<string>()
  const first = events.filter(row => {
    const key = `${row.system} ${row.vendor_event_id}`
    if (row.vendor_event_id !== null && known.has(key)) return false
    known.add(key)
    return true
  })
  return inOrder(first).flatMap(row => (row.remote_id === null ? [] : (reportOf(row, row.remote_id, facts) ?? [])))
}

/**
 * What arrived whole arrived when it was received; what had to be read back, when that was read. A replay is a new run of
 * the same event and changes nothing.
 */
function inOrder(events: readonly EventRow[]): EventRow[] {
  const arrival = (row: EventRow): number =>
    row.run === 0 ? (row.settled_ms ?? row.received_ms) : Math.max(row.received_ms, row.occurred_ms ?? 0)
  return [...events].sort((left, right) => arrival(left) - arrival(right) || (left.id < right.id ? -1 : 1))
}

function reportOf(row: EventRow, remoteId: string, facts: WorldFacts): Report | undefined {
  const { snapshots } = facts
  const removal = row.kind === 'delete' || row.kind === 'merge'
  const payload = parsedObject(row.payload ?? '')
  const rev = typeof payload?.['rev'] === 'number' ? payload['rev'] : undefined
  const snapshot = rev === undefined ? undefined : snapshots.get(rev)
  if (snapshot === undefined && !removal) return undefined
  // An event that was read or polled has the time of its content, else of the read's start; what arrived whole, the vendor's own, clamped.
  const readFrom = isJsonObject(row.detail) ? row.detail['readFrom'] : undefined
  const told = row.occurred_ms ?? (typeof readFrom === 'number' ? readFrom : row.received_ms)
  const atMs = snapshot?.vendorMs === undefined ? told : Math.min(snapshot.vendorMs, Math.max(row.received_ms, told))
  return {
    event: row.id,
    system: row.system,
    object: row.object,
    remoteId,
    kind: row.kind,
    origin: row.origin,
    receivedMs: row.received_ms,
    settledMs: row.settled_ms ?? row.received_ms,
    order: { version: snapshot?.version ?? (row.version === null ? undefined : Number(row.version)), atMs },
    rev: removal ? undefined : rev,
    ownDelete:
      removal &&
      ((snapshot ?? newestOf(snapshots, remoteId, row.received_ms))?.deleted === 'hub' ||
        (row.reason === 'echo' && mayBeOurRemoval(row, remoteId, facts))),
    members: Object.keys(payload ?? {}),
  }
}

/** A removal is in flight from its lease on, and then may wait for its call. */
const BEFORE_REMOVAL_MS = 30_000

/** What people removed while the hub was removing it may be either's doing, as far as anybody can tell. */
function mayBeOurRemoval(row: EventRow, remoteId: string, { vendors }: WorldFacts): boolean {
  const record = vendors.find(({ dialect }) => dialect.system === row.system)?.records.get(remoteId)
  return record?.removalAskedMs !== undefined && row.received_ms >= record.removalAskedMs - BEFORE_REMOVAL_MS
}

/** How the record was when a call found it gone, which tells no more. */
function newestOf(snapshots: ReadonlyMap<number, Snapshot>, remoteId: string, untilMs: number): Snapshot | undefined {
  return [...snapshots.values()].filter(({ id, atMs }) => id === remoteId && atMs <= untilMs).at(-1)
}

function parsedObject(text: string): JsonObject | undefined {
  if (text === '') return undefined
  const value = JSON.parse(text) as Json
  return isJsonObject(value) ? value : undefined
}
