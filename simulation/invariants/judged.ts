import type { Json, JsonObject } from '#model/json.ts'
import { jsonEqual } from '#model/stable-json.ts'
import { beingOf } from '../model/being.ts'
import { type SourceRecord } from '../model/golden.ts'
import type { Report } from '../model/report.ts'
import { type Order, readings, type Slot, slotStates, type SlotReport } from '../model/statement.ts'
import { consentStatus, entityOf, type Field, sameCanonical } from '../world/field.ts'
import { canonical } from '../world/mapping.ts'
import type { Held, HubValue } from '../world/truth.ts'
import type { Vendor, VendorRecord } from '../world/vendors/vendor.ts'
import type { Evidence } from './evidence.ts'

/** Source records as the model judges them, by `system object id`. */
export interface Judged extends SourceRecord {
  vendor: Vendor
  record: VendorRecord
  deleted: boolean
  reports: readonly Report[]
  readings: readonly Reading[]
}

/** What one event rightly says about one field. */
export interface Reading {
  event: string
  field: string
  is: 'statement' | 'echo' | 'nothing'
  /** Nobody could tell. */
  ambiguous: boolean
}

export const remoteText = (remote: { system: string; object: string; remoteId: string }): string =>
  `${remote.system} ${remote.object} ${remote.remoteId}`

/** The model's view of every source record that the hub was told of. */
export function judgeSources(evidence: Evidence): Map<string, Judged> {
  const byRecord = Map.groupBy(evidence.reports, remoteText)
  const judged = new Map<string, Judged>()
  for (const [key, reports] of byRecord) {
    const [first] = reports
    const vendor = evidence.vendors.find(({ dialect }) => dialect.system === first?.system)
    const record = vendor?.records.get(first?.remoteId ?? '')
    if (first === undefined || vendor === undefined || record === undefined) continue
    const being = beingOf(reports)
    judged.set(key, {
      system: first.system,
      object: first.object,
      remoteId: first.remoteId,
      priority: vendor.dialect.priority,
      vendor,
      record,
      deleted: being.deleted,
      reports,
      ...slotsOf(evidence, vendor, record, being.reports),
    })
  }
  return judged
}

function slotsOf(
  evidence: Evidence,
  vendor: Vendor,
  record: VendorRecord,
  reports: readonly Report[],
): { slots: Map<string, readonly Slot[]>; readings: Reading[] } {
  const slots = new Map<string, readonly Slot[]>()
  const read: Reading[] = []
  for (const field of vendor.dialect.sends[entityOf(record.object)]) {
    for (const name of slotNames(field, vendor, record)) {
      const told = slotReports(evidence, vendor, record, field, name, reports)
      const same = sameIn(vendor, field, name)
      slots.set(name, slotStates(told, same))
      for (const [index, is] of readings(told, same).entries()) {
        const { event = '', ambiguous = false } = told[index] ?? {}
        read.push({ event, field: field.name, is, ambiguous })
      }
    }
  }
  return { slots, readings: read }
}

/** A union's slots are its elements: those that were ever held there. */
function slotNames(field: Field, vendor: Vendor, record: VendorRecord): string[] {
  if (field.kind !== 'tags') return [field.name]
  const prefix = `${vendor.dialect.member(field.name)}#`
  return Object.keys(record.members).flatMap(name =>
    name.startsWith(prefix) ? [`${field.name}#${name.slice(prefix.length)}`] : [],
  )
}

function sameIn(vendor: Vendor, field: Field, slot: string) {
  if (slot.includes('#')) return (left: Json, right: Json) => left === right
  return (left: Json, right: Json) => sameCanonical(field, left, right, vendor.dialect.upperCase)
}

function slotReports(
  evidence: Evidence,
  vendor: Vendor,
  record: VendorRecord,
  field: Field,
  slot: string,
  reports: readonly Report[],
): (SlotReport & { event: string })[] {
  const member = vendor.dialect.member(field.name)
  const element = slot.split('#')[1]
  const same = sameIn(vendor, field, slot)
  const valueOf = (v: Json | undefined): Json | undefined =>
    slotValue(canonical(vendor.dialect, field, v), field, element)
  const hubValues = [...createdValues(evidence, vendor, record, member), ...(record.hubValues[member] ?? [])]
  // What people said, and what the hub wrote, as far as it was heard.
  const heard: {
    report: Report
    value: Json
    rev: number
    by: 'system' | 'hub'
    mayBeHub: boolean
  }[] = []
  const isUnordered = vendor.dialect.clock === 'none' || vendor.dialect.clock === 'skewed'
  const tellsNoTimes = vendor.dialect.clock === 'none' || vendor.dialect.skewMs > 0
  return reports.flatMap(report => {
    const held = heldAt(evidence, report, member, element)
    const value = held === undefined ? undefined : valueOf(held.v)
    if (held === undefined || value === undefined) return []
    // What only names the record is read at some time before it is settled, and so is what the hub asked for itself.
    const isRead = vendor.dialect.events === 'thin' || report.origin === 'read'
    const shownMs = isRead ? report.settledMs : report.receivedMs
    const isBefore = (one: HubValue, aheadMs: number): boolean =>
      one.atMs <= shownMs + (one.asked === true ? aheadMs : 0)
    // A read may have begun when a write was leased, and not yet made: which of the two it shows nobody can tell.
    const before = hubValues.filter(one => isBefore(one, isRead ? BEFORE_CALL_MS : 0))
    // What somebody sets there between a write's lease and its call equals a send in flight.
    const equal = hubValues.filter(one => isBefore(one, BEFORE_CALL_MS) && same(valueOf(one.v) ?? null, value))
    const by = held.by === 'hub' ? 'hub' : 'system'
    // Of the same moment as what was heard before, it may show how things were right before that, or since.
    const isTied = heard.some(
      one => one.rev > held.rev && isSameMoment(one.report.order, report.order) && !same(one.value, value),
    )
    let ambiguous: boolean
    if (by === 'hub') {
      const late = isUnordered && before.some(one => one.rev > held.rev && !same(valueOf(one.v) ?? null, value))
      // The write seemed to have come when something else was heard of the slot: then this was set since.
      const isSince = heard.some(
        one =>
          one.by === 'system' &&
          one.rev < held.rev &&
          !same(one.value, value) &&
          seemsWritten(evidence, record, one.report, { member, rev: held.rev }),
      )
      // Where only arrival tells, what stood there before the write and was told after it had passed for its echo; then
      // something else was heard: this was set since.
      const passed = heard.findIndex(
        one =>
          one.by === 'system' &&
          one.mayBeHub &&
          isPushed(one.report) &&
          one.rev < held.rev &&
          same(one.value, value) &&
          showsWrite(evidence, record, one.report, held.rev),
      )
      const isAgain = tellsNoTimes && passed >= 0 && heard.slice(passed).some(one => !same(one.value, value))
      ambiguous = late || isTied || isSince || isAgain || isUnknownCreate(evidence, record, report)
    } else {
      const last = equal.toSorted((left, right) => left.rev - right.rev).at(-1)
      // One that may still arrive, as far as the hub knows, is over when a later one of the hub was seen there. Where only
      // arrival tells, so may its echo, until a webhook showed it or a later one.
      const wasSeen = heard.some(
        one =>
          one.by === 'hub' &&
          (tellsNoTimes ? isPushed(one.report) && one.rev >= (last?.rev ?? 0) : one.rev === last?.rev),
      )
      const isOver = last?.asked !== true && (wasSeen || (!tellsNoTimes && (last?.toldMs ?? Infinity) <= shownMs))
      const overtakes = isOver ? 'system' : 'hub'
      // Told late once more, after a later write of ours was heard: of a vendor that orders nothing, set again for all we know.
      const isStale =
        isUnordered &&
        heard.some(other => other.by === 'system' && other.rev === held.rev) &&
        heard.some(other => other.mayBeHub && other.rev > held.rev && !same(other.value, value))
      ambiguous =
        isStale ||
        isTied ||
        (last !== undefined &&
          !heard.some(
            other =>
              other.by === overtakes && other.rev > last.rev && other.rev < held.rev && !same(other.value, value),
          ))
    }
    const mayBeHub = by === 'hub' || ambiguous
    heard.push({ report, value, rev: held.rev, by, mayBeHub })
    return [
      {
        event: report.event,
        value,
        by,
        ambiguous,
        emptiesOurs:
          value === null && held.by !== 'hub' && hubHadFilled(evidence, record, { member, element, rev: held.rev }),
        edit: held.rev,
        order: report.order,
      },
    ]
  })
}

const isPushed = ({ origin }: Report): boolean => origin === 'webhook'

function isSameMoment(left: Order, right: Order): boolean {
  return left.version === undefined && right.version === undefined && left.atMs === right.atMs
}

/**
 * The report shows another member as that write of ours was to set it, just before it did: people had set it so, between the
 * lease of the write and its call.
 */
function seemsWritten(
  { snapshots }: Evidence,
  record: VendorRecord,
  { rev, members }: Report,
  write: { member: string; rev: number },
): boolean {
  const shown = rev === undefined ? undefined : snapshots.get(rev)?.members
  return Object.entries(record.hubValues).some(([name, values]) => {
    const held = name !== write.member && members.includes(name) ? shown?.[name] : undefined
    if (held === undefined || held.by === 'hub') return false
    const setMs = snapshots.get(held.rev)?.atMs ?? -Infinity
    return values.some(one => one.rev === write.rev && one.atMs - setMs <= BEFORE_CALL_MS && jsonEqual(one.v, held.v))
  })
}

/** The report came after the lease of that write of ours, and shows all that the write put into the members that it tells. */
function showsWrite(
  { snapshots }: Evidence,
  { hubValues }: VendorRecord,
  { rev, members, receivedMs }: Report,
  writeRev: number,
): boolean {
  const shown = rev === undefined ? undefined : snapshots.get(rev)?.members
  const told = Object.entries(hubValues).flatMap(([name, values]) =>
    members.includes(name)
      ? values.filter(one => one.rev === writeRev && one.asked !== true).map(one => ({ name, ...one }))
      : [],
  )
  return (
    told.length > 0 &&
    told.every(({ name, v, atMs }) => atMs <= receivedMs + BEFORE_CALL_MS && jsonEqual(shown?.[name]?.v ?? null, v))
  )
}

/** Before this revision a write of the hub had put a value into the member (or the element into it), or found it there. */
function hubHadFilled(
  { snapshots }: Evidence,
  record: VendorRecord,
  { member, element, rev }: { member: string; element: string | undefined; rev: number },
): boolean {
  const isThere = (v: Json): boolean => (element === undefined ? v !== null : Array.isArray(v) && v.includes(element))
  return (record.hubValues[member] ?? []).some(one => {
    // A write that changed nothing made no revision.
    const held = snapshots.get(one.rev)?.members[member]?.v ?? one.v
    return one.rev < rev && one.asked !== true && isThere(one.v) && isThere(held)
  })
}

/** A reply takes its time to be stored. */
const SETTLE_MS = 2_000

/**
 * A record that the hub made, in a report that it cannot know to be of its own making: the answer to the create was lost, also
 * with the process that had it, or is still to come while somebody has changed the record already.
 */
function isUnknownCreate({ crosswalk, snapshots }: Evidence, record: VendorRecord, report: Report): boolean {
  if (record.createdBy !== 'hub') return false
  const row = crosswalk.find(one => one.system === record.system && one.remote_id === record.id)
  if (row === undefined || !row.sent) return true
  const snapshot = report.rev === undefined ? undefined : snapshots.get(report.rev)
  const untold =
    record.toldMs === undefined ||
    report.receivedMs <= record.toldMs + SETTLE_MS ||
    Math.floor(row.linkedMs) > Math.floor(report.settledMs)
  return untold && snapshot !== undefined && Object.values(snapshot.members).some(({ by }) => by !== 'hub')
}

/** A write is in flight from its lease on, and then may wait for its call. */
const BEFORE_CALL_MS = 30_000

/** What the hub was about to create for the same customer, in the vendor's own rendering. */
function createdValues(
  { customers }: Evidence,
  vendor: Vendor,
  { object, customer }: VendorRecord,
  member: string,
): HubValue[] {
  return vendor.creates.flatMap(one =>
    one.object === object &&
    customers.same(one.customer) === customers.same(customer) &&
    one.content[member] !== undefined
      ? [{ v: one.content[member], atMs: one.atMs - BEFORE_CALL_MS, rev: 0, toldMs: 0 }]
      : [],
  )
}

/** What a report shows in a member (or an element of it), with its writer. */
function heldAt(evidence: Evidence, report: Report, member: string, element: string | undefined): Held | undefined {
  const snapshot = report.rev === undefined ? undefined : evidence.snapshots.get(report.rev)
  const held = report.members.includes(member) ? snapshot?.members[member] : undefined
  if (held === undefined || element === undefined) return held
  const own = snapshot?.members[`${member}#${element}`]
  // An element that was never there: nobody said so.
  return { v: held.v, by: own?.by ?? 'hub', rev: own?.rev ?? held.rev }
}

/** A slot's value: the consent's status, `true` for an element that is there and null for one that is not, else the field's. */
function slotValue(value: Json | undefined, field: Field, element: string | undefined): Json | undefined {
  if (value === undefined) return undefined
  if (element !== undefined) return Array.isArray(value) && value.includes(element) ? true : null
  if (field.kind === 'consent') return consentStatus(value)
  return value
}

/** The slot's value in a golden record. */
export function goldenSlotValue(fields: JsonObject, field: Field, slot: string): Json | undefined {
  const value = fields[field.name]
  const element = slot.split('#')[1]
  if (element === undefined) return value !== undefined && field.kind === 'consent' ? consentStatus(value) : value
  return value === undefined ? undefined : slotValue(value, field, element)
}
