import type { Compile } from './compile.ts'
import { makeFunction, TailCall } from '../values/function-value.ts'
import type { Closure } from '../runtime.ts'
import { nothing } from '../runtime.ts'
import type { Scope } from './scope.ts'
import { declare, makeScope } from './scope.ts'
import { parseSignature } from '../values/signature.ts'
import type { Node } from '../syntax/tree.ts'
import { part } from '../syntax/tree.ts'

/** Compiles `function($a, $b){ … }`: a function that remembers the context and variables it was made in. */
export function compileLambda(node: Node, scope: Scope, compile: Compile): Closure {
  const inner = makeScope(scope.program, scope, false)
  const slots = part(node.arguments).map(parameter => declare(inner, String(parameter.value)))
  const body = compile(part(node.body), inner)
  const signature = node.signature === undefined ? undefined : parseSignature(node.signature.definition)
  return (input, up) =>
    makeFunction('lambda', slots.length, signature, (args, caller) => {
      const values: unknown[] = []
      for (const [index, slot] of slots.entries()) {
        const arg = args[index]
        values[slot] = arg === undefined ? nothing : arg
      }
      return body(input, { rt: caller.rt, up, slots: values, tuple: undefined })
    })
}

/** Compiles a call in tail position of a lambda: its parts are evaluated here, the call is made by the caller's loop. */
export function compileThunk(node: Node, scope: Scope, compile: Compile): Closure {
  const call = part(node.body)
  const procedure = part(call.procedure)
  const target = compile(procedure, scope)
  const args = part(call.arguments).map(arg => compile(arg, scope))
  const token = procedure.type === 'variable' ? String(procedure.value) : undefined
  return (input, frame) => {
    const fn = target(input, frame)
    return new TailCall(
      fn,
      args.map(arg => arg(input, frame)),
      call.position,
      token,
    )
  }
}
