import { MappingFailure } from '../failure.ts'
import type { Frame } from '../runtime.ts'

/** A function of the language. `arity` is how many arguments the higher-order functions hand to it. */
export interface BuiltIn {
  readonly name: string
  readonly signature: string
  readonly arity: number
  readonly call: (args: readonly unknown[], frame: Frame, context: unknown) => unknown
}

/** A built-in whose result is nothing if its first argument is nothing, as with nearly all of them. */
export function builtIn(
  name: string,
  signature: string,
  arity: number,
  call: (args: readonly unknown[], frame: Frame) => unknown,
): BuiltIn {
  return { name, signature, arity, call: (args, frame) => (args[0] === undefined ? undefined : call(args, frame)) }
}

/** An optional number that must not be negative. */
export function limitOf(value: unknown, code: string, index: number): number {
  if (value === undefined) return Infinity
  const limit = Number(value)
  if (limit < 0) throw new MappingFailure(code, { value, index })
  return limit
}
