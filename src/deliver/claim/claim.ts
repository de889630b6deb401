import { sql } from 'kysely'
import type { Entity } from '#model/entities.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { type EarlierValue, mayBeRemoved, type Shadow, type WriteInFlight, writesTo } from '#rules/statement/shadow.ts'
import type { SourceFields } from '#rules/statement/source-field.ts'
import type { Tx } from '#store/database.ts'
import { primaryOrder } from '#store/customers/primary.ts'
import { storedJson } from '#store/stored-json.ts'
import { BRAKE_WINDOW_MS } from '../brake/limit.ts'
import type { Flips } from '../decide/flips.ts'

/** What of the shadow stands on the remote record. */
export type SentShadow = Omit<Shadow, 'inFlight' | 'skewToleranceMs'>

/** A due delivery with everything needed to decide on it. */
export interface DueDelivery {
  system: string
  object: string
  goldenId: string
  entity: Entity
  route: string
  action: 'upsert' | 'freeze' | 'archive' | 'delete'
  state: string
  reason: string | undefined
  /** A call for it was under way when its process died: it may have been written. */
  interrupted: boolean
  failures: number
  job: { job: Json; of: DueDelivery['action'] } | undefined
  /** What made it due (#model/causes.ts). */
  cause: string | undefined
  /** The brake counted it for this cause within its window, or a person let it through. */
  counted: 'no' | 'yes' | 'let_through'
  flips: Flips
  traceId: string
  eventId: string | undefined
  /** Microseconds since 1970, exact: tells whether it was planned again since. */
  plannedAt: number
  /** When all this was read, by the clock that also says when events are received: what came since is not known here. */
  readAtMs: number
  golden: { version: number; fields: JsonObject; state: string; updatedAtMs: number }
  remote:
    | {
        remoteId: string
        sent: JsonObject | undefined
        version: string | undefined
        /** It is no longer there: deleted (or merged away) by its own people, or by the hub. */
        tombstone: boolean
        tombstoneBy?: 'hub'
        /** Canonical values of what was sent and of earlier writes, and when the last one was leased and acknowledged. */
        shadow: SentShadow
      }
    | undefined
  /** An earlier call may have been made there: its fate is not known, or its job is under way. */
  isOpen: boolean
  /** Such calls, newest first. */
  unsettled: readonly WriteInFlight[]
  /** Present when nothing was sent yet, or something was heard from the system since our last write. */
  source:
    | {
        vendorForm: JsonObject | undefined
        fields: SourceFields
        version: string | undefined
        /** It said something that the golden record does not know yet. */
        isResolving: boolean
      }
    | undefined
  links: ResolvedLink[]
  /** First link of the (system, object): nothing is written there before it is live. */
  linkState: LinkState
  /** Whose ids its mapping asked for, as noted when it was decided on last: `<golden id> <system>` each. */
  asks: readonly string[]
  /** The revision of the outbound mapping that its decision was made by. */
  mappingRevision?: number | undefined
}

/** A link whose target is known, as the delivering system sees it. */
export interface ResolvedLink {
  field: string
  goldenId: string
  entity: Entity
  fields: JsonObject
  /** Its id in the delivering system, once it is there, and the object that it is there. */
  remoteId: string | undefined
  remoteObject?: string
  /** Its own delivery to that system; undefined when it is not routed there. */
  delivery: { state: string; reason: string | undefined; object: string } | undefined
}

export type LinkState = 'new' | 'loading' | 'review' | 'live'

interface ClaimColumns {
  system: string
  object: string
  golden_id: string
  entity: Entity
  route: string
  action: DueDelivery['action']
  state: string
  reason: string | null
  interrupted: boolean
  failures: number
  job: DueDelivery['job'] | null
  cause: string | null
  counted: DueDelivery['counted']
  flips: Flips | null
  trace_id: string
  event_id: string | null
  planned_at: number
  version: number
  fields: JsonObject
  golden_state: string
  updated_ms: number
  remote_id: string | null
  sent: JsonObject | null
  sent_version: string | null
  sent_fields: JsonObject | null
  sent_earlier: Record<string, EarlierValue[]> | null
  sent_ms: number | null
  sent_from_ms: number | null
  sent_vendor_ms: number | null
  unsettled: WriteInFlight[] | null
  is_open: boolean
  tombstone_by: 'system' | 'hub' | null
  has_source: boolean
  vendor_form: JsonObject | null
  source_fields: SourceFields | null
  source_version: string | null
  resolving: boolean
  link_state: LinkState
  asks: string[] | null
}

/**
 * Due deliveries of a shard, at most `limits[system]` of each system, live work first; also those whose lease ran out. Rows that another transaction holds are left to it.
 */
export async function claimDeliveries(
  tx: Tx,
  shard: number,
  limits: readonly { system: string; n: number }[],
  nowMs: () => number,
): Promise<DueDelivery[]> {
  const locked = await lockDue(tx, shard, limits)
  return await readDeliveries(tx, locked, nowMs())
}

/** Everything that deciding needs of these deliveries, which the transaction has locked. */
export async function readDeliveries(
  tx: Tx,
  locked: readonly { system: string; object: string; golden_id: string }[],
  readAtMs: number,
): Promise<DueDelivery[]> {
  if (locked.length === 0) return []
  const { rows } = await sql<ClaimColumns>`
    select d.system, d.object, d.golden_id, d.entity, d.route, d.action, d.state, d.reason, d.lease_by is not null as interrupted, d.failures, d.job, d.trace_id, d.event_id,
      d.cause, d.flips, case when d.counted_at = 'infinity' then 'let_through'
        when d.counted_cause = d.cause and d.counted_at > now() - ${BRAKE_WINDOW_MS} * interval '1 millisecond' then 'yes' else 'no' end as counted,
      (extract(epoch from d.planned_at) * 1000000)::bigint as planned_at,
      g.version, g.fields, g.state as golden_state, (extract(epoch from g.updated_at) * 1000)::float8 as updated_ms,
      r.remote_id, r.sent, r.sent_version, r.sent_fields, r.sent_earlier, (extract(epoch from r.sent_at) * 1000)::float8 as sent_ms,
      (extract(epoch from r.sent_from) * 1000)::float8 as sent_from_ms, (extract(epoch from r.sent_vendor_at) * 1000)::float8 as sent_vendor_ms,
      d.in_flight_fields as unsettled, d.in_flight is not null as is_open, r.tombstone_by,
      s.system is not null as has_source, case when r.sent is null then s.vendor_form end as vendor_form, s.fields as source_fields,
      s.version as source_version,
      s.system is not null and exists (select from resolve_work w where w.system = s.system and w.object = s.object and w.remote_id = s.remote_id) as resolving,
      coalesce(o.link_state, 'live') as link_state, d.asks
    from json_to_recordset(${storedJson(locked)}::json) as k(system text, object text, golden_id uuid)
    join delivery d on d.golden_id = k.golden_id and d.system = k.system and d.object = k.object
    join golden_record g on g.id = d.golden_id
    left join system_object o on o.system = d.system and o.object = d.object
    left join lateral (
      select r.system, r.object, r.remote_id, r.sent, r.sent_version, r.sent_fields, r.sent_earlier, r.sent_at, r.sent_from, r.sent_vendor_at,
        case when r.alias_of is not null then 'system' when r.tombstone_at is not null then coalesce(r.tombstone_by, 'system') end as tombstone_by
      from remote_record r where r.golden_id = d.golden_id and r.system = d.system and r.object = d.object
      order by ${primaryOrder('r')} limit 1) r on true
    left join source_record s on s.system = r.system and s.object = r.object and s.remote_id = r.remote_id
      -- Another route or mapping may no longer keep what was kept there long ago.
      and (r.sent is null or s.updated_at >= r.sent_from - interval '1 minute' or d.cause = 'config' or d.cause like 'route:%' or d.cause like 'mapping:%')
  `.execute(tx)
  const deliveries = rows.map(row => dueDelivery(row, readAtMs))
  await addLinks(tx, deliveries)
  return deliveries
}

/**
 * Locks due deliveries. What is decided on is read by a later statement: a row that was planned or settled while this one
 * ran is locked as it is now, and must not be put beside a golden or remote record as it was before.
 */
async function lockDue(
  tx: Tx,
  shard: number,
  limits: readonly { system: string; n: number }[],
): Promise<{ system: string; object: string; golden_id: string }[]> {
  const { rows } = await sql<{ system: string; object: string; golden_id: string }>`
    select d.system, d.object, d.golden_id from json_to_recordset(${storedJson(limits)}::json) as w(system text, n int)
    cross join lateral (
      select system, object, golden_id from delivery
      where shard = ${shard} and system = w.system and due_at <= now() and (lease_until is null or lease_until < now())
      order by priority, due_at limit w.n for update skip locked) d
  `.execute(tx)
  return rows
}

function dueDelivery(row: ClaimColumns, readAtMs: number): DueDelivery {
  const remote = remoteOf(row)
  const unsettled = row.unsettled ?? []
  return {
    system: row.system,
    object: row.object,
    goldenId: row.golden_id,
    entity: row.entity,
    route: row.route,
    action: row.action,
    state: row.state,
    reason: row.reason ?? undefined,
    interrupted: row.interrupted,
    failures: row.failures,
    job: row.job ?? undefined,
    cause: row.cause ?? undefined,
    counted: row.counted,
    flips: row.flips ?? {},
    traceId: row.trace_id,
    eventId: row.event_id ?? undefined,
    plannedAt: row.planned_at,
    readAtMs,
    golden: { version: row.version, fields: keptFields(row), state: row.golden_state, updatedAtMs: row.updated_ms },
    remote,
    isOpen:
      row.is_open ||
      mayBeRemoved(remote?.remoteId, unsettled) ||
      (remote === undefined && writesTo(undefined, unsettled).length > 0),
    unsettled,
    source:
      row.has_source && row.source_fields !== null
        ? {
            vendorForm: row.vendor_form ?? undefined,
            fields: row.source_fields,
            version: row.source_version ?? undefined,
            isResolving: row.resolving,
          }
        : undefined,
    links: [],
    linkState: row.link_state,
    asks: row.asks ?? [],
  }
}

/**
 * Golden fields as this system must have them: of a field whose last statement was withdrawn it keeps what it has, for only
 * an explicit null clears. What was removed there has nothing to keep: made anew it is made of what counts now.
 */
function keptFields({ fields, sent_fields: sent, tombstone_by: tombstoneBy }: ClaimColumns): JsonObject {
  if (tombstoneBy !== null) return fields
  return sent !== null && Object.keys(sent).some(name => !Object.hasOwn(fields, name)) ? { ...sent, ...fields } : fields
}

/** What the hub removed itself may be written anew; what others removed is known, so that it is not. */
function remoteOf(row: ClaimColumns): DueDelivery['remote'] {
  if (row.remote_id === null || (row.tombstone_by === 'hub' && row.action === 'upsert')) return undefined
  return {
    remoteId: row.remote_id,
    sent: row.sent ?? undefined,
    version: row.sent_version ?? undefined,
    shadow: {
      sent: row.sent_fields ?? undefined,
      earlier: row.sent_earlier ?? {},
      sentFromMs: row.sent_from_ms ?? undefined,
      sentAtMs: row.sent_ms ?? undefined,
      sentVendorAtMs: row.sent_vendor_ms ?? undefined,
      sentVersion: row.sent_version ?? undefined,
    },
    tombstone: row.tombstone_by !== null,
    ...(row.tombstone_by === 'hub' ? { tombstoneBy: 'hub' } : {}),
  }
}

interface LinkColumns {
  from_id: string
  system: string
  field: string
  to_id: string
  entity: Entity
  fields: JsonObject
  remote_id: string | null
  remote_object: string | null
  state: string | null
  reason: string | null
  object: string | null
}

/** Links of the deliveries, with the targets' ids in the same system. A remote record of a part (`order/person`) is no record of the system. */
async function addLinks(tx: Tx, deliveries: readonly DueDelivery[]): Promise<void> {
  if (deliveries.length === 0) return
  const pairs = deliveries.map(delivery => ({ from_id: delivery.goldenId, system: delivery.system }))
  const { rows } = await sql<LinkColumns>`
    select l.from_id, p.system, l.field, l.to_id, g.entity, g.fields, r.remote_id, r.object as remote_object, d.state, d.reason, d.object
    from json_to_recordset(${storedJson(pairs)}::json) as p(from_id uuid, system text)
    join golden_link l on l.from_id = p.from_id and l.to_id is not null
    join golden_record g on g.id = l.to_id
    left join lateral (
      select state, reason, object from delivery where golden_id = l.to_id and system = p.system
      order by state in ('absent', 'frozen'), object limit 1) d on true
    left join lateral (
      select remote_id, object from remote_record r where r.golden_id = l.to_id and r.system = p.system and r.tombstone_at is null
        and r.alias_of is null and r.object = coalesce(d.object, r.object) and position('/' in r.object) = 0
      order by ${primaryOrder('r')} limit 1) r on true
  `.execute(tx)
  if (rows.length === 0) return
  const byDelivery = Map.groupBy(rows, row => `${row.system} ${row.from_id}`)
  for (const delivery of deliveries) {
    for (const row of byDelivery.get(`${delivery.system} ${delivery.goldenId}`) ?? []) {
      delivery.links.push({
        field: row.field,
        goldenId: row.to_id,
        entity: row.entity,
        fields: row.fields,
        remoteId: row.remote_id ?? undefined,
        ...(row.remote_object === null ? {} : { remoteObject: row.remote_object }),
        delivery:
          row.state === null || row.object === null
            ? undefined
            : { state: row.state, reason: row.reason ?? undefined, object: row.object },
      })
    }
  }
}
