import type { Violation } from '../contract.ts'
import type { Burst } from '../world/people/bursts.ts'
import { sameCanonical } from '../world/field.ts'
import { canonical } from '../world/mapping.ts'
import type { Vendor, VendorRecord } from '../world/vendors/vendor.ts'
import type { Evidence } from './evidence.ts'

/** The hub counts by the minute, over ten of them. */
const WINDOW_MS = 9 * 60_000

/**
 * What many records of one vendor became at once reaches no more records of another than its brake lets through, until a person
 * has looked. Only where nothing else made the hub write there, which is another reason and counted apart, if at all.
 */
export function checkBrake(evidence: Evidence): Violation[] {
  return [...passed(evidence), ...flooded(evidence)]
}

/** By the hub's own books: what is decided while the brake is on for its cause is held. */
function passed({ passedBrake }: Evidence): Violation[] {
  return passedBrake.map(({ system, golden_id: goldenId, cause }) => ({
    invariant: 8,
    message: `golden ${goldenId} was written to ${system} for ${cause}, while the brake was on`,
  }))
}

function flooded(evidence: Evidence): Violation[] {
  // What is loaded is counted apart, and what was reviewed not at all.
  if (evidence.features.firstLink) return []
  return evidence.bursts.flatMap(burst =>
    evidence.vendors.flatMap(vendor => {
      const { brakeRecords } = vendor.dialect
      if (vendor === burst.vendor || brakeRecords === undefined) return []
      const untilMs = undisturbedUntil(evidence, burst.atMs, vendor)
      const reached = [...vendor.records.values()].filter(record => {
        const atMs = reachedMs(burst, vendor, record)
        return atMs !== undefined && atMs <= untilMs && !isTouched(evidence, burst, record)
      })
      if (reached.length <= brakeRecords) return []
      const ids = reached.map(({ id }) => id).join(', ')
      const what = `a burst in ${burst.vendor.dialect.system} reached ${ids}`
      return [{ invariant: 8, message: `${what}: ${brakeRecords} are let through before a person has looked` }]
    }),
  )
}

/** How long whatever the hub does in a system has one reason; before the burst, where it had others just then. */
function undisturbedUntil({ brakeActs, otherReasons }: Evidence, atMs: number, { dialect, records }: Vendor): number {
  const acts = brakeActs.filter(({ system }) => system === dialect.system).map(({ askedMs }) => askedMs)
  // A company that arrives is written into those who link to it.
  const arrivals = [...records.values()].filter(({ object }) => object === 'company').map(({ createdMs }) => createdMs)
  const disturbed = [...acts, ...arrivals, ...otherReasons].filter(otherMs => otherMs > atMs - WINDOW_MS)
  return Math.min(atMs + WINDOW_MS, ...disturbed)
}

/** When the hub first asked the vendor to take over what the burst did. What it makes anew is not counted. */
function reachedMs(burst: Burst, vendor: Vendor, record: VendorRecord): number | undefined {
  if (record.object !== 'contact' || record.createdMs >= burst.atMs) return undefined
  if (burst.kind === 'delete') return isOf(burst, record) ? later(record.removalAskedMs, burst.atMs) : undefined
  const { field, value } = burst
  const { dialect } = vendor
  const writes = record.hubValues[dialect.member(field.name)] ?? []
  const first = writes.find(({ v }) => sameCanonical(field, canonical(dialect, field, v), value, dialect.upperCase))
  return first?.atMs
}

function isOf({ records }: Burst, record: VendorRecord): boolean {
  return records.some(({ customer }) => customer === record.customer)
}

function later(atMs: number | undefined, thanMs: number): number | undefined {
  return atMs !== undefined && atMs >= thanMs ? atMs : undefined
}

/** Somebody said something else of the same customer, which may be the reason for what was written. */
function isTouched({ snapshots, vendors, customers }: Evidence, burst: Burst, record: VendorRecord): boolean {
  const customer = customers.same(record.customer)
  const all = new Map(vendors.flatMap(({ records }) => [...records]))
  return [...snapshots.values()].some(({ id, rev, atMs, members, deleted }) => {
    if (Math.abs(atMs - burst.atMs) > WINDOW_MS + 120_000 || atMs === burst.atMs) return false
    if (customers.same(all.get(id)?.customer ?? '') !== customer) return false
    return deleted === 'people' || Object.values(members).some(held => held.rev === rev && held.by !== 'hub')
  })
}
