import type { Compile } from './compile.ts'
import { compileStages } from './filter.ts'
import { compileGroup } from './group.ts'
import type { Closure, Frame, Runtime, Tuple } from '../runtime.ts'
import { tick } from '../runtime.ts'
import type { Scope } from './scope.ts'
import { makeScope } from './scope.ts'
import type { Sequence } from '../values/sequence.ts'
import { createSequence, isArray } from '../values/sequence.ts'
import { compileSort } from './sort.ts'
import type { Node } from '../syntax/tree.ts'
import { part } from '../syntax/tree.ts'
import { createTupleStream, makeTuple, tupleFrame, tupleOf } from './tuple.ts'
import { compileSteps, keepSingleton, startItems } from './walk.ts'

/** One step over a tuple stream; before the first tuple step there is no stream yet, only items. */
type TupleStep = (items: Sequence, stream: Sequence | undefined, frame: Frame) => Sequence

/**
 * Compiles a path that binds variables on the way (`@$v`, `#$i`) or is asked for parents (`%`). Instead of values it
 * carries tuples: the value and everything bound so far.
 */
export function compileTuplePath(node: Node, scope: Scope, compile: Compile): Closure {
  const steps = part(node.steps)
  const first = part(steps[0])
  // An array constructor at the start is taken whole, so it opens no stream, even if an index is asked for.
  const firstTuple = Math.max(
    first.consarray === true ? 1 : 0,
    steps.findIndex(step => step.tuple === true),
  )
  // The steps before the first tuple step are an ordinary path, evaluated by the ordinary rules.
  const before = compileSteps(steps.slice(0, firstTuple), false, scope, compile)
  const tupleSteps = steps.slice(firstTuple).map(step => compileTupleStep(step, scope, compile))
  const group = node.group === undefined ? undefined : compileGroup(node.group, scope, compile)

  const finish = (result: unknown, groupItems: unknown, frame: Frame): unknown => {
    const kept = node.keepSingletonArray === true ? keepSingleton(result) : result
    return group === undefined ? kept : group(groupItems, frame)
  }

  return (input, frame) => {
    let items = startItems(first, input)
    if (firstTuple > 0) {
      const result: Sequence | undefined = before(items, frame)
      if (result === undefined || result.length === 0) return finish(result, result, frame)
      // A bound constructor is not walked into: what follows starts at the context again, as in the reference.
      if (first.focus === undefined) items = result
    }
    let stream: Sequence | undefined
    for (const [index, step] of tupleSteps.entries()) {
      stream = step(items, stream, frame)
      if (steps[firstTuple + index]?.focus === undefined) items = stream
    }
    return finish(node.tuple === true ? stream : valuesOf(stream), stream, frame)
  }
}

function valuesOf(stream: Sequence | undefined): Sequence {
  const values = createSequence()
  for (const tuple of stream ?? []) values.push(tupleOf(tuple)['@'])
  return values
}

function compileTupleStep(node: Node, scope: Scope, compile: Compile): TupleStep {
  const stages = compileStages(node.stages ?? [], scope, compile)
  if (node.type === 'sort') {
    const sort = compileSort(node, scope, compile)
    return (items, stream, frame) => stages(sortStep(sort, node.index, items, stream, frame), frame)
  }
  const closure = compile(node, makeScope(scope.program, scope, true))
  return (items, stream, frame) => {
    const result = createTupleStream()
    const tuples: Sequence = stream ?? items.map(item => initialTuple(item))
    for (const element of tuples) {
      tick(frame.rt)
      const tuple = tupleOf(element)
      addTuples(result, node, tuple, closure(tuple['@'], tupleFrame(frame, tuple)), frame.rt)
    }
    return stages(result, frame)
  }
}

function initialTuple(item: unknown): Tuple {
  const tuple = makeTuple()
  tuple['@'] = item
  return tuple
}

function sortStep(
  sort: (items: Sequence, frame: Frame) => Sequence,
  indexName: string | undefined,
  items: Sequence,
  stream: Sequence | undefined,
  frame: Frame,
): Sequence {
  if (stream !== undefined) return sort(stream, frame)
  const result = createTupleStream()
  for (const [index, item] of sort(items, frame).entries()) {
    const tuple = initialTuple(item)
    if (indexName !== undefined) tuple[indexName] = index
    result.push(tuple)
  }
  return result
}

/** Extends one tuple by each value the step gave for it. */
function addTuples(result: Sequence, node: Node, from: Tuple, value: unknown, rt: Runtime): void {
  if (value === undefined) return
  const values: Sequence = isArray(value) ? value : [value]
  for (let index = 0; index < values.length; index++) {
    tick(rt)
    const tuple = makeTuple(from)
    if (values.tupleStream === true) Object.assign(tuple, values[index])
    else {
      if (node.focus === undefined) tuple['@'] = values[index]
      else tuple[node.focus] = values[index]
      if (node.index !== undefined) tuple[node.index] = index
      if (node.ancestor !== undefined) tuple[node.ancestor.label] = from['@']
    }
    result.push(tuple)
  }
}
