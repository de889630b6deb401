import { sql } from 'kysely'
import type { Entity } from '#model/entities.ts'
import { remoteShard } from '#model/shard.ts'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import type { ApplyContext, SourceState } from './apply.ts'
import { withPrimaries } from './primaries.ts'
import { type EventSettlement, keyText, type PendingEvent, type RemoteKey } from './rows.ts'

/** What the crosswalk knows of a remote record that an event takes away or brings back. */
export interface RemovalFacts {
  /** The entity of the golden record that it belongs to. */
  entity: Entity | undefined
  tombstoneBy: 'system' | 'hub' | undefined
  /** The hub removed it, or a call that does so is under way or of unknown fate: what is told now is our own doing. */
  isOurs: boolean
  /** When the hub had archived it, as far as nothing was told of that yet. */
  archivedAtMs?: number | undefined
}

/** Marks that a remote record is gone, where no source record can bear that, or where it was the hub that removed it. */
export interface Tombstone extends RemoteKey {
  by: 'system' | 'hub'
  atMs: number
}

export interface Removed {
  settlement: EventSettlement
  tombstone: Tombstone | undefined
}

const NO_FACTS: RemovalFacts = { entity: undefined, tombstoneBy: undefined, isOurs: false }

/** The remote record that a delete or a merge takes away. */
export function removalKey(event: PendingEvent): RemoteKey | undefined {
  return event.kind === 'delete' || event.kind === 'merge' ? keyOf(event) : undefined
}

/** The remote records that are locked for an event about their being: also the one that survives a merge. */
export function beingKeys(event: PendingEvent): RemoteKey[] {
  const key = keyOf(event)
  if (key === undefined || !['delete', 'merge', 'restore'].includes(event.kind)) return []
  return event.kind === 'merge' && event.mergedInto !== undefined
    ? [key, { ...key, remoteId: event.mergedInto }]
    : [key]
}

/** The remote record that an event is about, where it says so. */
export function keyOf({ system, object, remoteId }: PendingEvent): RemoteKey | undefined {
  return remoteId === undefined ? undefined : { system, object, remoteId }
}

/**
 * A vendor's delete (or merge into another record): what the system said of it is withdrawn, unless something newer was
 * said. One of a record that was never heard of is remembered, so that an older snapshot that comes later finds it. The
 * echo of our own removal withdraws nothing; what is surely later than our archiving is none, for people delete what was
 * put away. A merge stands also against a newer word of the losing record, whose clock may
 * be another: only when it is replayed could it undo what came after.
 */
export function applyRemoval(
  event: PendingEvent,
  state: SourceState,
  key: RemoteKey,
  { shards, skewToleranceMs }: Pick<ApplyContext, 'shards' | 'skewToleranceMs'>,
  facts: RemovalFacts = NO_FACTS,
): Removed {
  const atMs = event.occurredAtMs ?? event.receivedAtMs
  const isOlder = state.modifiedAtMs !== undefined && atMs < state.modifiedAtMs
  if (isOlder && (event.kind === 'delete' || event.run > 0)) return settled(event, 'ignored', 'older')
  const isEcho = facts.isOurs && (event.occurredAtMs ?? 0) <= (facts.archivedAtMs ?? Infinity) + skewToleranceMs
  if (event.kind === 'delete' && isEcho)
    return settled(event, 'processed', 'echo', facts.tombstoneBy === 'hub' ? undefined : { ...key, by: 'hub', atMs })
  const entity = state.entity ?? facts.entity
  state.tombstoneAtMs = Math.max(atMs, state.tombstoneAtMs ?? atMs)
  if (entity === undefined) {
    const tombstone: Tombstone = { ...key, by: 'system', atMs: state.tombstoneAtMs }
    return settled(event, 'processed', 'unknown_record', tombstone)
  }
  state.entity = entity
  state.modifiedAtMs = Math.max(atMs, state.modifiedAtMs ?? atMs)
  state.version = event.version ?? state.version
  write(event, state, key, entity, shards)
  return settled(event, 'processed', undefined)
}

/**
 * Whether an event says that its record is there (again): a vendor's restore, or a look at a record that the hub had removed.
 * Webhooks do not count against our own removal: they may have been on their way since before.
 */
export function bringsBack(event: PendingEvent, state: SourceState | undefined): boolean {
  const { tombstoneAtMs, aliasOf, hubTombstoneAtMs } = state ?? {}
  const atMs = event.occurredAtMs ?? event.receivedAtMs
  const isNewer =
    (tombstoneAtMs === undefined || atMs > tombstoneAtMs) && (hubTombstoneAtMs === undefined || atMs > hubTombstoneAtMs)
  if (event.kind === 'restore') return isNewer && (tombstoneAtMs ?? hubTombstoneAtMs ?? aliasOf) !== undefined
  const looked = event.kind === 'snapshot' && ['poll', 'read', 'load'].includes(event.origin)
  return looked && event.occurredAtMs !== undefined && hubTombstoneAtMs !== undefined && isNewer
}

/** The tombstone is lifted, and what the system had said counts again; the event's own content is applied after it. */
export function applyReturn(event: PendingEvent, state: SourceState, key: RemoteKey, shards: number): void {
  state.tombstoneAtMs = undefined
  state.hubTombstoneAtMs = undefined
  state.aliasOf = undefined
  if (state.entity === undefined) return
  if (event.kind === 'restore')
    state.modifiedAtMs = Math.max(event.occurredAtMs ?? event.receivedAtMs, state.modifiedAtMs ?? 0)
  write(event, state, key, state.entity, shards)
}

function write(event: PendingEvent, state: SourceState, key: RemoteKey, entity: Entity, shards: number): void {
  state.fields ??= {}
  state.write = {
    ...key,
    entity,
    fields: state.fields,
    vendorForm: state.vendorForm,
    mappingHash: undefined,
    version: state.version,
    modifiedAtMs: state.modifiedAtMs ?? event.receivedAtMs,
    tombstoneAtMs: state.tombstoneAtMs,
    shard: remoteShard(key.system, key.object, key.remoteId, shards),
    eventId: event.id,
    traceId: event.traceId,
    resolve: true,
    replay: event.run > 0 || state.write?.replay === true,
  }
}

function settled(
  event: PendingEvent,
  state: EventSettlement['state'],
  reason: string | undefined,
  tombstone?: Tombstone,
): Removed {
  return { settlement: { id: event.id, state, reason, detail: undefined, notes: undefined }, tombstone }
}

interface FactColumns {
  system: string
  object: string
  remote_id: string
  entity: Entity | null
  tombstone_by: 'system' | 'hub' | null
  is_ours: boolean
  archived_ms: number | null
}

/** Facts of the remote records that the events of a batch take away or bring back, by `keyText`; no statement without such events. */
export async function readRemovalFacts(tx: Tx, keys: readonly RemoteKey[]): Promise<Map<string, RemovalFacts>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<FactColumns>`
    select r.system, r.object, r.remote_id, g.entity, case when r.tombstone_at is not null then r.tombstone_by end as tombstone_by,
      (r.tombstone_at is not null and r.tombstone_by = 'hub') or d.golden_id is not null as is_ours,
      case when r.tombstone_at is null and d.state = 'absent' and d.reason = 'archived' then extract(epoch from d.settled_at) * 1000 end::float8 as archived_ms
    from json_to_recordset(${storedJson(keys)}::json) as k(system text, object text, "remoteId" text)
    join remote_record r on r.system = k.system and r.object = k.object and r.remote_id = k."remoteId"
    left join golden_record g on g.id = r.golden_id
    left join delivery d on d.golden_id = r.golden_id and d.system = r.system and d.object = r.object
      and (d.in_flight_fields @> jsonb_build_array(jsonb_build_object('to', r.remote_id, 'removes', true))
        or (d.action <> 'upsert' and coalesce(d.remote_id, r.remote_id) = r.remote_id and d.state = 'absent' and d.reason in ('archived', 'deleted')))
  `.execute(tx)
  return new Map(
    rows.map(row => [
      keyText({ system: row.system, object: row.object, remoteId: row.remote_id }),
      {
        entity: row.entity ?? undefined,
        tombstoneBy: row.tombstone_by ?? undefined,
        isOurs: row.is_ours,
        archivedAtMs: row.archived_ms ?? undefined,
      },
    ]),
  )
}

/** Writes tombstones where there is no source record to bear them: another living record of the customer there is the primary one then. */
export async function markTombstones(tx: Tx, tombstones: readonly Tombstone[]): Promise<void> {
  if (tombstones.length === 0) return
  const last = new Map(tombstones.map(tombstone => [keyText(tombstone), tombstone]))
  await withPrimaries(tx, [...last.values()], async () => {
    await sql`
      insert into remote_record as r (system, object, remote_id, is_primary, tombstone_at, tombstone_by)
      select system, object, "remoteId", false, to_timestamp("atMs" / 1000), by
      from json_to_recordset(${storedJson([...last.values()])}::json) as t(system text, object text, "remoteId" text, by text, "atMs" float8)
      on conflict (system, object, remote_id) do update set tombstone_at = greatest(r.tombstone_at, excluded.tombstone_at),
        tombstone_by = case when r.tombstone_at is null then excluded.tombstone_by else r.tombstone_by end, is_primary = false
    `.execute(tx)
  })
}

/**
 * Hands the tombstones of records that the hub had removed over to their systems: the source record, which lives, is what
 * counts from now on, and resolve lifts them.
 */
export async function handOverTombstones(tx: Tx, keys: readonly RemoteKey[]): Promise<void> {
  if (keys.length === 0) return
  await sql`
    update remote_record r set tombstone_by = 'system'
    from json_to_recordset(${storedJson(keys)}::json) as t(system text, object text, "remoteId" text)
    where r.system = t.system and r.object = t.object and r.remote_id = t."remoteId" and r.tombstone_by = 'hub' and r.tombstone_at is not null
  `.execute(tx)
}
