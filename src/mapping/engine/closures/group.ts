import type { Compile } from './compile.ts'
import { MappingFailure } from '../failure.ts'
import type { Closure, Frame, Tuple } from '../runtime.ts'
import { charge, tick } from '../runtime.ts'
import type { Scope } from './scope.ts'
import type { JsonObject } from '../values/sequence.ts'
import { isArray, setMember } from '../values/sequence.ts'
import type { Group } from '../syntax/tree.ts'
import { pairs } from '../syntax/tree.ts'
import { compileForTuples, makeTuple, tupleFrame, tupleOf } from './tuple.ts'
import { append } from '../values/values.ts'

/** Builds an object from items: `items{key: value}`, and object constructors over more than one item. */
export type GroupBy = (items: unknown, frame: Frame) => JsonObject

interface Bucket {
  readonly pair: number
  /** The items of this key: the one item itself, or an array of them. */
  items: unknown
  /** The array in `items` was made here, so it may grow. */
  isOwn: boolean
}

/** Keys by which the reference marks its functions; it refuses them in objects, and so do we. */
const reservedKeys = new Set(['_jsonata_lambda', '_jsonata_function'])

export function checkKey(key: unknown, position: number | undefined): asserts key is string | undefined {
  if (typeof key !== 'string' && key !== undefined) throw new MappingFailure('T1003', { position, value: key })
  if (key !== undefined && reservedKeys.has(key)) throw new MappingFailure('D1013', { position, value: key })
}

/** Adds an item to the items of a key, by the rules of `$append`: arrays are joined, nothing is left out. */
function addItem(bucket: Bucket, item: unknown, frame: Frame): void {
  if (item === undefined) return
  charge(frame.rt, 8)
  if (!bucket.isOwn) {
    if (bucket.items === undefined) {
      bucket.items = item
      return
    }
    bucket.items = isArray(bucket.items) ? bucket.items.slice() : [bucket.items]
    bucket.isOwn = true
  }
  if (!isArray(bucket.items)) return
  if (isArray(item)) for (const one of item) bucket.items.push(one)
  else bucket.items.push(item)
}

function collect(
  items: readonly unknown[],
  keys: readonly Closure[],
  isTuples: boolean,
  position: number | undefined,
  frame: Frame,
): Map<string, Bucket> {
  const buckets = new Map<string, Bucket>()
  for (const item of items) {
    const itemFrame = isTuples ? tupleFrame(frame, tupleOf(item)) : frame
    const context = isTuples ? tupleOf(item)['@'] : item
    for (const [pair, readKey] of keys.entries()) {
      tick(frame.rt)
      const key = readKey(context, itemFrame)
      checkKey(key, position)
      if (key === undefined) continue
      const bucket = buckets.get(key)
      if (bucket === undefined) buckets.set(key, { pair, items: item, isOwn: false })
      else if (bucket.pair !== pair) throw new MappingFailure('D1009', { position, value: key })
      else addItem(bucket, item, frame)
    }
  }
  return buckets
}

/** One tuple for all tuples of a key: each binding becomes the list of its values. */
function mergeTuples(items: unknown, frame: Frame): Tuple {
  if (!isArray(items)) return tupleOf(items)
  const merged = makeTuple(tupleOf(items[0]))
  for (const tuple of items.slice(1)) {
    for (const [name, value] of Object.entries(tupleOf(tuple))) merged[name] = append(merged[name], value, frame.rt)
  }
  return merged
}

/** Compiles `{key: value, …}` over a list of items: items with the same key share one value expression. */
export function compileGroup(group: Group, scope: Scope, compile: Compile): GroupBy {
  const list = pairs(group)
  const keys = list.map(([key]) => compile(key, scope))
  const values = list.map(([, value]) => compile(value, scope))
  const tupleKeys = list.map(([key]) => compileForTuples(key, scope, compile))
  const tupleValues = list.map(([, value]) => compileForTuples(value, scope, compile))

  return (input, frame) => {
    const isTuples = isArray(input) && input.tupleStream === true
    let items: readonly unknown[] = isArray(input) ? input : [input]
    // Without items the literal object is built once, on nothing.
    if (items.length === 0 && !isTuples) items = [undefined]
    const readKeys = isTuples ? tupleKeys.map(make => make()) : keys
    const buckets = collect(items, readKeys, isTuples, group.position, frame)
    const result: JsonObject = {}
    for (const [key, bucket] of buckets) {
      tick(frame.rt)
      const value = isTuples ? evaluateMerged(bucket, tupleValues, frame) : values[bucket.pair]?.(bucket.items, frame)
      if (value !== undefined) setMember(result, key, value)
    }
    return result
  }
}

function evaluateMerged(bucket: Bucket, values: readonly (() => Closure)[], frame: Frame): unknown {
  const tuple = makeTuple(mergeTuples(bucket.items, frame))
  const context = tuple['@']
  delete tuple['@']
  return values[bucket.pair]?.()(context, tupleFrame(frame, tuple))
}
