import type { Compile } from './compile.ts'
import { toFailure, MappingFailure } from './failure.ts'
import type { FunctionValue } from './function-value.ts'
import { callFunction, isFunction, makeFunction } from './function-value.ts'
import type { Closure, Frame } from './runtime.ts'
import type { Scope } from './scope.ts'
import { compileRead, isGlobal } from './scope.ts'
import { normalize } from './sequence.ts'
import type { Node } from './syntax.ts'
import { left, part } from './syntax.ts'

/** What a call names: `$name`, or `name` where the `$` was forgotten. */
export function calledName(procedure: Node): string | undefined {
  const named = procedure.type === 'path' ? procedure.steps?.[0] : procedure
  return typeof named?.value === 'string' ? named.value : undefined
}

/** Compiles the check for a forgotten `$`: `lowercase(x)` names a field, yet a function of that name exists. */
export function compileHint(procedure: Node, scope: Scope, code: string, position: number | undefined) {
  const name = calledName(procedure)
  if (procedure.type !== 'path' || name === undefined) return undefined
  const read = compileRead(name, scope)
  return (input: unknown, frame: Frame): void => {
    if (read(input, frame) !== undefined) throw new MappingFailure(code, { position, token: name })
  }
}

/** A function passed as an argument is called without a context of its own. */
function asArgument(value: unknown): unknown {
  if (!isFunction(value) || value.kind === 'regex' || value.kind === 'wrapped') return value
  return makeFunction('wrapped', value.arity, undefined, (args, _context, frame) =>
    callFunction(value, args, null, frame),
  )
}

/** Calls and says where it failed, unless a call further inside has said so. */
function callAt(
  fn: unknown,
  args: readonly unknown[],
  context: unknown,
  frame: Frame,
  position: number | undefined,
  token: string | undefined,
): unknown {
  try {
    return callFunction(fn, args, context, frame)
  } catch (thrown) {
    throw toFailure(thrown).at(position, token)
  }
}

/** Compiles a call as a function of the context, and of the value that `~>` passes as first argument. */
function compileInvocation(node: Node, scope: Scope, compile: Compile) {
  const procedure = part(node.procedure)
  const target = compile(procedure, scope)
  const args = part(node.arguments).map(arg => compile(arg, scope))
  const token = calledName(procedure)
  const hint = compileHint(procedure, scope, 'T1005', node.position)
  const { dynamic, functions } = scope.program
  const builtIn = procedure.type === 'variable' && token !== undefined ? functions.get(token) : undefined
  let isSettled = false
  let direct: FunctionValue | undefined

  return (input: unknown, frame: Frame, given: readonly unknown[]): unknown => {
    if (!isSettled) {
      direct = builtIn !== undefined && token !== undefined && isGlobal(token, scope) ? builtIn : undefined
      isSettled = true
    }
    const { variables } = frame.rt.env
    const isShadowed = variables !== undefined && token !== undefined && Object.hasOwn(variables, token)
    if (direct !== undefined && !isShadowed) {
      const values: unknown[] = [...given]
      for (const arg of args) values.push(arg(input, frame))
      return callAt(direct, values, input, frame, node.position, token)
    }
    const fn = target(input, frame)
    if (fn === undefined) hint?.(input, frame)
    const values: unknown[] = [...given]
    for (const arg of args) values.push(asArgument(arg(input, frame)))
    if (!dynamic) return callAt(fn, values, input, frame, node.position, token)
    const { rt } = frame
    const outer = rt.caller
    rt.caller = { scope, frame, input }
    const result = callAt(fn, values, input, frame, node.position, token)
    rt.caller = outer
    return result
  }
}

const nothingGiven: readonly unknown[] = []

export function compileCall(node: Node, scope: Scope, compile: Compile): Closure {
  const invoke = compileInvocation(node, scope, compile)
  return (input, frame) => invoke(input, frame, nothingGiven)
}

/** Compiles `a ~> $f(b)`, `a ~> $f` and `$f ~> $g`. */
export function compileApply(node: Node, scope: Scope, compile: Compile): Closure {
  const subject = compile(left(node), scope)
  const right = part(node.rhs)
  if (right.type === 'function') {
    const invoke = compileInvocation(right, scope, compile)
    return (input, frame) => invoke(input, frame, [subject(input, frame)])
  }
  const target = compile(right, scope)
  return (input, frame) => {
    const value = subject(input, frame)
    const fn = target(input, frame)
    if (!isFunction(fn)) throw new MappingFailure('T2006', { position: node.position, value: fn })
    if (isFunction(value)) return chain(value, fn)
    return callAt(fn, [value], null, frame, node.position, undefined)
  }
}

function chain(first: FunctionValue, second: FunctionValue): FunctionValue {
  return makeFunction('lambda', 1, undefined, (args, _context, frame) => {
    const between = normalize(callFunction(first, [args[0]], null, frame))
    return callFunction(second, [asArgument(between)], null, frame)
  })
}
