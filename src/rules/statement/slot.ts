import { uuidTimeMs } from '#model/ids.ts'
import type { Json } from '#model/json.ts'
import { isToldDuring, type Judgement, judge } from './echo.ts'
import { isOfLastWrite, orderAgainstWrite, type SlotShadow, type WriteOrder } from './shadow.ts'
import { isOurs, type Report, type Same, type Slot } from './slot-report.ts'
import { compareVersions, observedAtMs, type Said, seenAtMs, type StatementContext } from './source-field.ts'
import { firstAwaited, isReplyAfterEcho, writeSeen, writeShown, writesOf } from './write-seen.ts'

/** What all slots of one statement share. */
export interface Reported {
  atMs: number
  eventId: string
  observedAtMs: number
  order: WriteOrder
  /** As of `Report`. */
  isOfLast: boolean
  /** As of `Report`. */
  isRead: boolean
  ours: 'reply' | 'author' | undefined
  version: string | undefined
  /** Its time is the vendor's own. */
  timed: boolean
  /** As of `Report`. */
  toldAtMs?: number
  /** It came by webhook: in the order of all webhooks, more or less. */
  isPushed: boolean
  /** As of `Report`. */
  isReply: boolean
  /** As of `Report`. */
  wasEcho?: boolean
}

/** Reads the shared part of a report once per statement. */
export function reported(context: StatementContext): Reported {
  const { atMs, eventId, version, shadow, ours, toldAtMs } = context
  const observedMs = context.observedAtMs ?? atMs
  const timed = toldAtMs === undefined ? atMs !== observedMs : atMs === toldAtMs
  const told = toldAtMs === undefined ? {} : { toldAtMs }
  return {
    atMs,
    eventId,
    observedAtMs: observedMs,
    order:
      shadow === undefined
        ? 'unsure'
        : orderAgainstWrite({ version, atMs, timed, isRead: context.isRead === true, ...told }, shadow),
    isOfLast: shadow !== undefined && isOfLastWrite({ version, atMs, timed }, shadow),
    ours,
    version,
    timed,
    ...told,
    isRead: context.isRead === true,
    isPushed: context.isRead !== true && (context.origin ?? 'webhook') === 'webhook',
    isReply: context.origin === 'reply',
  }
}

/** What a report did to a slot: `slot` is the same object when nothing moved. */
export interface SlotUpdate {
  slot: Slot | undefined
  judgement: Judgement
  /** What our last write had put away is there again, the system's own or of an earlier write: the delivery must be looked at. */
  reappeared: boolean
  /** Where only arrival tells, and it shows what an earlier write of ours put there: the lease of the next one, which put something else there. */
  beforeMs?: number | undefined
}

/** Judges one report of one slot and moves what it moves; pure. */
export function updateSlot(
  slot: Slot | undefined,
  v: Json | undefined,
  statement: Reported,
  how: {
    isOlder: boolean
    /** The vendor's version in which the field was last seen. */
    seenVersion: string | undefined
    unseenWrites?: ReadonlySet<number>
    listSeenAtMs?: number | undefined
    saidVersion?: string | undefined
    shadow: SlotShadow | undefined
    same: Same
  },
): SlotUpdate {
  const { shadow, same, listSeenAtMs } = how
  const seenMs = listSeenAtMs ?? (slot && seenAtMs(slot.seen))
  const isReplyAfter = how.isOlder && seenMs !== undefined && isReplyAfterEcho(slot, statement, shadow, same)
  const shared = isReplyAfter ? { ...statement, atMs: seenMs } : statement
  const report: Report = {
    v,
    atMs: shared.atMs,
    isOlder: how.isOlder && !isReplyAfter,
    isNewer: isNewer(shared, how.seenVersion, seenMs),
    versionOrder: compareVersions(shared.version, how.saidVersion),
    order: orderOf(shared, shadow),
    isOfLast: shared.isOfLast && shadow?.isLeft !== true,
    observedAtMs: shared.observedAtMs,
    isRead: shared.isRead,
    ours: shared.ours,
    isReply: shared.isReply,
    ...(shared.toldAtMs === undefined ? {} : { toldAtMs: shared.toldAtMs }),
    ...(shared.wasEcho === undefined ? {} : { wasEcho: shared.wasEcho }),
    ...(how.unseenWrites === undefined ? {} : { unseenWrites: how.unseenWrites }),
    listSeenAtMs,
  }
  const judgement = judge(slot, report, shadow, same)
  const echoOfMs = judgement === 'echo' && shadow !== undefined ? writeSeen(slot, report, shadow, same) : undefined
  const isAgain = slot !== undefined && same(slot.seen.v, v)
  const reappeared =
    (judgement === 'same' && reappears(slot, report, shared, shadow, same)) ||
    // Whether it came before a write under way is known once that is acknowledged: then the delivery is looked at again.
    (isAgain && shadow?.inFlight.some(write => isToldDuring(write, slot.seen, report, same)) === true) ||
    overtakes(echoOfMs, report, shadow) ||
    comesUnasked(echoOfMs, v, shadow, same)
  const after = moved(slot, v, shared, judgement, { reappeared, shadow })
  return {
    slot: after && withWriteSeen(after, slot, report, judgement, { shadow, same, shared, echoOfMs }),
    judgement,
    reappeared,
    beforeMs: shared.order === 'unsure' ? nextWrite(slot, v, echoOfMs, judgement, { shadow, same }) : undefined,
  }
}

/** The lease of the write of ours after the one that the report shows, and that put something else there. */
function nextWrite(
  slot: Slot | undefined,
  v: Json | undefined,
  echoOfMs: number | undefined,
  judgement: Judgement,
  { shadow, same }: { shadow: SlotShadow | undefined; same: Same },
): number | undefined {
  const isShownAgain = judgement === 'same' && slot !== undefined && slot.said !== slot.seen
  const writes = writesOf(shadow)
  const ofMs = echoOfMs ?? (isShownAgain ? writes.find(write => same(write.v, v))?.at : undefined)
  return ofMs === undefined ? undefined : writes.findLast(({ v: wrote, at }) => at > ofMs && !same(wrote, v))?.at
}

/** Against the last write that said something of the slot: of that its version is not known any more, but its time. */
function orderOf(shared: Reported, shadow: SlotShadow | undefined): WriteOrder {
  const { version, timed } = shared
  const told = shadow?.sent?.told
  if (shadow?.isLeft !== true || (version !== undefined && (told === undefined || !timed))) return shared.order
  const { sentAtMs, skewToleranceMs } = shadow
  return orderAgainstWrite(
    { ...shared, version: undefined },
    { sentAtMs, sentVendorAtMs: told, sentVersion: undefined, skewToleranceMs },
  )
}

/** A report with our mark tells of our last write, which said nothing of the slot; not of one before it, nor of one under way. */
export function isOfWriteThatLeft(shared: Reported, shadow: SlotShadow): boolean {
  if (shadow.isLeft !== true || shadow.inFlight.length > 0) return false
  return shared.isOfLast || orderOf(shared, shadow) !== 'before'
}

/** By the vendor's version, else by its time; undefined where it tells neither. */
function isNewer(
  { version, timed, atMs }: Reported,
  seenVersion: string | undefined,
  seenMs: number | undefined,
): boolean | undefined {
  const order = compareVersions(version, seenVersion)
  if (order !== undefined && order !== 0) return order > 0
  if (order === undefined && !timed) return undefined
  return seenMs === undefined || atMs > seenMs
}

/**
 * Notes which of our writes was seen last: the next report may have neither a version nor a time that tells, and one in
 * flight is there now and will not come again.
 */
function withWriteSeen(
  after: Slot,
  before: Slot | undefined,
  report: Report,
  judgement: Judgement,
  {
    shadow,
    same,
    shared,
    echoOfMs,
  }: { shadow: SlotShadow | undefined; same: Same; shared: Reported; echoOfMs: number | undefined },
): Slot {
  if (shadow === undefined) return after
  const known = before?.k
  let k = known
  if (judgement === 'echo') k = echoOfMs
  else if (judgement === 'rendering') k = writeShown(report, shadow)?.at
  else if (judgement === 'older') k = overtakenWrite(before, report, shadow, same)
  else if (
    shared.isPushed &&
    judgement === 'same' &&
    shadow.sent !== undefined &&
    isOurs(after.seen, shadow.sent.v, same)
  ) {
    // Only worth a change where a write could still be mistaken.
    if (report.order === 'unsure' || shadow.earlier.some(({ at }) => at > (known ?? 0))) k = shadow.sentFromMs
  }
  const isInFlight = report.isNewer !== undefined && shadow.inFlight.some(({ at }) => at === k)
  // Webhooks that tell no times come in the order of the writes: this one is of the first that was not seen yet.
  if (k !== undefined && report.order === 'unsure') k = firstAwaited(report.v, before, shadow, same) ?? k
  // A reply or a poll says nothing of what webhooks are still on their way.
  if (k === undefined || k <= (known ?? 0) || !(shared.isPushed || isInFlight)) return after
  return { ...after, k }
}

/** The lease of the write in flight that an older report shows: what the slot shows since was told before it. */
function overtakenWrite(slot: Slot | undefined, report: Report, shadow: SlotShadow, same: Same): number | undefined {
  if (slot === undefined || report.isNewer !== false) return undefined
  const shownMs = writeSeen(slot, report, shadow, same)
  return shadow.inFlight.find(({ at }) => at === shownMs && observedAtMs(slot.seen) >= at)?.at
}

function moved(
  slot: Slot | undefined,
  v: Json | undefined,
  shared: Reported,
  judgement: Judgement,
  { reappeared, shadow }: { reappeared: boolean; shadow: SlotShadow | undefined },
): Slot | undefined {
  switch (judgement) {
    case 'older':
      return slot
    case 'missed':
      return slot && { ...slot, said: now(v, shared) }
    case 'same':
      return slot && seenStill(slot, shared, reappeared)
    case 'echo':
      return { said: slot?.said, seen: now(v, shared), k: slot?.k }
    case 'rendering': {
      const wrote = shadow && writeShown(shared, shadow)?.v
      return { said: slot?.said, seen: { ...now(v, shared), ...(wrote === undefined ? {} : { w: wrote }) }, k: slot?.k }
    }
    case 'statement': {
      const said = { ...now(v, shared), ...unawareWrite(shared, shadow) }
      return { said, seen: said, k: slot?.k }
    }
    default:
      return judgement satisfies never
  }
}

/** A write of ours that was leased after this was observed, and before it was known: decided without it. */
function unawareWrite({ observedAtMs: observedMs }: Reported, shadow: SlotShadow | undefined): Pick<Said, 'n'> {
  const leasedMs = shadow?.leasedMs ?? 0
  return leasedMs > observedMs ? { n: leasedMs } : {}
}

function now(v: Json | undefined, { atMs, eventId, observedAtMs: observedMs }: Reported): Said {
  return {
    ...(v === undefined ? {} : { v }),
    t: atMs,
    e: eventId,
    ...((uuidTimeMs(eventId) ?? atMs) === observedMs ? {} : { g: observedMs }),
  }
}

/** Only the times move: those by the vendor's clock, and by ours where that matters. */
function seenStill(slot: Slot, shared: Reported, reappeared: boolean): Slot {
  const later = shared.atMs > seenAtMs(slot.seen)
  if (!later && !reappeared) return slot
  const seen = {
    ...slot.seen,
    ...(later ? { s: shared.atMs } : {}),
    ...(reappeared ? { g: shared.observedAtMs } : {}),
  }
  return { said: slot.said === slot.seen ? seen : slot.said, seen, k: slot.k }
}

/** The write of that lease, made before our last acknowledged one, reached the system surely after it. */
function overtakes(echoOfMs: number | undefined, { order }: Report, shadow: SlotShadow | undefined): boolean {
  if (echoOfMs === undefined || shadow?.sentFromMs === undefined) return false
  return order === 'surely_after' && echoOfMs < shadow.sentFromMs
}

/** A call of unknown fate has put something else there than we last sent: where its customer was merged away, nobody asks again. */
function comesUnasked(
  echoOfMs: number | undefined,
  v: Json | undefined,
  shadow: SlotShadow | undefined,
  same: Same,
): boolean {
  if (shadow?.sent === undefined || same(shadow.sent.v, v)) return false
  return shadow.inFlight.some(({ at, called }) => at === echoOfMs && called === false)
}

/** The system's own value, which our write was to replace, is reported since, and nothing says that this is from before. */
function reappears(
  slot: Slot | undefined,
  { order, ours }: Report,
  shared: Reported,
  shadow: SlotShadow | undefined,
  same: Same,
): boolean {
  if (slot === undefined || slot.said !== slot.seen || shadow?.sent === undefined) return false
  if (shadow.sentFromMs === undefined || order === 'before' || ours !== undefined) return false
  return (
    observedAtMs(slot.seen) < shadow.sentFromMs &&
    shared.observedAtMs >= shadow.sentFromMs &&
    !isOurs(slot.seen, shadow.sent.v, same)
  )
}
