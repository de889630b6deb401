/**
 * Sequences: arrays that JSONata made itself, as opposed to arrays of the data. A sequence of one is that one value,
 * an empty sequence is nothing; an array of the data always stays an array.
 */
export interface Sequence extends Array<unknown> {
  sequence?: boolean
  /** Keeps a sequence of one as an array (`path[]`). */
  keepSingleton?: boolean
  /** Made by an array constructor at the end of a path: not flattened into its parent. */
  cons?: boolean
  /** Wraps an input that is itself an array, so that it counts as one value. */
  outerWrapper?: boolean
  /** Holds tuples (value plus bound variables) instead of values: see tuple.ts. */
  tupleStream?: boolean
}

export const isArray: (value: unknown) => value is Sequence = Array.isArray

export function createSequence(): Sequence {
  const sequence: Sequence = []
  sequence.sequence = true
  return sequence
}

export function sequenceOf(value: unknown): Sequence {
  const sequence: Sequence = [value]
  sequence.sequence = true
  return sequence
}

export const isSequence = (value: unknown): value is Sequence => isArray(value) && value.sequence === true

/** What an expression's result is to its surroundings: nothing, one value, or an array. */
export function normalize(value: unknown): unknown {
  if (!isArray(value) || value.sequence !== true || value.tupleStream === true) return value
  if (value.length > 1) return value
  if (value.length === 0) return undefined
  return value.keepSingleton === true ? value : value[0]
}

export type JsonObject = Record<string, unknown>

export const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Sets a member. A key named `__proto__` becomes data as well, never the prototype. */
export function setMember(target: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  } else {
    target[key] = value
  }
}
