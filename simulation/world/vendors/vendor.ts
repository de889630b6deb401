import type { Json, JsonObject } from '#model/json.ts'
import type { SimClock } from '../../contract.ts'
import type { Dialect } from './dialect.ts'
import { type Entity, entityOf, type Field } from '../field.ts'
import { rendered } from '../mapping.ts'
import type { Held, HubValue, Snapshot, Writer } from '../truth.ts'

/** A record inside a vendor. */
export interface VendorRecord {
  system: string
  object: string
  entity: Entity
  id: string
  /** The real customer (or company) that it is about; known to the judge only. */
  customer: string
  ext: string | undefined
  members: Record<string, Held>
  version: number
  /** Simulated time of the last change; searches see it an index lag later. */
  changedMs: number
  createdBy: Writer
  createdMs: number
  /** When the hub was first told this id by an answer: until then its reports name a record that it does not know. */
  toldMs: number | undefined
  deleted: 'people' | 'hub' | undefined
  /** When the hub first asked for its removal, whatever came of that. */
  removalAskedMs: number | undefined
  mergedInto: string | undefined
  /** Put away by the hub; a write brings it back. */
  archived: boolean
  /** People brought it back once. */
  restored: boolean
  rev: number
  /** What the hub wrote or tried to write, by member. */
  hubValues: Record<string, HubValue[]>
}

export type Change =
  | { kind: 'created' | 'updated'; record: VendorRecord; members: readonly string[]; by: Writer }
  | { kind: 'deleted' | 'restored' | 'merged'; record: VendorRecord; by: Writer }

/** What all vendors of a run share. */
export interface Registry {
  clock: SimClock
  snapshots: Map<number, Snapshot>
  nextRev(): number
  changed(vendor: Vendor, change: Change): void
}

/** One vendor's database. Everything here happens at one moment; delays and faults are around it. */
export interface Vendor {
  dialect: Dialect
  records: Map<string, VendorRecord>
  /** Contents of creates that the hub was about to make: a report of a record unknown to it may be taken for their echo. */
  creates: { object: string; customer: string; content: JsonObject; atMs: number }[]
  living(object: string): VendorRecord[]
  create(object: string, customer: string, values: JsonObject, by: Writer, ext?: string): VendorRecord
  /** Writes canonical or vendor values by member; answers which members changed under the vendor's own rendering. */
  write(record: VendorRecord, values: JsonObject, by: Writer): string[]
  /** Notes what the hub is about to write: from now on a report may be its echo. */
  attempted(record: VendorRecord, values: JsonObject): void
  /** Notes what the hub gave along with a write, and the vendor did not take: for all the hub knows, it did. */
  given(record: VendorRecord, values: JsonObject): void
  remove(record: VendorRecord, by: 'people' | 'hub'): void
  restore(record: VendorRecord): void
  merge(loser: VendorRecord, winner: VendorRecord): void
  /** The record as its API shows it. */
  state(record: VendorRecord): JsonObject
  vendorMs(record: VendorRecord): number | undefined
}

export function createVendor(dialect: Dialect, registry: Registry): Vendor {
  const records = new Map<string, VendorRecord>()
  let made = 0

  function touch(record: VendorRecord): number {
    record.version += 1
    record.changedMs = registry.clock.nowMs()
    record.rev = registry.nextRev()
    return record.rev
  }

  function keep(record: VendorRecord): void {
    registry.snapshots.set(record.rev, {
      rev: record.rev,
      system: record.system,
      object: record.object,
      id: record.id,
      atMs: record.changedMs,
      vendorMs: vendor.vendorMs(record),
      version: dialect.clock === 'version' ? record.version : undefined,
      deleted: record.deleted,
      members: { ...record.members },
    })
  }

  function assign(record: VendorRecord, values: JsonObject, by: Writer, rev: number): string[] {
    const changed: string[] = []
    for (const [name, given] of Object.entries(values)) {
      const field = fieldOfMember(dialect, record.entity, name)
      const v = field === undefined ? given : rendered(dialect, field, given)
      if (by === 'hub') (record.hubValues[name] ??= []).push({ v, atMs: registry.clock.nowMs(), rev })
      const before = record.members[name]?.v ?? null
      if (same(before, v)) continue
      record.members[name] = { v, by, rev }
      if (field?.kind === 'tags') assignElements(record, name, { before, after: v }, { by, rev })
      changed.push(name)
    }
    return changed
  }

  function note(record: VendorRecord, values: JsonObject, more: Pick<HubValue, 'asked'>): void {
    for (const [name, given] of Object.entries(values)) {
      const field = fieldOfMember(dialect, record.entity, name)
      const v = field === undefined ? given : rendered(dialect, field, given)
      ;(record.hubValues[name] ??= []).push({ v, atMs: registry.clock.nowMs(), rev: record.rev, ...more })
    }
  }

  const vendor: Vendor = {
    dialect,
    creates: [],
    attempted: (record, values) => note(record, values, { asked: true }),
    given: (record, values) => note(record, values, {}),
    records,
    living: object => [...records.values()].filter(record => record.object === object && record.deleted === undefined),
    create(object, customer, values, by, ext) {
      made += 1
      const nowMs = registry.clock.nowMs()
      const record: VendorRecord = {
        system: dialect.system,
        object,
        entity: entityOf(object),
        id: `${dialect.system}-${object}-${made}`,
        customer,
        ext,
        members: {},
        version: 0,
        changedMs: nowMs,
        createdBy: by,
        createdMs: nowMs,
        toldMs: undefined,
        deleted: undefined,
        removalAskedMs: undefined,
        mergedInto: undefined,
        archived: false,
        restored: false,
        rev: 0,
        hubValues: {},
      }
      records.set(record.id, record)
      const members = assign(record, values, by, touch(record))
      keep(record)
      registry.changed(vendor, { kind: 'created', record, members, by })
      return record
    },
    write(record, values, by) {
      const before = { rev: record.rev, version: record.version, changedMs: record.changedMs }
      const members = assign(record, values, by, touch(record))
      if (members.length === 0) {
        Object.assign(record, before)
        return members
      }
      keep(record)
      registry.changed(vendor, { kind: 'updated', record, members, by })
      return members
    },
    remove(record, by) {
      record.deleted = by
      touch(record)
      keep(record)
      registry.changed(vendor, { kind: 'deleted', record, by: by === 'hub' ? 'hub' : 'person' })
    },
    restore(record) {
      record.deleted = undefined
      record.restored = true
      touch(record)
      keep(record)
      registry.changed(vendor, { kind: 'restored', record, by: 'person' })
    },
    merge(loser, winner) {
      loser.deleted = 'people'
      loser.mergedInto = winner.id
      touch(loser)
      keep(loser)
      registry.changed(vendor, { kind: 'merged', record: loser, by: 'person' })
    },
    state(record) {
      const members = Object.entries(record.members)
        .filter(([name]) => !name.includes('#'))
        .map(([name, held]): [string, Json] => [name, held.v])
      const ext = record.ext === undefined ? {} : { ext: record.ext }
      return { id: record.id, rev: record.rev, ...ext, ...Object.fromEntries(members) }
    },
    vendorMs: record => (dialect.clock === 'none' ? undefined : record.changedMs + dialect.skewMs),
  }
  return vendor
}

export function fieldOfMember(dialect: Dialect, entity: Entity, member: string): Field | undefined {
  return [...dialect.sends[entity], ...dialect.takes[entity]].find(field => dialect.member(field.name) === member)
}

/** Of a union each element has a writer of its own: who added it, or who took it away. */
function assignElements(
  record: VendorRecord,
  name: string,
  { before, after }: { before: Json; after: Json },
  { by, rev }: { by: Writer; rev: number },
): void {
  const [old, now] = [Array.isArray(before) ? before : [], Array.isArray(after) ? after : []]
  for (const element of new Set([...old, ...now].map(String))) {
    if (old.includes(element) !== now.includes(element)) {
      record.members[`${name}#${element}`] = { v: now.includes(element), by, rev }
    }
  }
}

function same(left: Json, right: Json): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}
