import type { Json } from '#model/json.ts'
import type { WriteOrder } from './shadow.ts'
import { observedAtMs, type Said } from './source-field.ts'

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
  /** By the vendor's version or time it shows how things were right after our last acknowledged write. */
  isOfLast?: boolean
  /** By our clock: when it was received, so that what was leased later cannot have made it so; or when its read began. */
  observedAtMs: number
  /** It was read: it may have become so at some time since `observedAtMs`. */
  isRead?: boolean
  /** The vendor's own time, where `atMs` does not tell it. */
  toldAtMs?: number
  /** It is our write's own reply, or bears our author mark. */
  ours: 'reply' | 'author' | undefined
  /** The answer to a write of ours: how things were after that. */
  isReply?: boolean
  /** It was heard before, as an echo. */
  wasEcho?: boolean
  /** When the list that the element is in was last seen. */
  listSeenAtMs?: number | undefined
  /** Leases of those of our writes whose whole list is not the one that was seen before, though the element in it may be. */
  unseenWrites?: ReadonlySet<number>
}

/**
 * Whether a reported value is the known one, under the slot's comparator; undefined is an element that is not there. A
 * report that leaves out members of a known consent repeats it.
 */
export type Same = (known: Json | undefined, reported: Json | undefined) => boolean

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
