import { MappingFailure } from '../failure.ts'
import type { Frame } from '../runtime.ts'
import { tick } from '../runtime.ts'
import type { RegexEngine } from '../regex/engine.ts'
import type { Signature } from './signature.ts'

/**
 * A function as a value of the language: a lambda of the mapping, a built-in, a regular expression. JSON data can never
 * look like one, since it holds no JavaScript functions; a foreign JavaScript function lacks `arity` and is none either.
 */
export interface FunctionValue {
  (args: readonly unknown[], frame: Frame, context: unknown): unknown
  arity: number
  kind: 'native' | 'lambda' | 'regex' | 'wrapped'
  signature: Signature | undefined
  regex?: RegexEngine
  /** Never gives a sequence, so its result needs no unwrapping. */
  isScalar?: boolean
}

export function makeFunction(
  kind: FunctionValue['kind'],
  arity: number,
  signature: Signature | undefined,
  call: (args: readonly unknown[], frame: Frame, context: unknown) => unknown,
): FunctionValue {
  const made = call as FunctionValue
  made.arity = arity
  made.kind = kind
  made.signature = signature
  return made
}

export const isFunction = (value: unknown): value is FunctionValue =>
  typeof value === 'function' && 'arity' in value && typeof value.arity === 'number'

/** A call in tail position, handed back to the caller's loop instead of growing the stack. */
export class TailCall {
  readonly fn: unknown
  readonly args: readonly unknown[]
  readonly position: number | undefined
  readonly token: string | undefined
  constructor(fn: unknown, args: readonly unknown[], position: number | undefined, token: string | undefined) {
    this.fn = fn
    this.args = args
    this.position = position
    this.token = token
  }
}

/** Calls a function value: checks its arguments, runs it, and runs the tail calls it ends in. */
export function callFunction(fn: unknown, args: readonly unknown[], context: unknown, frame: Frame): unknown {
  if (!isFunction(fn)) throw new MappingFailure('T1006')
  const validated = fn.signature === undefined ? args : fn.signature.validate(args, context, frame)
  if (fn.kind !== 'lambda') return fn(validated, frame, context)
  const { rt } = frame
  if (++rt.depth > rt.limits.depthMax) throw new MappingFailure('D1011')
  tick(rt)
  const result = runTailCalls(fn(validated, frame, context), context, frame)
  rt.depth--
  return result
}

/** The result of a function that may have ended in a call still to be made, which may end in another one. */
export function runTailCalls(given: unknown, context: unknown, frame: Frame): unknown {
  let result = given
  while (result instanceof TailCall) result = runTailCall(result, context, frame)
  return result
}

function runTailCall(call: TailCall, context: unknown, frame: Frame): unknown {
  tick(frame.rt)
  const { fn } = call
  try {
    if (!isFunction(fn)) throw new MappingFailure('T1006')
    const validated = fn.signature === undefined ? call.args : fn.signature.validate(call.args, context, frame)
    return fn(validated, frame, context)
  } catch (thrown) {
    if (thrown instanceof MappingFailure) thrown.at(call.position, call.token)
    throw thrown
  }
}
