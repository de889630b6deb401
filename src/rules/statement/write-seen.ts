import type { Json } from '#model/json.ts'
import type { SlotShadow, SlotWrite } from './shadow.ts'
import { isOurs, type Report, type Same, saidSince, type Slot } from './slot-report.ts'
import { isArrival, isArrivalAgain, observedAtMs, seenAtMs } from './source-field.ts'

/** What we wrote, or may have written. */
export function writesOf(shadow: SlotShadow | undefined): readonly SlotWrite[] {
  if (shadow === undefined) return []
  const { inFlight, sent, sentFromMs, earlier } = shadow
  return [...inFlight, ...(sent === undefined ? [] : [{ v: sent.v, at: sentFromMs ?? 0 }]), ...writings(earlier)]
}

/** Each remembered writing of the earlier values, the newest first. */
export function writings(earlier: SlotShadow['earlier']): Omit<SlotShadow['earlier'][number], 'again'>[] {
  return earlier.flatMap(({ again, stood, ...first }) => {
    const until = stood === undefined ? {} : { stood }
    return again === undefined ? [{ ...first, ...until }] : [{ v: first.v, ...again, ...until }, first]
  })
}

/**
 * Which of our writes a report is the echo of, by its lease (0: not known when); undefined: none. The same value may be in
 * flight since long ago, and written again since.
 */
export function writeSeen(slot: Slot | undefined, report: Report, shadow: SlotShadow, same: Same): number | undefined {
  const flying = shadow.inFlight.find(write => same(write.v, report.v) && mayShow(slot, report, write.at))
  const writes = [flying?.at, lastSeen(slot, report, shadow, same), earlierSeen(slot, report, shadow, same)]
  return writes.find(at => at !== undefined && !isPastLaterWrite(slot, report, at, shadow, same))
}

/** It came after a later write of ours was seen there: by the vendor's version or time, else by arrival. */
function isPastLaterWrite(
  slot: Slot | undefined,
  { isNewer, isOlder, isOfLast, isReply, order, unseenWrites }: Report,
  writeMs: number,
  shadow: SlotShadow,
  same: Same,
): boolean {
  if (slot === undefined || isOlder || isNewer === false) return false
  // Of two calls at one time, as around a merge, the one that was leased first may arrive last.
  const isCalled = shadow.inFlight.some(({ at, called }) => at === writeMs && called === true)
  if (isCalled || (isOfLast === true && writeMs === shadow.sentFromMs)) return false
  const { seen } = slot
  const wasSeenThere = ({ v, at }: SlotWrite): boolean =>
    at > writeMs && unseenWrites?.has(at) !== true && isOurs(seen, v, same)
  const isPastSeen = (write: SlotWrite): boolean => wasSeenThere(write) && observedAtMs(seen) >= write.at
  // A reply tells how things are after its own write, and no longer of what went before what was seen by then.
  if (isReply === true && writesOf(shadow).some(isPastSeen)) return true
  if (isNewer === undefined) return (slot.k ?? 0) > writeMs
  // The vendor's own time of our last write is surer than a time of what was seen, which may be that of its receipt.
  const isBeforeLast = order === 'before' && shadow.sent?.told !== undefined
  const sent = isBeforeLast ? undefined : shadow.sent
  // An equal value may have been written before: of earlier writes the vendor's own time tells which it is.
  return (
    writesOf({ ...shadow, sent, earlier: [] }).some(isPastSeen) ||
    shadow.earlier.some(write => wasSeenThere(write) && write.told !== undefined && seen.t >= write.told)
  )
}

/** Where our last write of the record said nothing of this slot, what stands there is of an earlier one. */
function lastSeen(
  slot: Slot | undefined,
  report: Report,
  { sent, earlier, sentFromMs, sentAtMs }: SlotShadow,
  same: Same,
): number | undefined {
  const { v, order, ours } = report
  const last = sent === undefined ? earlier[0] : { ...sent, at: sentFromMs }
  if (last === undefined || !same(last.v, v) || isReplaced(slot, report, last, same)) return undefined
  if (order === 'before' || ours !== undefined || !saidSince(slot, last.at) || isOverwritten(slot, last.told))
    return last.at ?? 0
  const undated = isUndated(slot, report)
  if ((order === 'surely_after' && !undated) || wasSeen(slot, last.at)) return undefined
  // What was said while the write was on its way may have been overwritten by it, as long as that was not seen.
  const mayHaveOverwritten = sentAtMs !== undefined && !saidSince(slot, sentAtMs)
  return mayHaveOverwritten || undated ? last.at : undefined
}

/**
 * By the vendor's own times something else stood there after our write, though it passed for the echo of another one that then
 * never came: what shows our write's value later was set again.
 */
function isReplaced(
  slot: Slot | undefined,
  { order, isNewer, ours }: Report,
  { v, told }: { v: Json | undefined; told?: number },
  same: Same,
): boolean {
  if (slot === undefined || told === undefined || order !== 'surely_after' || isNewer !== true || ours !== undefined)
    return false
  return !isArrival(slot.seen) && slot.seen.t > told && !isOurs(slot.seen, v, same)
}

/** By the vendor's own times our write came after what the system said itself, whenever that was heard. */
function isOverwritten(slot: Slot | undefined, writtenMs: number | undefined): boolean {
  const said = slot?.said
  return said !== undefined && writtenMs !== undefined && !isArrival(said) && seenAtMs(said) <= writtenMs
}

function earlierSeen(
  slot: Slot | undefined,
  report: Report,
  { sent, earlier, sentFromMs, skewToleranceMs }: SlotShadow,
  same: Same,
): number | undefined {
  const { v, order, isOlder } = report
  const undated = isUndated(slot, report)
  // What the system said itself surely after a write has overtaken it: what shows its value since was set again.
  const said = slot?.said
  const isDated = said === slot?.seen ? !undated : order === 'before' && said !== undefined && !isArrival(said)
  const ownAtMs = (isDated ? said?.t : undefined) ?? -Infinity
  const latest = writings(earlier).find(
    ({ v: wrote, at, told = at + skewToleranceMs }) => same(wrote, v) && ownAtMs <= told,
  )
  if (latest === undefined) return undefined
  if (isAfterStanding(report, { sent, earlier }, same)) return undefined
  if (order === 'before') return latest.at
  if (order !== 'unsure') return undefined
  // An older report shows what stood there then, unless the system had said something since.
  if (isOlder && (slot?.said === undefined || observedAtMs(slot.said) < latest.at)) return latest.at
  // Without a time or version only the order of arrival tells: until a write was seen, its echo may still come; so may that
  // of one after it that left it standing.
  const shownMs = latest.stood ?? latest.at
  return !wasSeen(slot, shownMs) && (undated || !saidSince(slot, sentFromMs)) ? shownMs : undefined
}

/**
 * Our last write found its value there, of an earlier one: what it is seen with instead was set in between, also when that
 * is what another write of ours had put there before.
 */
export function isAfterStanding(
  { isOfLast, atMs }: Pick<Report, 'isOfLast' | 'atMs'>,
  { sent, earlier }: Pick<SlotShadow, 'sent' | 'earlier'>,
  same: Same,
): boolean {
  const [stands] = earlier
  return isOfLast === true && stands?.told !== undefined && stands.told < atMs && same(stands.v, sent?.v)
}

/**
 * Only the order of arrival tells, so that what the system said last may be older than a write whose echo is still on its way.
 * A read comes after the write, but what it shows may still be that write's.
 */
function isUndated(
  slot: Slot | undefined,
  { order, isNewer, toldAtMs }: Pick<Report, 'order' | 'isNewer' | 'toldAtMs'>,
): boolean {
  const isUnordered =
    order === 'unsure' || (order === 'surely_after' && isNewer === undefined && toldAtMs === undefined)
  return (
    isUnordered && slot !== undefined && slot.said === slot.seen && (isArrival(slot.seen) || isArrivalAgain(slot.seen))
  )
}

/**
 * The lease of the oldest of our writes of a value that was not seen yet, by the order of arrival. After one that was seen,
 * what stands there, of that write or said since, may only be shown again, as long as a write of something else is awaited
 * before the next one.
 */
export function firstAwaited(
  v: Json | undefined,
  slot: Slot | undefined,
  shadow: SlotShadow,
  same: Same,
): number | undefined {
  const seenMs = slot?.k ?? 0
  const writes = writesOf({ ...shadow, inFlight: [] }).toReversed()
  const [next, ...others] = writes.filter(({ at }) => at > seenMs)
  if (next === undefined || same(next.v, v)) return next?.at
  const isAgain = slot !== undefined && same(slot.seen.v, v)
  if (isAgain && writes.some(({ at }) => at === seenMs)) return seenMs
  return others.find(write => same(write.v, v))?.at
}

function wasSeen(slot: Slot | undefined, writeMs: number | undefined): boolean {
  return writeMs !== undefined && (slot?.k ?? 0) >= writeMs
}

/**
 * Whether a report can be the echo of a write in flight, which is made once: not when it shows how things were before the
 * lease; nor when the write was seen there already, and the system said something of its own since.
 */
function mayShow(
  slot: Slot | undefined,
  { isOlder, isRead, observedAtMs: observedMs }: Pick<Report, 'isOlder' | 'isRead' | 'observedAtMs'>,
  leasedMs: number,
): boolean {
  if (isRead !== true && observedMs <= leasedMs) return false
  return isOlder || slot === undefined || slot.said !== slot.seen || (slot.k ?? 0) < leasedMs
}

/** The write that a reply, or a report with our mark, shows: where the vendor told its times, not one that came after it. */
export function writeShown(
  { ours, order, atMs }: Pick<Report, 'ours' | 'order' | 'atMs'>,
  { inFlight, sent, earlier, sentFromMs = 0 }: SlotShadow,
): SlotWrite | undefined {
  const last = sent && { v: sent.v, at: sentFromMs }
  if (ours === undefined) return undefined
  if (ours === 'author' && inFlight[0] !== undefined) return inFlight[0]
  const isOfEarlier = order === 'before' && sent?.told !== undefined && atMs < sent.told
  return isOfEarlier ? earlier.find(({ at, told = at }) => told <= atMs) : last
}

/**
 * A vendor's reply that tells no time has that of the start of its call. The echo of an earlier write that came during the
 * call is not newer: the reply tells how things were after its own write.
 */
export function isReplyAfterEcho(
  slot: Slot | undefined,
  { ours, version }: { ours: Report['ours']; version: string | undefined },
  shadow: SlotShadow | undefined,
  same: Same,
): boolean {
  if (ours !== 'reply' || version !== undefined || slot === undefined || slot.said === slot.seen) return false
  const sent = shadow?.sent
  return sent !== undefined && sent.told === undefined && !isOurs(slot.seen, sent.v, same)
}
