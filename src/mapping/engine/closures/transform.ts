import type { Compile } from './compile.ts'
import { MappingFailure } from '../failure.ts'
import { callFunction, isFunction, makeFunction } from '../values/function-value.ts'
import type { Closure } from '../runtime.ts'
import { tick } from '../runtime.ts'
import { isPlainPath } from './path.ts'
import type { Scope } from './scope.ts'
import { compileRead } from './scope.ts'
import type { JsonObject } from '../values/sequence.ts'
import { isArray, isObject, setMember } from '../values/sequence.ts'
import { parseSignature } from '../values/signature.ts'
import { cloneOf } from '../values/json.ts'
import type { Node } from '../syntax/tree.ts'
import { part } from '../syntax/tree.ts'

const signature = parseSignature('<(oa):o>')

/** Compiles `|pattern|update, delete|`: a function that changes a copy of its argument wherever the pattern matches. */
export function compileTransform(node: Node, scope: Scope, compile: Compile): Closure {
  const clone = compileRead('clone', scope)
  const pattern = compile(part(node.pattern), scope)
  const isWithinCopy = isNamePath(part(node.pattern))
  const update = compile(part(node.update), scope)
  const remove = node.delete === undefined ? undefined : compile(node.delete, scope)
  return (input, frame) =>
    makeFunction('native', 1, signature, args => {
      const [subject] = args
      if (subject === undefined) return undefined
      const cloner = clone(input, frame)
      if (!isFunction(cloner)) throw new MappingFailure('T2013', { position: node.position })
      // Only what belongs to the copy is changed: a pattern may also reach the input or a variable.
      const own = isWithinCopy ? undefined : new Set<unknown>()
      const isUsual = cloner === scope.program.functions.get('clone')
      // A function of the mapping under that name may give what is not to be changed: that is copied, too.
      const copy = cloneOf(isUsual ? subject : callFunction(cloner, [subject], null, frame), frame.rt, own)
      const matches = pattern(copy, frame)
      for (const match of isArray(matches) ? matches : [matches]) {
        tick(frame.rt)
        if (match === undefined) continue
        const target = isObject(match) && own?.has(match) !== false ? match : undefined
        applyUpdate(update(match, frame), target, node)
        if (remove !== undefined) applyDelete(remove(match, frame), target, node)
      }
      return copy
    })
}

/** True for `a.b`, which leads to parts of what it starts from only. */
const isNamePath = (node: Node): boolean => isPlainPath(node) && node.steps?.[0]?.type === 'name'

function applyUpdate(update: unknown, target: JsonObject | undefined, node: Node): void {
  if (update === undefined) return
  if (!isObject(update)) throw new MappingFailure('T2011', { position: node.update?.position, value: update })
  if (target === undefined) return
  for (const key of Object.keys(update)) setMember(target, key, update[key])
}

function applyDelete(deletions: unknown, target: JsonObject | undefined, node: Node): void {
  if (deletions === undefined) return
  const keys: readonly unknown[] = isArray(deletions) ? deletions : [deletions]
  for (const key of keys) {
    if (typeof key !== 'string')
      throw new MappingFailure('T2012', { position: node.delete?.position, value: deletions })
  }
  if (target === undefined) return
  for (const key of keys as readonly string[]) if (Object.hasOwn(target, key)) delete target[key]
}
