import type { Compile } from './compile.ts'
import { compileGroup } from './group.ts'
import type { Closure } from '../runtime.ts'
import { chargeItems, tick } from '../runtime.ts'
import type { Scope } from './scope.ts'
import type { JsonObject, Sequence } from '../values/sequence.ts'
import { isArray, setMember } from '../values/sequence.ts'
import type { Node, Pair } from '../syntax/tree.ts'
import { pairs, part } from '../syntax/tree.ts'

/**
 * Compiles `[a, b]`, from left to right. (The reference starts all items at once, so that a binding in one is seen by
 * the items before it; here a binding is seen by the items after it.)
 */
export function compileArray(node: Node, scope: Scope, compile: Compile): Closure {
  const items = part(node.expressions).map(item => ({ value: compile(item, scope), isNested: item.value === '[' }))
  const isCons = node.consarray === true
  return (input, frame) => {
    const result: Sequence = []
    for (const item of items) {
      tick(frame.rt)
      const value = item.value(input, frame)
      if (value === undefined) continue
      if (item.isNested || !isArray(value)) result.push(value)
      else {
        chargeItems(frame.rt, result.length + value.length)
        for (const one of value) result.push(one)
      }
    }
    if (isCons) result.cons = true
    return result
  }
}

/** The keys of an object constructor, if they are all different literal strings: then no grouping is needed. */
function literalKeys(list: readonly Pair[]): readonly string[] | undefined {
  const keys: string[] = []
  for (const [key] of list) {
    if (key.type !== 'string' || typeof key.value !== 'string') return undefined
    if (key.predicate !== undefined || key.group !== undefined) return undefined
    keys.push(key.value)
  }
  return new Set(keys).size === keys.length ? keys : undefined
}

/** Compiles `{key: value}`. On one context value with literal keys it is filled in directly. */
export function compileObject(node: Node, scope: Scope, compile: Compile): Closure {
  const list = pairs(node)
  const group = compileGroup(
    { lhs: list, ...(node.position === undefined ? {} : { position: node.position }) },
    scope,
    compile,
  )
  const keys = literalKeys(list)
  if (keys === undefined) return group
  const isPlain = !keys.includes('__proto__')
  const values = list.map(([, value]) => compile(value, scope))
  return (input, frame) => {
    if (isArray(input)) return group(input, frame)
    const result: JsonObject = {}
    for (let index = 0; index < values.length; index++) {
      const value = values[index]?.(input, frame)
      if (value === undefined) continue
      const key = keys[index] as string
      if (isPlain) result[key] = value
      else setMember(result, key, value)
    }
    return result
  }
}
