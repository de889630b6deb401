import type { Compile } from './compile.ts'
import { MappingFailure } from '../failure.ts'
import type { Closure, Frame } from '../runtime.ts'
import { chargeItems, tick } from '../runtime.ts'
import type { Scope } from './scope.ts'
import type { Sequence } from '../values/sequence.ts'
import type { Node } from '../syntax/tree.ts'
import { part } from '../syntax/tree.ts'
import { compileForTuples, tupleFrame, tupleOf } from './tuple.ts'

/**
 * Stable merge sort. `isAfter` says whether the first value belongs behind the second; it may be any function of the
 * mapping, also an inconsistent one, so the engine's own sort will not do. One item or none is returned as it is.
 */
export function mergeSort(items: Sequence, isAfter: (a: unknown, b: unknown) => boolean, frame: Frame): Sequence {
  if (items.length <= 1) return items
  chargeItems(frame.rt, items.length)
  const middle = Math.floor(items.length / 2)
  const left = mergeSort(items.slice(0, middle), isAfter, frame)
  const right = mergeSort(items.slice(middle), isAfter, frame)
  const merged: unknown[] = []
  let l = 0
  let r = 0
  while (l < left.length && r < right.length) {
    tick(frame.rt)
    merged.push(isAfter(left[l], right[r]) ? right[r++] : left[l++])
  }
  while (l < left.length) merged.push(left[l++])
  while (r < right.length) merged.push(right[r++])
  return merged
}

interface Term {
  readonly isDescending: boolean
  readonly value: Closure
  readonly tupleValue: () => Closure
}

const isComparable = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number'

/** Orders two sort keys; nothing goes last in either direction. */
function compareKeys(a: unknown, b: unknown, position: number | undefined): number {
  if (a === undefined) return b === undefined ? 0 : 1
  if (b === undefined) return -1
  if (!isComparable(a) || !isComparable(b)) {
    throw new MappingFailure('T2008', { position, value: isComparable(a) ? b : a })
  }
  if (typeof a !== typeof b) throw new MappingFailure('T2007', { position, value: a, value2: b })
  return a === b ? 0 : a < b ? -1 : 1
}

/** Compiles `^(a, >b)`: sorts the items by its terms in turn. */
export function compileSort(node: Node, scope: Scope, compile: Compile): (items: Sequence, frame: Frame) => Sequence {
  const terms = part(node.terms).map((term): Term => ({
    isDescending: term.descending,
    value: compile(term.expression, scope),
    tupleValue: compileForTuples(term.expression, scope, compile),
  }))
  return (items, frame) => {
    const keyOf =
      items.tupleStream === true
        ? (term: Term, item: unknown) => term.tupleValue()(tupleOf(item)['@'], tupleFrame(frame, tupleOf(item)))
        : (term: Term, item: unknown) => term.value(item, frame)
    const isAfter = (a: unknown, b: unknown): boolean => {
      for (const term of terms) {
        const keyA = keyOf(term, a)
        const keyB = keyOf(term, b)
        const order = compareKeys(keyA, keyB, node.position)
        if (order === 0) continue
        const isMissing = keyA === undefined || keyB === undefined
        return (term.isDescending && !isMissing ? -order : order) > 0
      }
      return false
    }
    return mergeSort(items, isAfter, frame)
  }
}
