import { MappingFailure } from '../failure.ts'
import { isFunction } from './function-value.ts'
import type { Runtime } from '../runtime.ts'
import { charge, chargeItems, tick } from '../runtime.ts'
import type { JsonObject, Sequence } from './sequence.ts'
import { isArray, setMember } from './sequence.ts'
import { isNumeric } from './values.ts'

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

/** True for a number of at most 15 digits that is seen to be one at once: six behind the point, nine before it. */
const isShort = (value: number): boolean =>
  Number.isInteger(value) || (Math.abs(value) < 1e9 && Math.round(value * 1e6) / 1e6 === value)

/** A number as it is written with 15 digits at most. */
const rounded = (value: number): number => (isShort(value) ? value : Number(value.toPrecision(15)))

/** True if JavaScript's own writing of JSON gives what the language's does: most values, and it is several times as quick. */
function isPlainJson(value: unknown, rt: Runtime): boolean {
  if (typeof value === 'string') {
    charge(rt, value.length)
    return true
  }
  if (typeof value === 'number') return isShort(value)
  if (typeof value === 'function') return false
  if (typeof value !== 'object' || value === null) return true
  tick(rt)
  if (isArray(value)) {
    for (let index = 0; index < value.length; index++) if (!isPlainJson(value[index], rt)) return false
    return true
  }
  for (const key in value) {
    charge(rt, key.length + 4)
    if (!isPlainJson((value as JsonObject)[key], rt)) return false
  }
  return true
}

/** `$clone`: what writing a value as JSON and reading it again gives. Objects of the copy are noted in `own`, where it is given. */
export function cloneOf(value: unknown, rt: Runtime, own?: Set<unknown>): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  tick(rt)
  // There is no minus zero in JSON.
  if (typeof value === 'number') return isNumeric(value) ? rounded(value) + 0 : null
  if (isFunction(value)) return ''
  if (typeof value !== 'object') return value
  const copy = isArray(value) ? cloneOfArray(value, rt, own) : cloneOfObject(value as JsonObject, rt, own)
  own?.add(copy)
  return copy
}

function cloneOfArray(value: Sequence, rt: Runtime, own: Set<unknown> | undefined): unknown {
  if (value.outerWrapper === true) return cloneOf(value[0], rt, own)
  chargeItems(rt, value.length)
  const copy: unknown[] = []
  for (let index = 0; index < value.length; index++) copy.push(cloneOf(value[index], rt, own) ?? null)
  return copy
}

/** The members are copied all at once, which is quick; those that are not to be as they were are replaced. */
function cloneOfObject(value: JsonObject, rt: Runtime, own: Set<unknown> | undefined): JsonObject {
  const copy: JsonObject = { ...value }
  charge(rt, 64)
  for (const key in copy) {
    const before = copy[key]
    if (typeof before === 'string') continue
    const after = cloneOf(before, rt, own)
    if (after === undefined) delete copy[key]
    else if (!Object.is(after, before)) setMember(copy, key, after)
  }
  return copy
}

/** `$string`: strings as they are, functions empty, everything else as JSON with numbers of 15 digits at most. */
export function stringOf(value: unknown, rt: Runtime, isPretty = false): string {
  if (typeof value === 'string') return value
  if (isFunction(value)) return ''
  if (typeof value === 'number' && !Number.isFinite(value)) throw new MappingFailure('D3001', { value })
  const inner: unknown = isArray(value) && value.outerWrapper === true ? value[0] : value
  if (isPlainJson(inner, rt)) return JSON.stringify(inner, undefined, isPretty ? 2 : undefined) ?? ''
  return write(inner, '', isPretty ? '  ' : '', rt) ?? ''
}
