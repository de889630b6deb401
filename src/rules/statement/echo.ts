import type { SlotShadow, SlotWrite } from './shadow.ts'
import { isOurs, type Report, type Same, type Slot } from './slot-report.ts'
import { observedAtMs, type Said, seenAtMs } from './source-field.ts'
import { isAfterStanding, writeSeen, writeShown, writesOf, writings } from './write-seen.ts'

/**
 * - `older`: no news;
 * - `missed`: an older statement of the system that we had not heard, because our write hid it: asserted, not seen;
 * - `same`: what was seen before is seen again;
 * - `echo`: what we wrote: seen, asserts nothing;
 * - `rendering`: how the vendor shows what we wrote: seen, asserts nothing;
 * - `statement`: the system's own.
 */
export type Judgement = 'older' | 'missed' | 'same' | 'echo' | 'rendering' | 'statement'

/** Whether a report is news (invariant 9). Pure; its cases are the table in docs/two-way-sync.md. */
export function judge(slot: Slot | undefined, report: Report, shadow: SlotShadow | undefined, same: Same): Judgement {
  if (report.isOlder) return isMissed(slot, report, shadow, same) ? 'missed' : 'older'
  if (slot !== undefined && same(slot.seen.v, report.v)) return seenAgain(slot, report, shadow, same)
  if (shadow === undefined) return 'statement'
  if (isEcho(slot, report, shadow, same)) return 'echo'
  return isRendering(slot, report, shadow, same) ? 'rendering' : 'statement'
}

function isMissed(slot: Slot | undefined, report: Report, shadow: SlotShadow | undefined, same: Same): boolean {
  if (slot === undefined || report.wasEcho === true) return false
  const { said, seen } = slot
  const known = said ?? seen
  const knownMs = (known === seen ? report.listSeenAtMs : undefined) ?? seenAtMs(known)
  const isBack = shadow !== undefined && isPutBack(known, knownMs, report, shadow, same)
  if (said === seen && !isBack) return false
  // Our own write told late: its rendering was seen since, or that of a later write.
  if (report.ours !== undefined && (same(seen.v, report.v) || (shadow?.earlier.length ?? 0) > 0)) return false
  if (said === undefined) {
    // That nothing was there before we wrote takes nothing away.
    if ((report.v ?? null) === null) return false
    // An emptiness that is not of our making is the system's own, though there was nothing to empty.
    if ((seen.v ?? null) === null && !isBack && !isOurEmptiness(seen, shadow, same)) return false
  } else {
    const isNewer = report.versionOrder === undefined ? report.atMs > knownMs : report.versionOrder > 0
    if (!isNewer && !(isBack && report.atMs > said.t)) return false
    if (same(said.v, report.v)) return false
  }
  return shadow === undefined || !isEcho(slot, report, shadow, same)
}

/**
 * The system's own value was seen again, but after our write: lists, and by some vendors whole records, are written as we knew
 * them. By the vendor's own times of our writes where it told them, since its clock may be wrong.
 */
function isPutBack(seen: Said, seenMs: number, report: Report, shadow: SlotShadow, same: Same): boolean {
  const { inFlight, sent, sentFromMs = Infinity } = shadow
  if (inFlight.some(({ v, at }) => seenMs >= at && isOurs(seen, v, same))) return true
  const wroteMs = sent?.told ?? sentFromMs
  if (report.order === 'before' && seenMs >= wroteMs && sent !== undefined && isOurs(seen, sent.v, same)) return true
  return writings(shadow.earlier).some(
    ({ v, at, ack = at, told }) => report.atMs <= (told ?? ack) && seenMs >= (told ?? at) && isOurs(seen, v, same),
  )
}

/**
 * A value of ours was there before: what is reported as empty was emptied by the system, though nothing was ever seen there.
 * Where it cannot be told which came first, it may never have been there when the report was made.
 */
export function isEmptied({ order, atMs }: Pick<Report, 'order' | 'atMs'>, shadow: SlotShadow | undefined): boolean {
  if (shadow === undefined) return false
  const { sent, earlier } = shadow
  if ((sent?.v ?? null) !== null && (order === 'after' || order === 'surely_after')) return true
  return order !== 'unsure' && earlier.some(({ v, ack }) => (v ?? null) !== null && ack !== undefined && atMs > ack)
}

function isOurEmptiness(seen: Said, shadow: SlotShadow | undefined, same: Same): boolean {
  const observedMs = observedAtMs(seen)
  return writesOf(shadow).some(({ v, at }) => same(seen.v, v) && observedMs >= at)
}

/**
 * What was seen before is no news, unless our write has put something else there since: then our own reply shows that
 * the vendor keeps the old value, and a report that is surely later than the write shows that someone set it again. What an
 * earlier write of ours put there, and is newly told while the next one is under way, may be told from before that or since.
 */
function seenAgain({ said, seen }: Slot, report: Report, shadow: SlotShadow | undefined, same: Same): Judgement {
  if (said !== seen && shadow?.inFlight.some(write => isToldDuring(write, seen, report, same)) === true) return 'echo'
  if (shadow?.sent === undefined || shadow.sentFromMs === undefined) return 'same'
  if (isOurs(seen, shadow.sent.v, same)) return 'same'
  if (said === seen && observedAtMs(seen) >= shadow.sentFromMs) return 'same'
  if (report.ours === 'reply') return observedAtMs(seen) < shadow.sentFromMs ? 'rendering' : 'same'
  // Of the same moment or version it is the very state that was seen.
  const isAfter = report.order === 'surely_after' || isAfterStanding(report, shadow, same)
  if (!isAfter || report.isNewer === false || shadow.inFlight.some(({ v }) => same(v, report.v))) return 'same'
  return 'statement'
}

/** Newly told, though seen before, of what a write under way is to replace. */
export function isToldDuring(
  { v, at }: SlotWrite,
  seen: Said,
  { ours, isNewer, observedAtMs: observedMs }: Pick<Report, 'ours' | 'isNewer' | 'observedAtMs'>,
  same: Same,
): boolean {
  const isSince = observedAtMs(seen) < at && observedMs >= at
  return ours === undefined && isNewer === true && isSince && !isOurs(seen, v, same)
}

function isEcho(slot: Slot | undefined, report: Report, shadow: SlotShadow, same: Same): boolean {
  return writeSeen(slot, report, shadow, same) !== undefined
}

/** A field that our write did not change, since our value was there already, shows an edit that is still to be told. */
function isRendering(slot: Slot | undefined, report: Report, shadow: SlotShadow, same: Same): boolean {
  const wrote = writeShown(report, shadow)
  return wrote !== undefined && (slot === undefined || !isOurs(slot.seen, wrote.v, same))
}
