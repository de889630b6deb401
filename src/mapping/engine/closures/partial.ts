import { calledName, compileHint } from './call.ts'
import type { Compile } from './compile.ts'
import { MappingFailure } from '../failure.ts'
import type { FunctionValue } from '../values/function-value.ts'
import { callFunction, isFunction, makeFunction } from '../values/function-value.ts'
import type { Closure } from '../runtime.ts'
import type { Scope } from './scope.ts'
import type { Node } from '../syntax/tree.ts'
import { part } from '../syntax/tree.ts'

const isPlaceholder = (node: Node): boolean => node.type === 'operator' && node.value === '?'

/** Compiles `$f(?, 1)`: a function of the arguments that were left open. */
export function compilePartial(node: Node, scope: Scope, compile: Compile): Closure {
  const procedure = part(node.procedure)
  const target = compile(procedure, scope)
  const args = part(node.arguments).map(arg => (isPlaceholder(arg) ? undefined : compile(arg, scope)))
  const hint = compileHint(procedure, scope, 'T1007', node.position)
  return (input, frame) => {
    const given = args.map(arg => arg?.(input, frame))
    const fn = target(input, frame)
    if (fn === undefined) hint?.(input, frame)
    if (!isFunction(fn)) {
      throw new MappingFailure('T1008', { position: node.position, token: calledName(procedure) })
    }
    const open = args.flatMap((arg, index) => (arg === undefined ? [index] : []))
    return fill(fn, given, open)
  }
}

/** Arguments beyond those written in the partial call go nowhere, and a lambda's signature is not checked: as in the reference. */
function fill(fn: FunctionValue, given: readonly unknown[], open: readonly number[]): FunctionValue {
  return makeFunction('lambda', open.length, undefined, (args, frame, context) => {
    const all = [...given]
    for (const [index, place] of open.entries()) all[place] = args[index]
    return fn.kind === 'lambda' ? fn(all, frame, context) : callFunction(fn, all, context, frame)
  })
}
