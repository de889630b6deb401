import { isFunction } from '../values/function-value.ts'
import type { Frame } from '../runtime.ts'
import { charge, chargeItems, tick } from '../runtime.ts'
import type { JsonObject, Sequence } from '../values/sequence.ts'
import { createSequence, isArray, isObject, isSequence, setMember } from '../values/sequence.ts'
import { lookup } from '../closures/steps.ts'
import { cloneOf } from '../values/json.ts'
import { append, deepEqual, isNumeric } from '../values/values.ts'
import type { BuiltIn } from './built-in.ts'
import { builtIn } from './built-in.ts'

function zip(lists: readonly unknown[], frame: Frame): unknown[] {
  let length = lists.length === 0 ? 0 : Infinity
  for (const list of lists) length = Math.min(length, isArray(list) ? list.length : 0)
  chargeItems(frame.rt, length)
  charge(frame.rt, 8 * length * lists.length)
  const result: unknown[] = []
  for (let index = 0; index < length; index++) {
    tick(frame.rt)
    // Not pushed one by one: a list that grows takes room for many more.
    result.push(lists.map(list => (list as readonly unknown[])[index]))
  }
  return result
}

/** Names of members in the order they were found. */
interface Keys {
  readonly list: Sequence
  readonly known: Set<unknown>
}

function collectKeys(value: unknown, { list, known }: Keys, frame: Frame): void {
  tick(frame.rt)
  if (isArray(value)) {
    for (let index = 0; index < value.length; index++) collectKeys(value[index], { list, known }, frame)
    return
  }
  if (!isObject(value)) return
  // Most objects of a list have the same members in the same order: those need not be looked up.
  let at = 0
  for (const key of Object.keys(value)) {
    if (list[at] === key) {
      at++
      continue
    }
    if (known.has(key)) continue
    known.add(key)
    list.push(key)
  }
}

/** JavaScript puts such keys before the others. */
const isIndex = (key: unknown): boolean => typeof key === 'string' && /^\d+$/.test(key)

function keys(value: unknown, frame: Frame): Sequence {
  const list = createSequence()
  if (!isArray(value)) {
    if (isObject(value)) for (const key of Object.keys(value)) list.push(key)
    return list
  }
  collectKeys(value, { list, known: new Set() }, frame)
  // The keys of several objects come in the order an object with all of them would have.
  if (!list.some(isIndex)) return list
  const reordered: Sequence = Object.keys(Object.fromEntries(list.map(key => [key, true])))
  reordered.sequence = true
  return reordered
}

function spread(value: unknown, frame: Frame): unknown {
  if (!isArray(value) && !isObject(value)) return value
  // As soon as a list holds something, what comes of it is a list, also of one.
  const isList = isArray(value) && value.some(item => item !== undefined)
  const result: Sequence = isList ? [] : createSequence()
  spreadInto(result, value, frame)
  chargeItems(frame.rt, result.length)
  return result
}

function spreadInto(result: Sequence, value: unknown, frame: Frame): void {
  tick(frame.rt)
  if (isArray(value)) for (const item of value) spreadInto(result, item, frame)
  else if (isObject(value)) {
    const keysOf = Object.keys(value)
    chargeItems(frame.rt, keysOf.length)
    for (const key of keysOf) {
      const single: JsonObject = {}
      setMember(single, key, value[key])
      result.push(single)
    }
  } else if (value !== undefined) result.push(value)
}

function merge(objects: unknown, frame: Frame): JsonObject {
  const result: JsonObject = {}
  if (!isArray(objects)) return result
  for (const object of objects) {
    if (object === null || typeof object !== 'object') continue
    for (const key of Object.keys(object)) {
      tick(frame.rt)
      setMember(result, key, (object as JsonObject)[key])
    }
  }
  return result
}

/** The different values of a list without objects and arrays: their own equality is that of the language. */
function distinctScalars(values: readonly unknown[], frame: Frame): unknown[] | undefined {
  const seen = new Set<unknown>()
  for (const value of values) {
    tick(frame.rt)
    if (typeof value === 'object' && value !== null) return undefined
    // A set tells neither 0 from -0 nor NaN from itself, as the language does not.
    seen.add(value)
  }
  return [...seen]
}

/** What a value is compared by first: equal values have equal marks, so only few need the deep comparison. */
const markOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? isArray(value)
      ? `a${value.length}`
      : `o${Object.keys(value).length}`
    : value

/** So few values are compared one by one. */
const fewMax = 8

function distinct(values: unknown, frame: Frame): unknown {
  if (!isArray(values) || values.length <= 1) return values
  const scalars: Sequence | undefined = distinctScalars(values, frame)
  if (scalars !== undefined) {
    if (isSequence(values)) scalars.sequence = true
    return scalars
  }
  const results: Sequence = isSequence(values) ? createSequence() : []
  if (values.length <= fewMax) {
    for (const value of values) if (results.every(other => !deepEqual(value, other, frame.rt))) results.push(value)
    return results
  }
  const seen = new Map<unknown, unknown[]>()
  for (const value of values) {
    tick(frame.rt)
    const mark = markOf(value)
    const alike = seen.get(mark)
    if (alike === undefined) seen.set(mark, [value])
    else if (alike.every(other => !deepEqual(value, other, frame.rt))) alike.push(value)
    else continue
    results.push(value)
  }
  return results
}

function typeOf(value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (value === null) return 'null'
  if (isNumeric(value)) return 'number'
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value
  if (isArray(value)) return 'array'
  return isFunction(value) ? 'function' : 'object'
}

function reverse(values: unknown, frame: Frame): unknown {
  if (!isArray(values) || values.length <= 1) return values
  chargeItems(frame.rt, values.length)
  return values.slice().reverse()
}

/** In random order, by the inside-out form of the Fisher-Yates shuffle. */
function shuffle(values: unknown, frame: Frame): unknown {
  if (!isArray(values) || values.length <= 1) return values
  chargeItems(frame.rt, values.length)
  const result: unknown[] = []
  for (const [index, value] of values.entries()) {
    tick(frame.rt)
    const place = Math.floor(Math.random() * (index + 1))
    if (place !== index) result[index] = result[place]
    result[place] = value
  }
  return result
}

export const collectionFunctions: readonly BuiltIn[] = [
  { name: 'zip', signature: '<a+>', arity: 0, call: (args, frame) => zip(args, frame) },
  { name: 'keys', signature: '<x-:a<s>>', arity: 1, call: (args, frame) => keys(args[0], frame) },
  { name: 'lookup', signature: '<x-s:x>', arity: 2, call: (args, frame) => lookup(args[0], String(args[1]), frame.rt) },
  { name: 'append', signature: '<xx:a>', arity: 2, call: (args, frame) => append(args[0], args[1], frame.rt) },
  { name: 'exists', signature: '<x:b>', arity: 1, call: args => args[0] !== undefined },
  { name: 'spread', signature: '<x-:a<o>>', arity: 1, call: (args, frame) => spread(args[0], frame) },
  builtIn('merge', '<a<o>:o>', 1, (args, frame) => merge(args[0], frame)),
  builtIn('shuffle', '<a:a>', 1, (args, frame) => shuffle(args[0], frame)),
  builtIn('reverse', '<a:a>', 1, (args, frame) => reverse(args[0], frame)),
  builtIn('distinct', '<x:x>', 1, (args, frame) => distinct(args[0], frame)),
  { name: 'type', signature: '<x:s>', arity: 1, call: args => typeOf(args[0]) },
  builtIn('clone', '<(oa)-:o>', 1, (args, frame) => cloneOf(args[0], frame.rt)),
]
