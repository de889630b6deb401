import type { Json } from '#model/json.ts'
import type { SlotShadow, SlotWrite, WriteOrder } from './shadow.ts'
import { isArrival, observedAtMs, type Said, seenAtMs } from './source-field.ts'

/**
 * The smallest thing with a statement of its own: a field, or one element of a union, object or consent field.
 * `seen` is the same object as `said` when what was last seen is the system's own statement.
 */
export interface Slot {
  /** What the system itself last stated; undefined: nothing. */
  said: Said | undefined
  /** What was last observed there. */
  seen: Said
  /** The newest of our writes (its lease) that was seen there: by webhook, or while it was in flight. */
  k?: number | undefined
}

/** One report of one slot. */
export interface Report {
  /** Undefined: the element is not there. */
  v: Json | undefined
  /** The vendor's time (epoch ms), clamped to our receipt. */
  atMs: number
  /** It is older than what was last seen there, by version, else by time. */
  isOlder: boolean
  /** Negative or zero: it is not newer than the assertion by the vendor's versions; undefined: they do not tell. */
  versionOrder?: number | undefined
  /** It is newer than what was last seen there by the vendor's own version or time; undefined: only the order of arrival tells. */
  isNewer: boolean | undefined
  /** Where it stands against our last acknowledged write. */
  order: WriteOrder
  /** It was so by then, by our clock: what was leased later cannot have made it so. Undefined: it was read at some time since. */
  shownByMs: number | undefined
  /** It is our write's own reply, or bears our author mark. */
  ours: 'reply' | 'author' | undefined
  /** When the list that the element is in was last seen. */
  listSeenAtMs?: number | undefined
  /** Leases of those of our writes whose whole list is not the one that was seen before, though the element in it may be. */
  unseenWrites?: ReadonlySet<number>
}

/**
 * - `older`: no news;
 * - `missed`: an older statement of the system that we had not heard, because our write hid it: asserted, not seen;
 * - `same`: what was seen before is seen again;
 * - `echo`: what we wrote: seen, asserts nothing;
 * - `rendering`: how the vendor shows what we wrote: seen, asserts nothing;
 * - `statement`: the system's own.
 */
export type Judgement = 'older' | 'missed' | 'same' | 'echo' | 'rendering' | 'statement'

/**
 * Whether a reported value is the known one, under the slot's comparator; undefined is an element that is not there. A
 * report that leaves out members of a known consent repeats it.
 */
export type Same = (known: Json | undefined, reported: Json | undefined) => boolean

/** Whether a report is news (invariant 9). Pure; its cases are the table in docs/two-way-sync.md. */
export function judge(slot: Slot | undefined, report: Report, shadow: SlotShadow | undefined, same: Same): Judgement {
  if (report.isOlder) return isMissed(slot, report, shadow, same) ? 'missed' : 'older'
  if (slot !== undefined && same(slot.seen.v, report.v)) return seenAgain(slot, report, shadow, same)
  if (shadow === undefined) return 'statement'
  if (isEcho(slot, report, shadow, same)) return 'echo'
  return isRendering(slot, report, shadow, same) ? 'rendering' : 'statement'
}

/** What is seen came by our write: it is what we wrote, or the vendor's rendering of that. */
export function isOurs(seen: Said, wrote: Json | undefined, same: Same): boolean {
  return same(wrote, seen.v) || (seen.w !== undefined && same(wrote, seen.w))
}

/** The system said something of its own that was observed since our last acknowledged write was leased. */
export function saidSince(slot: Slot | undefined, sentFromMs: number | undefined): boolean {
  return (
    slot?.said !== undefined &&
    slot.said === slot.seen &&
    sentFromMs !== undefined &&
    observedAtMs(slot.seen) >= sentFromMs
  )
}

/** The system said something of its own of which our last acknowledged write was decided without knowing. */
export function isUnanswered(slot: Slot, sentFromMs: number | undefined): boolean {
  const { said, seen } = slot
  return saidSince(slot, sentFromMs) || (said === seen && sentFromMs !== undefined && (seen.n ?? 0) >= sentFromMs)
}

function isMissed(slot: Slot | undefined, report: Report, shadow: SlotShadow | undefined, same: Same): boolean {
  if (slot === undefined || (slot.said === slot.seen && !isPutBack(slot, report, shadow, same))) return false
  const { said, seen } = slot
  // Our own write told late: its rendering was seen since, or that of a later write.
  if (report.ours !== undefined && (same(seen.v, report.v) || (shadow?.earlier.length ?? 0) > 0)) return false
  if (said === undefined) {
    // That nothing was there before we wrote takes nothing away.
    if ((report.v ?? null) === null) return false
    // An emptiness that is not of our making is the system's own, though there was nothing to empty.
    const isOfOurs = isOurEmptiness(seen, shadow, same) || isPutBack(slot, report, shadow, same)
    if ((seen.v ?? null) === null && !isOfOurs) return false
  } else {
    const saidAtMs = said === seen ? said.t : seenAtMs(said)
    const isNewer = report.versionOrder === undefined ? report.atMs > saidAtMs : report.versionOrder > 0
    if (!isNewer || same(said.v, report.v)) return false
  }
  return shadow === undefined || !isEcho(slot, report, shadow, same)
}

/** The system's own value was seen again, but after our write: lists, and by some vendors whole records, are written as we knew them. */
function isPutBack({ seen }: Slot, report: Report, shadow: SlotShadow | undefined, same: Same): boolean {
  if (shadow === undefined) return false
  const { inFlight, sent, sentFromMs = Infinity } = shadow
  const seenMs = report.listSeenAtMs ?? seenAtMs(seen)
  if (inFlight.some(({ v, at }) => seenMs >= at && isOurs(seen, v, same))) return true
  if (report.order === 'before' && seenMs >= sentFromMs && sent !== undefined && isOurs(seen, sent.v, same)) return true
  return shadow.earlier.some(
    ({ v, again, ...write }) =>
      [write, again ?? write].some(({ at, ack = at }) => report.atMs <= ack && seenMs >= at) && isOurs(seen, v, same),
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

/** What we wrote, or may have written. */
function writesOf(shadow: SlotShadow | undefined): readonly SlotWrite[] {
  if (shadow === undefined) return []
  const { inFlight, sent, sentFromMs, earlier } = shadow
  return [...inFlight, ...(sent === undefined ? [] : [{ v: sent.v, at: sentFromMs ?? 0 }]), ...earlier]
}

function isOurEmptiness(seen: Said, shadow: SlotShadow | undefined, same: Same): boolean {
  const observedMs = observedAtMs(seen)
  return writesOf(shadow).some(({ v, at }) => same(seen.v, v) && observedMs >= at)
}

/**
 * What was seen before is no news, unless our write has put something else there since: then our own reply shows that
 * the vendor keeps the old value, and a report that is surely later than the write shows that someone set it again.
 */
function seenAgain({ said, seen }: Slot, report: Report, shadow: SlotShadow | undefined, same: Same): Judgement {
  if (shadow?.sent === undefined || shadow.sentFromMs === undefined) return 'same'
  if (isOurs(seen, shadow.sent.v, same)) return 'same'
  if (said === seen && observedAtMs(seen) >= shadow.sentFromMs) return 'same'
  if (report.ours === 'reply') return observedAtMs(seen) < shadow.sentFromMs ? 'rendering' : 'same'
  // Of the same moment or version it is the very state that was seen.
  if (report.order !== 'surely_after' || report.isNewer === false || shadow.inFlight.some(({ v }) => same(v, report.v)))
    return 'same'
  return 'statement'
}

function isEcho(slot: Slot | undefined, report: Report, shadow: SlotShadow, same: Same): boolean {
  const write = writeSeen(slot, report, shadow, same)
  return write !== undefined && !isPastLaterWrite(slot, report, write, shadow, same)
}

/** It came after a later write of ours was seen there: by the vendor's version or time, else by arrival. */
function isPastLaterWrite(
  slot: Slot | undefined,
  { isNewer, isOlder, unseenWrites }: Report,
  writeMs: number,
  shadow: SlotShadow,
  same: Same,
): boolean {
  if (slot === undefined || isOlder || isNewer === false) return false
  if (isNewer === undefined) return (slot.k ?? 0) > writeMs
  const { seen } = slot
  const wasSeenThere = ({ v, at }: SlotWrite): boolean =>
    at > writeMs && unseenWrites?.has(at) !== true && isOurs(seen, v, same)
  // An equal value may have been written before: of earlier writes the vendor's own time tells which it is.
  return (
    writesOf({ ...shadow, earlier: [] }).some(write => wasSeenThere(write) && observedAtMs(seen) >= write.at) ||
    shadow.earlier.some(write => wasSeenThere(write) && write.told !== undefined && seen.t >= write.told)
  )
}

/** Which of our writes a report shows, by its lease (0: not known when); undefined: none. */
export function writeSeen(
  slot: Slot | undefined,
  report: Pick<Report, 'v' | 'order' | 'ours' | 'isOlder' | 'shownByMs'>,
  shadow: SlotShadow,
  same: Same,
): number | undefined {
  const flying = shadow.inFlight.find(write => same(write.v, report.v) && mayShow(slot, report, write.at))
  return flying?.at ?? lastSeen(slot, report, shadow, same) ?? earlierSeen(slot, report, shadow, same)
}

/** Where our last write of the record said nothing of this slot, what stands there is of an earlier one. */
function lastSeen(
  slot: Slot | undefined,
  { v, order, ours }: Pick<Report, 'v' | 'order' | 'ours'>,
  { sent, earlier, sentFromMs, sentAtMs }: SlotShadow,
  same: Same,
): number | undefined {
  const last = sent === undefined ? earlier[0] : { v: sent.v, at: sentFromMs }
  if (last === undefined || !same(last.v, v)) return undefined
  if (order === 'before' || ours !== undefined || !saidSince(slot, last.at)) return last.at ?? 0
  if (order === 'surely_after' || wasSeen(slot, last.at)) return undefined
  // What was said while the write was on its way may have been overwritten by it, as long as that was not seen.
  const mayHaveOverwritten = sentAtMs !== undefined && !saidSince(slot, sentAtMs)
  return mayHaveOverwritten || isUndated(slot, order) ? last.at : undefined
}

function earlierSeen(
  slot: Slot | undefined,
  { v, order, isOlder }: Pick<Report, 'v' | 'order' | 'isOlder'>,
  { earlier, sentFromMs, skewToleranceMs }: SlotShadow,
  same: Same,
): number | undefined {
  const undated = isUndated(slot, order)
  // What the system said itself surely after a write has overtaken it: what shows its value now was set again.
  const ownAtMs = slot !== undefined && slot.said === slot.seen && !undated ? slot.seen.t : -Infinity
  const latest = earlier.find(({ v: wrote, at, told = at + skewToleranceMs }) => same(wrote, v) && ownAtMs <= told)
  if (latest === undefined) return undefined
  if (order === 'before') return latest.at
  if (order !== 'unsure') return undefined
  // An older report shows what stood there then, unless the system had said something since.
  if (isOlder && (slot?.said === undefined || observedAtMs(slot.said) < latest.at)) return latest.at
  // Without a time or version only the order of arrival tells: until a write was seen, its echo may still come.
  return !wasSeen(slot, latest.at) && (undated || !saidSince(slot, sentFromMs)) ? latest.at : undefined
}

/** Only the order of arrival tells, so that what the system said last may be older than a write whose echo is still on its way. */
function isUndated(slot: Slot | undefined, order: WriteOrder): boolean {
  return order === 'unsure' && slot !== undefined && slot.said === slot.seen && isArrival(slot.seen)
}

/**
 * The lease of the oldest of our writes of a value that was not seen yet, by the order of arrival. What the write that was
 * seen last had put there may only be shown again, as long as a write of something else is awaited before the next one.
 */
export function firstAwaited(
  v: Json | undefined,
  slot: Slot | undefined,
  { earlier, sent, sentFromMs = 0 }: SlotShadow,
  same: Same,
): number | undefined {
  const seenMs = slot?.k ?? 0
  const writes = [...(sent === undefined ? [] : [{ v: sent.v, at: sentFromMs }]), ...earlier].toReversed()
  const [next, ...others] = writes.filter(({ at }) => at > seenMs)
  if (next === undefined || same(next.v, v)) return next?.at
  const isOfWrite = slot !== undefined && slot.said !== slot.seen && same(slot.seen.v, v)
  if (isOfWrite && writes.some(({ at }) => at === seenMs)) return seenMs
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
  { isOlder, shownByMs }: Pick<Report, 'isOlder' | 'shownByMs'>,
  leasedMs: number,
): boolean {
  if (shownByMs !== undefined && shownByMs <= leasedMs) return false
  return isOlder || slot === undefined || slot.said !== slot.seen || (slot.k ?? 0) < leasedMs
}

/** A field that our write did not change, since our value was there already, shows an edit that is still to be told. */
function isRendering(slot: Slot | undefined, report: Report, shadow: SlotShadow, same: Same): boolean {
  const wrote = writeShown(report, shadow)
  return wrote !== undefined && (slot === undefined || !isOurs(slot.seen, wrote.v, same))
}

/** The write that a reply, or a report with our mark, shows: where the vendor told its times, not one that came after it. */
export function writeShown(
  { ours, order, atMs }: Pick<Report, 'ours' | 'order' | 'atMs'>,
  { inFlight, sent, earlier, sentFromMs = 0 }: SlotShadow,
): SlotWrite | undefined {
  const last = sent && { v: sent.v, at: sentFromMs }
  if (ours !== 'author') return ours && last
  if (inFlight[0] !== undefined) return inFlight[0]
  const isOfEarlier = order === 'before' && sent?.told !== undefined && atMs < sent.told
  return isOfEarlier ? earlier.find(({ at, told = at }) => told <= atMs) : last
}
