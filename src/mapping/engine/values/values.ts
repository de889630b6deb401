import { MappingFailure } from '../failure.ts'
import type { Runtime } from '../runtime.ts'
import { chargeItems, tick } from '../runtime.ts'
import type { Sequence } from './sequence.ts'
import { isArray, isObject, sequenceOf } from './sequence.ts'

/** True for a number; NaN is none, and an infinite one is an error (D1001), since JSON cannot hold it. */
export function isNumeric(value: unknown): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false
  if (!Number.isFinite(value)) throw new MappingFailure('D1001', { value })
  return true
}

/** The language's idea of truth: non-empty strings, numbers but 0, objects with members, arrays with something true. */
export function truthy(value: unknown, rt: Runtime): boolean {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'string':
      return value !== ''
    case 'number':
      return isNumeric(value) && value !== 0
    case 'object':
      break
    default:
      return false
  }
  if (value === null) return false
  if (!isArray(value)) {
    for (const key in value) if (Object.hasOwn(value, key)) return true
    return false
  }
  let isAnyTrue = false
  for (const item of value) {
    tick(rt)
    // Every item is asked, since one of them may be an error.
    if (truthy(item, rt)) isAnyTrue = true
  }
  return isAnyTrue
}

/** Joins two values to one array; a missing one is left out. The result of a real join is a plain array. */
export function append(first: unknown, second: unknown, rt: Runtime): unknown {
  if (first === undefined) return second
  if (second === undefined) return first
  return concat(isArray(first) ? first : sequenceOf(first), isArray(second) ? second : [second], rt)
}

export function concat(first: readonly unknown[], second: readonly unknown[], rt: Runtime): Sequence {
  chargeItems(rt, first.length + second.length)
  return first.concat(second)
}

/** Deep equality; objects are equal if they have the same members in any order. */
export function deepEqual(left: unknown, right: unknown, rt: Runtime): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  tick(rt)
  if (isArray(left) && isArray(right)) {
    if (left.length !== right.length) return false
    for (let index = 0; index < left.length; index++) if (!deepEqual(left[index], right[index], rt)) return false
    return true
  }
  if (!isObject(left) || !isObject(right)) return false
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  for (const key of keys) {
    if (!Object.hasOwn(right, key) || !deepEqual(left[key], right[key], rt)) return false
  }
  return true
}
