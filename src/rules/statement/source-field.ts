import type { Entity } from '#model/entities.ts'
import { uuidTimeMs } from '#model/ids.ts'
import type { Json } from '#model/json.ts'
import type { Compare } from '../comparators.ts'
import type { Shadow } from './shadow.ts'

/** What a system stated or showed of one slot, and when. Members are short because millions are stored (jsonb). */
export interface Said {
  /** Absent: that the element is not there. */
  v?: Json
  /** When the system said so (epoch ms); moves only when the value differs from what we had seen. */
  t: number
  /** The event that said so. */
  e: string
  /** The last time (epoch ms) that it was seen unchanged, when later than `t`. */
  s?: number
  /** When it was last observed by our clock (epoch ms), where that is not when the event `e` was received. */
  g?: number
  /** It is how the vendor renders this value, which we wrote. */
  w?: Json
  /** The newest of our writes (its lease, epoch ms), where that was decided before this was known, though observed earlier. */
  n?: number
}

/**
 * What one system says about one field of one of its remote records (source_record.fields): the assertion, and beside it
 * what was last seen there where the two differ, since an echo of our own write moves only what is seen.
 */
export interface SourceField extends Said {
  /** The value asserted; of union, consent and object fields all elements that were asserted or, never asserted, are seen. */
  v: Json
  /** False when nothing was ever asserted: `v` is only what was seen, an echo or a rendering of what we wrote. */
  a?: boolean
  /** What was last seen, where that asserts nothing and there is an assertion beside it. */
  o?: Said
  /** The newest of our writes (its lease, epoch ms) that was seen there by webhook, or while it was in flight. */
  k?: number
  /** The vendor's version in which the field was last seen, where it is not the record's; '' means none. */
  r?: string
  /** The vendor's version of the assertion, kept while `o` says what is seen. */
  q?: string
  /** Union, consent and object fields: elements whose statement is not `t` and `e`, and elements taken away. */
  u?: Readonly<Record<string, ElementStatement>>
}

export interface ElementStatement {
  t: number
  e: string
  s?: number
  g?: number
  w?: Json
  n?: number
  /** False when nothing was ever asserted. */
  a?: boolean
  /** True when the statement is that the element is gone. */
  x?: boolean
  /** As of a field. */
  k?: number
  /** What was last seen, where it is not what was asserted. */
  o?: Said
}

export type SourceFields = Readonly<Record<string, SourceField>>

/** One statement: a mapped event about one remote record. */
export interface StatementContext {
  entity: Entity
  /** The statement's time (epoch ms), already clamped to our receipt. */
  atMs: number
  eventId: string
  /** When it was observed by our clock: its receipt, or the start of the read that brought it. Default: `atMs`. */
  observedAtMs?: number
  /**
   * The vendor's own time (epoch ms) where `atMs` does not tell it: it lies after our receipt, or is the very moment in which the
   * record was observed. Absent: a time that is not that moment is the vendor's own.
   */
  toldAtMs?: number
  /** The vendor's version of the record in this statement. */
  version?: string
  /** The version kept with the source record (the highest seen). */
  previousVersion?: string
  /** `import`: consents that do not say where they come from are marked as imported. */
  origin?: 'webhook' | 'poll' | 'load' | 'read' | 'import' | 'reply'
  /** A read back: what it shows was so after it began, by our clock. */
  isRead?: boolean
  /** What more counts as the same, by field, in the shadow of this remote record. */
  compare?: Readonly<Record<string, readonly Compare[]>>
  /** What we wrote to the remote record; absent: nothing. */
  shadow?: Shadow
  /** The report shows our own write: it is the write's reply, or bears our author mark. */
  ours?: 'reply' | 'author'
  /** It was heard before, and was an echo in these fields. */
  echoed?: ReadonlySet<string>
}

/** When a field or element was last seen to hold its value, by the vendor's clock. */
export function seenAtMs(seen: { t: number; s?: number }): number {
  return seen.s ?? seen.t
}

/** When something was last observed, by our clock: ids of events tell when they were received. */
export function observedAtMs(said: Pick<Said, 't' | 'e' | 'g'>): number {
  return said.g ?? uuidTimeMs(said.e) ?? said.t
}

/** Its time is that of its receipt: the vendor told none, and nobody knows how old it was then. What was read has another. */
export function isArrival({ t, e, g }: Pick<Said, 't' | 'e' | 'g'>): boolean {
  return t === (uuidTimeMs(e) ?? g ?? t)
}

/** So is that of what shows it again, though the first time, as of a read, may be its own. */
export function isArrivalAgain({ s, g }: Pick<Said, 's' | 'g'>): boolean {
  return s !== undefined && s === g
}

/** What was last seen of a field that is decided as a whole. */
export function seenOf(field: SourceField): Said {
  return field.o ?? field
}

/** True when the statement is older than what was last seen: by the vendor's versions, else by time. */
export function isOlder(
  seen: { t: number; s?: number },
  version: string | undefined,
  context: StatementContext,
): boolean {
  const order = compareVersions(context.version, version)
  return order === undefined || order === 0 ? context.atMs < seenAtMs(seen) : order < 0
}

const INTEGER = /^\d+$/u
const TIME = /^\d{4}-\d{2}-\d{2}[T ]/u

/**
 * Orders two versions of one vendor: as integers of any length, or as times. Undefined when they cannot be ordered
 * (none, or opaque tags).
 */
export function compareVersions(left: string | undefined, right: string | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined
  if (left === right) return left === '' ? undefined : 0
  if (INTEGER.test(left) && INTEGER.test(right)) return BigInt(left) < BigInt(right) ? -1 : 1
  if (TIME.test(left) && TIME.test(right)) {
    const difference = Date.parse(left) - Date.parse(right)
    return Number.isNaN(difference) ? undefined : Math.sign(difference)
  }
  return undefined
}
