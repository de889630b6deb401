import type { Json } from '#model/json.ts'

/**
 * What one system says about one slot (a scalar field, or one element of a union) of one of its records: the rules of
 * DESIGN sections 3, 8 and 9 with the truth in place of every heuristic. Whoever reads this should find nothing to doubt.
 */
export interface SlotReport {
  value: Json
  /** Who really wrote the value. */
  by: 'system' | 'hub'
  /**
   * No hub could know whose it is: a person's value that equals one that we wrote and nothing else was heard since, or an
   * earlier write of ours that comes late from a vendor whose reports cannot be ordered. Both readings are right.
   */
  ambiguous: boolean
  /**
   * The system emptied here what we had written and no report had shown: a hub that can order the two hears it. Where it
   * cannot, what was never seen was never there.
   */
  emptiesOurs: boolean
  /** Names the act of writing: a value that somebody set again later has another. */
  edit: number
  order: Order
}

/** When something was stated: the vendor's version decides, else the time (clamped to our receipt), else the arrival. */
export interface Order {
  version: number | undefined
  atMs: number
}

export interface Assertion {
  value: Json
  order: Order
}

/** One possible state of a slot. */
export interface Slot {
  /** What the system itself last stated. */
  asserted: Assertion | undefined
  /** What was last observed there, and who wrote it by which act. */
  seen: (Assertion & { by: 'system' | 'hub'; edit: number }) | undefined
}

export type Same = (left: Json, right: Json) => boolean

const EMPTY: Slot = { asserted: undefined, seen: undefined }
const STATES_MAX = 32

/** All states that a slot may rightly be in after these reports, in the order in which the hub acknowledged them. */
export function slotStates(reports: readonly SlotReport[], same: Same): readonly Slot[] {
  let states: Slot[] = [EMPTY]
  for (const report of reports) {
    const ways = report.ambiguous ? (['system', 'hub'] as const) : [report.by]
    const next = states.flatMap(state => ways.flatMap(by => after(state, { ...report, by }, same)))
    states = [...new Map(next.map(state => [JSON.stringify(state), state])).values()].slice(0, STATES_MAX)
  }
  return states
}

/** What each report rightly does to a slot, read by the truth alone. */
export function readings(reports: readonly SlotReport[], same: Same): ('statement' | 'echo' | 'nothing')[] {
  let slot = EMPTY
  return reports.map(report => {
    const next = after(slot, report, same)[0] ?? slot
    const asserts = next.asserted !== slot.asserted
    const differs = next.seen !== slot.seen && (slot.seen === undefined || !same(slot.seen.value, report.value))
    slot = next
    if (asserts) return 'statement'
    return report.by === 'hub' && differs ? 'echo' : 'nothing'
  })
}

/** More than one where both are right. */
function after(slot: Slot, report: SlotReport, same: Same): Slot[] {
  const { value, order, by, edit } = report
  const stated: Assertion = { value, order }
  const observed = { value, order, by, edit }
  const { asserted, seen } = slot
  if (seen !== undefined && isOlder(order, seen.order)) {
    // Something that the system said before what we saw last: news only if we had missed it.
    if (by === 'hub') return [slot]
    // A null that was the first thing seen emptied this value.
    const emptied = asserted === undefined && seen.value === null && seen.by === 'system' && value !== null
    if (emptied) return [{ asserted: { value: null, order: seen.order }, seen }]
    // Whether an emptiness emptied something, nobody can tell who did not see what was there before.
    if (asserted === undefined && value === null) return [slot, { asserted: stated, seen }]
    const missed = asserted === undefined || (isOlder(asserted.order, order) && !same(asserted.value, value))
    return [missed ? { asserted: stated, seen } : slot]
  }
  if (by === 'hub') return [{ asserted, seen: observed }]
  // "Empty" counts only where there was a value.
  if (seen === undefined && value === null) {
    const silent = { asserted, seen: observed }
    return report.emptiesOurs ? [{ asserted: stated, seen: observed }, silent] : [silent]
  }
  // A field's time moves only when its value differs from what was seen; that it was seen again is remembered.
  if (seen !== undefined && same(seen.value, value)) {
    const again = { asserted, seen: { ...seen, order } }
    // Set back to what was there before our write, of which nothing was seen: a hub that can order the two may hear that.
    const isUnsaid = report.emptiesOurs && asserted === undefined
    return seen.edit === edit && !isUnsaid ? [again] : [again, { asserted: stated, seen: observed }]
  }
  return [{ asserted: stated, seen: observed }]
}

export function isOlder(left: Order, right: Order): boolean {
  if (left.version !== undefined && right.version !== undefined && left.version !== right.version)
    return left.version < right.version
  return left.atMs < right.atMs
}
