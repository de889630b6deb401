import type { Compile } from './compile.ts'
import type { Closure, Frame } from '../runtime.ts'
import { tick } from '../runtime.ts'
import type { Scope } from './scope.ts'
import type { Sequence } from '../values/sequence.ts'
import { createSequence, isArray, sequenceOf } from '../values/sequence.ts'
import type { Node, Stage } from '../syntax/tree.ts'
import { part } from '../syntax/tree.ts'
import { compileForTuples, tupleFrame, tupleOf } from './tuple.ts'
import { isNumeric, truthy } from '../values/values.ts'

/** Keeps the items a predicate selects. The result is a sequence, or the one array an index picked. */
export type Filter = (items: unknown, frame: Frame) => unknown

/** Compiles `[…]` after a step: a number picks by position (negative from the end), anything else is asked of every item. */
export function compileFilter(expr: Node, scope: Scope, compile: Compile): Filter {
  if (expr.type === 'number') return pickIndex(Math.floor(Number(expr.value)))
  const predicate = compile(expr, scope)
  const tuplePredicate = compileForTuples(expr, scope, compile)
  return (items, frame) => {
    if (!isArray(items)) return filterOne(items, predicate, frame)
    if (items.tupleStream === true) return filterTuples(items, tuplePredicate(), frame)
    const results = createSequence()
    for (let index = 0; index < items.length; index++) {
      tick(frame.rt)
      if (selects(predicate(items[index], frame), index, items.length, results, items[index], frame))
        results.push(items[index])
    }
    return results
  }
}

function filterOne(item: unknown, predicate: Closure, frame: Frame): Sequence {
  const results = createSequence()
  if (selects(predicate(item, frame), 0, 1, results, item, frame)) results.push(item)
  return results
}

function filterTuples(tuples: Sequence, predicate: Closure, frame: Frame): Sequence {
  const results = createSequence()
  results.tupleStream = true
  for (let index = 0; index < tuples.length; index++) {
    tick(frame.rt)
    const tuple = tupleOf(tuples[index])
    const answer = predicate(tuple['@'], tupleFrame(frame, tuple))
    if (selects(answer, index, tuples.length, results, tuple, frame)) results.push(tuple)
  }
  return results
}

/**
 * True if the answer of a predicate selects this item. An array of numbers lists positions and may list one twice: then
 * the item is pushed here, as often as it is listed.
 */
function selects(
  answer: unknown,
  index: number,
  count: number,
  results: unknown[],
  item: unknown,
  frame: Frame,
): boolean {
  if (typeof answer === 'boolean') return answer
  if (isNumeric(answer)) return matchesIndex(answer, index, count)
  if (!isArray(answer)) return truthy(answer, frame.rt)
  // An empty array counts as an array of numbers: it selects nothing.
  const positions = answer.filter(value => isNumeric(value))
  if (positions.length < answer.length) return truthy(answer, frame.rt)
  for (const position of positions) {
    tick(frame.rt)
    if (matchesIndex(position, index, count)) results.push(item)
  }
  return false
}

function matchesIndex(position: number, index: number, count: number): boolean {
  const floor = Math.floor(position)
  return (floor < 0 ? count + floor : floor) === index
}

function pickIndex(position: number): Filter {
  return items => {
    const all = isArray(items) ? items : sequenceOf(items)
    const item = all[position < 0 ? all.length + position : position]
    if (isArray(item)) return item
    const results = createSequence()
    if (all.tupleStream === true) results.tupleStream = true
    if (item !== undefined) results.push(item)
    return results
  }
}

/** Compiles the stages after a sort or in a tuple stream: filters, and `#$i` which notes positions in the tuples. */
export function compileStages(
  stages: readonly Stage[],
  scope: Scope,
  compile: Compile,
): (items: Sequence, frame: Frame) => Sequence {
  const compiled = stages.map(stage => {
    if (stage.type === 'filter') return compileFilter(part(stage.expr), scope, compile)
    const name = part(stage.value)
    return (items: unknown) => {
      if (isArray(items)) for (const [index, item] of items.entries()) tupleOf(item)[name] = index
      return items
    }
  })
  return (items, frame) => {
    let result: unknown = items
    for (const stage of compiled) result = stage(result, frame)
    return result as Sequence
  }
}
