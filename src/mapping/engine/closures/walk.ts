import type { Compile } from './compile.ts'
import type { Filter } from './filter.ts'
import { compileFilter, compileStages } from './filter.ts'
import type { Closure, Frame } from '../runtime.ts'
import { chargeItems, tick } from '../runtime.ts'
import type { Scope } from './scope.ts'
import { memberReader } from './steps.ts'
import type { Sequence } from '../values/sequence.ts'
import { createSequence, isArray, isSequence, sequenceOf } from '../values/sequence.ts'
import { compileSort } from './sort.ts'
import type { Node } from '../syntax/tree.ts'
import { part } from '../syntax/tree.ts'

/** One step of a path over all items of the sequence before it. */
export type Step = (items: Sequence, frame: Frame) => Sequence

/** Marks the result of a path that has `[]` somewhere. An array of the data stays untouched: it needs no mark. */
export function keepSingleton(result: unknown): unknown {
  if (!isArray(result)) return result
  const marked = result.cons === true && result.sequence !== true ? sequenceOf(result) : result
  if (marked.sequence === true) marked.keepSingleton = true
  return marked
}

/** The items a path starts from: an array input is walked item by item, unless the path starts at a variable. */
export function startItems(first: Node, input: unknown): Sequence {
  return isArray(input) && first.type !== 'variable' ? input : sequenceOf(input)
}

/** Compiles plain steps to a walk over start items. `endsPath`: the last of them is also the last of the whole path. */
export function compileSteps(steps: readonly Node[], endsPath: boolean, scope: Scope, compile: Compile): Step {
  const last = endsPath ? steps.length - 1 : -1
  const compiled = steps.map((step, index) => compileStep(step, index, index === last, scope, compile))
  const general = inTurn(compiled)
  return steps.length > 1 && steps.every(isPlainName) ? nameWalk(steps, endsPath, general) : general
}

const isPlainName = (step: Node): boolean => step.type === 'name' && step.stages === undefined

/** One step after the other, each over all items that the one before has found. */
function inTurn(compiled: readonly Step[]): Step {
  return (start, frame) => {
    let items = start
    for (const step of compiled) {
      items = step(items, frame)
      if (items === undefined || items.length === 0) break
    }
    return items
  }
}

/**
 * Names only: each item is followed to its end at once, with no list of what lies between. Where a list does lie between,
 * the general walk begins anew.
 */
function nameWalk(steps: readonly Node[], endsPath: boolean, general: Step): Step {
  const reads = steps.map(step => memberReader(String(step.value)))
  return (items, frame) => {
    const found = nothingFound()
    const { sequenceLengthMax } = frame.rt.limits
    for (let index = 0; index < items.length; index++) {
      tick(frame.rt)
      let value: unknown = items[index]
      for (let at = 0; at < reads.length; at++) {
        if (isArray(value)) return general(items, frame)
        value = value !== null && typeof value === 'object' ? reads[at]?.(value) : undefined
      }
      if (value !== undefined) add(found, value)
      if (found.flat.length > sequenceLengthMax) break
    }
    return endOf(found, endsPath, frame)
  }
}

function compileStep(node: Node, index: number, isLast: boolean, scope: Scope, compile: Compile): Step {
  if (node.type === 'sort') {
    const sort = compileSort(node, scope, compile)
    const stages = compileStages(node.stages ?? [], scope, compile)
    return (items, frame) => stages(sort(items, frame), frame)
  }
  const closure = compile(node, scope)
  // A path that starts with an array constructor takes the whole context instead of each item of it.
  if (index === 0 && node.consarray === true) return (items, frame) => closure(items, frame) as Sequence
  const filters = (node.stages ?? []).map(stage => compileFilter(part(stage.expr), scope, compile))
  return (items, frame) => stepOver(closure, filters, items, isLast, frame)
}

/** What a step has found so far: a single array of the data may be the result as it is, so the first is kept apart. */
interface Found {
  readonly flat: Sequence
  first: unknown
  count: number
}

const nothingFound = (): Found => ({ flat: createSequence(), first: undefined, count: 0 })

function flattenInto(flat: unknown[], result: unknown): void {
  if (!isArray(result) || result.cons === true) flat.push(result)
  else for (let index = 0; index < result.length; index++) flat.push(result[index])
}

function add(found: Found, result: unknown): void {
  if (++found.count === 1) {
    found.first = result
    return
  }
  if (found.count === 2) flattenInto(found.flat, found.first)
  flattenInto(found.flat, result)
}

function endOf(found: Found, isLast: boolean, frame: Frame): Sequence {
  const { first, flat } = found
  if (found.count === 1) {
    // The last step's single array of the data is the result as it is.
    if (isLast && isArray(first) && !isSequence(first)) return first
    flattenInto(flat, first)
  }
  chargeItems(frame.rt, flat.length)
  return flat
}

function stepOver(
  closure: Closure,
  filters: readonly Filter[],
  items: Sequence,
  isLast: boolean,
  frame: Frame,
): Sequence {
  const found = nothingFound()
  const { sequenceLengthMax } = frame.rt.limits
  // An array constructor with an index at the start of a path gives one value, which is no list: nothing is found in it.
  for (let index = 0; index < items.length; index++) {
    tick(frame.rt)
    let result = closure(items[index], frame)
    for (const filter of filters) result = filter(result, frame)
    if (result !== undefined) add(found, result)
    if (found.flat.length > sequenceLengthMax) break
  }
  return endOf(found, isLast, frame)
}
