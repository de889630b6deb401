import { MappingFailure } from '../failure.ts'
import type { FunctionValue } from '../values/function-value.ts'
import { callFunction } from '../values/function-value.ts'
import type { Frame } from '../runtime.ts'
import { chargeItems, tick } from '../runtime.ts'
import type { JsonObject, Sequence } from '../values/sequence.ts'
import { createSequence, isArray, setMember } from '../values/sequence.ts'
import { mergeSort } from '../closures/sort.ts'
import { isNumeric, truthy } from '../values/values.ts'
import type { BuiltIn } from './built-in.ts'
import { builtIn } from './built-in.ts'

const list = (value: unknown): Sequence => (isArray(value) ? value : [value])
const fn = (value: unknown): FunctionValue => value as FunctionValue

/** Calls with the value, and with key and whole collection as far as the function takes them. */
function callWith(callee: FunctionValue, value: unknown, key: unknown, whole: unknown, frame: Frame): unknown {
  tick(frame.rt)
  const args = callee.arity >= 3 ? [value, key, whole] : callee.arity === 2 ? [value, key] : [value]
  return callFunction(callee, args, null, frame)
}

function map(items: Sequence, callee: FunctionValue, frame: Frame): Sequence {
  const result = createSequence()
  for (let index = 0; index < items.length; index++) {
    const value = callWith(callee, items[index], index, items, frame)
    if (value !== undefined) result.push(value)
  }
  chargeItems(frame.rt, result.length)
  return result
}

function filter(items: Sequence, callee: FunctionValue, frame: Frame): Sequence {
  const result = createSequence()
  for (let index = 0; index < items.length; index++) {
    if (truthy(callWith(callee, items[index], index, items, frame), frame.rt)) result.push(items[index])
  }
  return result
}

function single(items: Sequence, callee: FunctionValue | undefined, frame: Frame): unknown {
  let found: { readonly item: unknown } | undefined
  for (let index = 0; index < items.length; index++) {
    const isMatch = callee === undefined || truthy(callWith(callee, items[index], index, items, frame), frame.rt)
    if (!isMatch) continue
    if (found !== undefined) throw new MappingFailure('D3138', { index })
    found = { item: items[index] }
  }
  if (found === undefined) throw new MappingFailure('D3139')
  return found.item
}

function reduce(items: Sequence, callee: FunctionValue, init: unknown, frame: Frame): unknown {
  if (callee.arity < 2) throw new MappingFailure('D3050', { index: 1 })
  const startsWithFirst = init === undefined && items.length > 0
  let result = startsWithFirst ? items[0] : init
  for (let index = startsWithFirst ? 1 : 0; index < items.length; index++) {
    tick(frame.rt)
    const args = [result, items[index]]
    if (callee.arity >= 3) args.push(index)
    if (callee.arity >= 4) args.push(items)
    result = callFunction(callee, args, null, frame)
  }
  return result
}

function each(object: unknown, callee: FunctionValue, frame: Frame): Sequence {
  const result = createSequence()
  if (object === null || typeof object !== 'object') return result
  for (const [key, value] of Object.entries(object)) {
    const made = callWith(callee, value, key, object, frame)
    if (made !== undefined) result.push(made)
  }
  return result
}

function sift(object: unknown, callee: FunctionValue, frame: Frame): JsonObject | undefined {
  const result: JsonObject = {}
  if (object === null || typeof object !== 'object') return undefined
  for (const [key, value] of Object.entries(object)) {
    if (truthy(callWith(callee, value, key, object, frame), frame.rt)) setMember(result, key, value)
  }
  return Object.keys(result).length === 0 ? undefined : result
}

function sort(items: Sequence, comparator: FunctionValue | undefined, frame: Frame): Sequence {
  if (items.length <= 1) return items
  if (comparator !== undefined) {
    // The comparator's answer counts as JavaScript sees it, as in the reference.
    return mergeSort(items, (a, b) => Boolean(callFunction(comparator, [a, b], null, frame)), frame)
  }
  if (!items.every(item => isNumeric(item)) && !items.every(item => typeof item === 'string')) {
    throw new MappingFailure('D3070', { index: 1 })
  }
  return mergeSort(items, (a, b) => (a as string | number) > (b as string | number), frame)
}

const optional = (value: unknown): FunctionValue | undefined => value as FunctionValue | undefined

export const higherOrderFunctions: readonly BuiltIn[] = [
  builtIn('map', '<af>', 2, (args, frame) => map(list(args[0]), fn(args[1]), frame)),
  builtIn('filter', '<af>', 2, (args, frame) => filter(list(args[0]), fn(args[1]), frame)),
  builtIn('single', '<af?>', 2, (args, frame) => single(list(args[0]), optional(args[1]), frame)),
  builtIn('reduce', '<afj?:j>', 3, (args, frame) => reduce(list(args[0]), fn(args[1]), args[2], frame)),
  { name: 'each', signature: '<o-f:a>', arity: 2, call: (args, frame) => each(args[0], fn(args[1]), frame) },
  { name: 'sift', signature: '<o-f?:o>', arity: 2, call: (args, frame) => sift(args[0], fn(args[1]), frame) },
  builtIn('sort', '<af?:a>', 2, (args, frame) => sort(list(args[0]), optional(args[1]), frame)),
]
