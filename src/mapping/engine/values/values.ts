import { MappingFailure } from '../failure.ts'
import { isFunction } from './function-value.ts'
import type { Runtime } from '../runtime.ts'
import { charge, chargeItems, tick } from '../runtime.ts'
import type { JsonObject, Sequence } from './sequence.ts'
import { isArray, isObject, sequenceOf, setMember } from './sequence.ts'

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

function numberText(value: number): string {
  if (!Number.isFinite(value)) {
    if (Number.isNaN(value)) return 'null'
    throw new MappingFailure('D1001', { value })
  }
  return JSON.stringify(rounded(value))
}

function write(value: unknown, indent: string, step: string, rt: Runtime): string | undefined {
  tick(rt)
  if (typeof value === 'string') {
    charge(rt, value.length)
    return JSON.stringify(value)
  }
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean' || value === null) return String(value)
  if (isFunction(value)) return '""'
  if (typeof value !== 'object') return undefined
  const inner = indent + step
  const separator = step === '' ? ',' : `,\n${inner}`
  const parts: string[] = []
  const [open, close] = isArray(value) ? '[]' : '{}'
  if (isArray(value)) for (const item of value) parts.push(write(item, inner, step, rt) ?? 'null')
  else {
    for (const [key, item] of Object.entries(value)) {
      const text = write(item, inner, step, rt)
      if (text !== undefined) parts.push(`${JSON.stringify(key)}:${step === '' ? '' : ' '}${text}`)
    }
  }
  if (parts.length === 0) return `${open}${close}`
  const text = parts.join(separator)
  charge(rt, text.length)
  return step === '' ? `${open}${text}${close}` : `${open}\n${inner}${text}\n${indent}${close}`
}

/** A number as it is written with 15 digits at most. */
const rounded = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(15)))

/** `$clone`: what writing a value as JSON and reading it again gives. Objects of the copy are noted in `own`, where it is given. */
export function cloneOf(value: unknown, rt: Runtime, own?: Set<unknown>): unknown {
  tick(rt)
  // There is no minus zero in JSON.
  if (typeof value === 'number') return isNumeric(value) ? rounded(value) + 0 : null
  if (isFunction(value)) return ''
  if (value === null || typeof value !== 'object') return value
  if (isArray(value)) {
    const inner: unknown = value.outerWrapper === true ? value[0] : value
    if (inner !== value) return cloneOf(inner, rt, own)
    chargeItems(rt, value.length)
    const copy = value.map((item: unknown) => cloneOf(item, rt, own) ?? null)
    own?.add(copy)
    return copy
  }
  const copy: JsonObject = {}
  for (const key of Object.keys(value)) {
    const item = cloneOf((value as JsonObject)[key], rt, own)
    if (item !== undefined) setMember(copy, key, item)
  }
  charge(rt, 64)
  own?.add(copy)
  return copy
}

/** `$string`: strings as they are, functions empty, everything else as JSON with numbers of 15 digits at most. */
export function stringOf(value: unknown, rt: Runtime, isPretty = false): string {
  if (typeof value === 'string') return value
  if (isFunction(value)) return ''
  if (typeof value === 'number' && !Number.isFinite(value)) throw new MappingFailure('D3001', { value })
  const inner: unknown = isArray(value) && value.outerWrapper === true ? value[0] : value
  return write(inner, '', isPretty ? '  ' : '', rt) ?? ''
}
