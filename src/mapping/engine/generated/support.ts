import { asArgument } from '../closures/call.ts'
import { concatenate, isIn, negate, operate } from '../closures/operators.ts'
import { makeFrame } from '../closures/scope.ts'
import { member } from '../closures/steps.ts'
import { trim } from '../builtins/strings.ts'
import { MappingFailure, toFailure } from '../failure.ts'
import { plain, plainNumber, plainText, spend } from '../output.ts'
import type { Frame, Runtime } from '../runtime.ts'
import { chargeItems, checkBudget, nothing, tick } from '../runtime.ts'
import type { FunctionValue } from '../values/function-value.ts'
import { callFunction, isFunction, makeFunction, runTailCalls, TailCall } from '../values/function-value.ts'
import type { JsonObject, Sequence } from '../values/sequence.ts'
import { createSequence, isArray, normalize } from '../values/sequence.ts'
import { deepEqual, truthy } from '../values/values.ts'
import type { Site } from './code.ts'

/** What generated code calls: the slow ways out, and the parts that would be too much to write out each time. */

const none: readonly unknown[] = []

/** What a filter leaves where nothing passes it. */
const emptySequence = Object.freeze(createSequence())

const asObject = (value: unknown): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !isArray(value) ? (value as JsonObject) : undefined

/** The items that a step's result stands for to the next step. */
function itemsOf(value: unknown): readonly unknown[] {
  if (value === undefined) return none
  return isArray(value) && value.cons !== true ? value : [value]
}

/** The items that a filter is asked about: nothing is one item, too. */
const listOf = (value: unknown): readonly unknown[] => (isArray(value) ? value : [value])

function flattenInto(flat: unknown[], value: unknown): void {
  if (!isArray(value) || value.cons === true) flat.push(value)
  else for (let index = 0; index < value.length; index++) flat.push(value[index])
}

/** The result of a path from what its last step gave: see `stepOver` in walk.ts. */
function finished(flat: Sequence, first: unknown, count: number, rt: Runtime): unknown {
  if (count === 1) {
    if (isArray(first) && first.sequence !== true) return first
    flattenInto(flat, first)
  }
  return normalize(sequenceFrom(flat, rt))
}

function sequenceFrom(items: Sequence, rt: Runtime): Sequence {
  chargeItems(rt, items.length)
  items.sequence = true
  return items
}

/** The same for objects that are part of the output already. */
function finishedOutput(flat: readonly unknown[], rt: Runtime): unknown {
  chargeItems(rt, flat.length)
  spend(rt, 4)
  return flat.length > 1 ? flat : flat[0]
}

function pushAll(result: unknown[], value: unknown, rt: Runtime): void {
  if (value === undefined) return
  if (!isArray(value)) {
    result.push(value)
    return
  }
  chargeItems(rt, result.length + value.length)
  for (let index = 0; index < value.length; index++) result.push(value[index])
}

/** The context of a constructor over several items: all of them, joined by the rules of `$append`. */
function mergeItems(items: readonly unknown[], rt: Runtime): unknown {
  if (items.length <= 1) return items[0]
  const merged: unknown[] = []
  for (const item of items) {
    tick(rt)
    if (item === undefined) continue
    if (isArray(item)) for (const one of item) merged.push(one)
    else merged.push(item)
  }
  chargeItems(rt, merged.length)
  return merged
}

const lambdaOf = (call: (args: readonly unknown[]) => unknown, arity: number): FunctionValue =>
  makeFunction('lambda', arity, undefined, call)

function tooDeep(): never {
  throw new MappingFailure('D1011')
}

/** Calls a built-in with all the checks of its signature. */
function checked(fn: FunctionValue, args: readonly unknown[], context: unknown, frame: Frame): unknown {
  return fn(fn.signature === undefined ? args : fn.signature.validate(args, context, frame), frame, context)
}

function areNumbers(value: unknown, rt: Runtime): boolean {
  if (!isArray(value)) return false
  for (let index = 0; index < value.length; index++) {
    tick(rt)
    if (typeof value[index] !== 'number') return false
  }
  return true
}

function areStrings(value: unknown, rt: Runtime): boolean {
  if (!isArray(value)) return false
  for (let index = 0; index < value.length; index++) {
    tick(rt)
    if (typeof value[index] !== 'string') return false
  }
  return true
}

function sumOf(values: readonly number[]): number {
  let total = 0
  for (let index = 0; index < values.length; index++) total += values[index] ?? 0
  return total
}

function located(thrown: unknown, site: Site | undefined): MappingFailure {
  return toFailure(thrown).at(site?.position, site?.token)
}

export const support = {
  MappingFailure,
  TailCall,
  areNumbers,
  areStrings,
  asArgument,
  asObject,
  callFunction,
  checkBudget,
  checked,
  concatenate,
  deepEqual,
  emptySequence,
  finished,
  finishedOutput,
  flattenInto,
  isArray,
  isFunction,
  isIn,
  itemsOf,
  lambdaOf,
  listOf,
  located,
  makeFrame,
  member,
  mergeItems,
  negate,
  normalize,
  nothing,
  operate,
  plain,
  plainNumber,
  plainText,
  pushAll,
  sequenceFrom,
  settle: runTailCalls,
  sumOf,
  tooDeep,
  trim,
  truthy,
}
