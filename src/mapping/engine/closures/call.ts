import type { Compile } from './compile.ts'
import { toFailure, MappingFailure } from '../failure.ts'
import type { FunctionValue } from '../values/function-value.ts'
import { callFunction, isFunction, makeFunction } from '../values/function-value.ts'
import type { Closure, Frame } from '../runtime.ts'
import type { Scope } from './scope.ts'
import { compileRead, isGlobal } from './scope.ts'
import { normalize } from '../values/sequence.ts'
import type { Node } from '../syntax/tree.ts'
import { left, part } from '../syntax/tree.ts'

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
export function asArgument(value: unknown): unknown {
  if (!isFunction(value) || value.kind === 'regex' || value.kind === 'wrapped') return value
  return makeFunction('wrapped', value.arity, undefined, (args, frame) => callFunction(value, args, null, frame))
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

/** The built-in a call names, if nothing in the source can give its name another meaning. To be asked at run time. */
function directTarget(procedure: Node, scope: Scope): FunctionValue | undefined {
  if (procedure.type !== 'variable' || procedure.group !== undefined) return undefined
  const name = String(procedure.value)
  const builtIn = scope.program.functions.get(name)
  return builtIn !== undefined && isGlobal(name, scope) ? builtIn : undefined
}

/**
 * Compiles a call as a function of the context, and of the value that `~>` passes as first argument. `unwraps`: a sequence
 * of none or one is unwrapped here, where it is known which functions give none.
 */
function compileInvocation(node: Node, unwraps: boolean, scope: Scope, compile: Compile) {
  const procedure = part(node.procedure)
  const args = part(node.arguments).map(arg => compile(arg, scope))
  const callGeneral = compileGeneralCall(node, args, scope, compile)
  const token = calledName(procedure)
  const { position } = node
  let isSettled = false
  let direct: FunctionValue | undefined

  const values = (input: unknown, frame: Frame): unknown[] => {
    if (args.length === 1) return [args[0]?.(input, frame)]
    const list: unknown[] = []
    for (const arg of args) list.push(arg(input, frame))
    return list
  }

  return (input: unknown, frame: Frame, subject: readonly [unknown] | undefined): unknown => {
    if (!isSettled) {
      direct = directTarget(procedure, scope)
      isSettled = true
    }
    if (direct === undefined || frame.rt.isShadowing) {
      const result = callGeneral(input, frame, subject)
      return unwraps ? normalize(result) : result
    }
    const list = values(input, frame)
    if (subject !== undefined) list.unshift(subject[0])
    try {
      const validated = direct.signature === undefined ? list : direct.signature.validate(list, input, frame)
      const result = direct(validated, frame, input)
      return unwraps && direct.isScalar !== true ? normalize(result) : result
    } catch (thrown) {
      throw toFailure(thrown).at(position, token)
    }
  }
}

/** A call of whatever the name or expression gives. */
function compileGeneralCall(node: Node, args: readonly Closure[], scope: Scope, compile: Compile) {
  const procedure = part(node.procedure)
  const target = compile(procedure, scope)
  const token = calledName(procedure)
  const hint = compileHint(procedure, scope, 'T1005', node.position)
  const { dynamic } = scope.program
  return (input: unknown, frame: Frame, subject: readonly [unknown] | undefined): unknown => {
    const fn = target(input, frame)
    if (fn === undefined) hint?.(input, frame)
    const values: unknown[] = subject === undefined ? [] : [subject[0]]
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

/** A call with nothing behind it, neither predicate nor grouping nor `[]`: its result is unwrapped already. */
export const isBareCall = (node: Node): boolean =>
  node.type === 'function' && node.predicate === undefined && node.group === undefined && node.keepArray !== true

/** Compiles `$f(a, b)`. */
export function compileCall(node: Node, scope: Scope, compile: Compile): Closure {
  const invoke = compileInvocation(node, isBareCall(node), scope, compile)
  return (input, frame) => invoke(input, frame, undefined)
}

/** Compiles `a ~> $f(b)`, `a ~> $f` and `$f ~> $g`. */
export function compileApply(node: Node, scope: Scope, compile: Compile): Closure {
  const subject = compile(left(node), scope)
  const right = part(node.rhs)
  if (right.type === 'function') {
    const invoke = compileInvocation(right, false, scope, compile)
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
  // As a call in tail position, the second one has the context of whoever calls the chain.
  return makeFunction('lambda', 1, undefined, (args, frame, context) => {
    const between = normalize(callFunction(first, [args[0]], null, frame))
    return callFunction(second, [asArgument(between)], context, frame)
  })
}
