import type { Entity } from '#model/entities.ts'
import type { Json } from '#model/json.ts'

/**
 * What one system says about one field of one of its remote records. Members are short because millions are stored
 * (source_record.fields, jsonb).
 */
export interface SourceField {
  /** The value last seen there. */
  v: Json
  /** When the system said so (epoch ms); moves only when the value differs from what we had seen. */
  t: number
  /** The event that said so. */
  e: string
  /** False when it asserts nothing: an echo or a rendering of what we wrote. */
  a?: boolean
  /** The last time (epoch ms) that the value was seen unchanged, when later than `t`. */
  s?: number
  /** The vendor's version that last stated the field, where it is not the record's; '' means none. */
  r?: string
  /** Union and consent fields: elements whose statement is not `t` and `e`, and elements taken away. */
  u?: Readonly<Record<string, ElementStatement>>
}

export interface ElementStatement {
  t: number
  e: string
  s?: number
  /** False when it asserts nothing. */
  a?: boolean
  /** True when the statement is that the element is gone. */
  x?: boolean
}

export type SourceFields = Readonly<Record<string, SourceField>>

/** One statement: a mapped event about one remote record. */
export interface StatementContext {
  entity: Entity
  /** The statement's time (epoch ms), already clamped to our receipt. */
  atMs: number
  eventId: string
  /** The vendor's version of the record in this statement. */
  version?: string
  /** The version kept with the source record (the highest seen). */
  previousVersion?: string
  /** `import`: consents that do not say where they come from are marked as imported. */
  origin?: 'webhook' | 'poll' | 'load' | 'read' | 'import' | 'reply'
  /** Tells whether a reported value is an echo of what we wrote. Default: never. */
  isEcho?: (field: string, value: Json) => boolean
}

/** What a statement does to one field: nothing (undefined), or its new state and whether that asserts something new. */
export type FieldUpdate = { field: SourceField; asserted: boolean } | undefined

/** When a field or element was last seen to hold its value. */
export function seenAtMs(seen: { t: number; s?: number }): number {
  return seen.s ?? seen.t
}

/** True when the statement is older than what was last seen: by the vendor's versions, else by time. */
export function isOlder(seen: { t: number; s?: number; r?: string }, context: StatementContext): boolean {
  const order = compareVersions(context.version, seen.r ?? context.previousVersion)
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
