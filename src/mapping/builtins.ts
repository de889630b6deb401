import type { BuiltIn } from './builtins/built-in.ts'
import { collectionFunctions } from './builtins/collections.ts'
import { evalFunction } from './builtins/evaluate.ts'
import { higherOrderFunctions } from './builtins/higher-order.ts'
import { matchingFunctions } from './builtins/matching.ts'
import { numberFunctions } from './builtins/numbers.ts'
import { fromMillis, referenceFunctions } from './builtins/reference.ts'
import { stringFunctions } from './builtins/strings.ts'
import type { FunctionValue } from './function-value.ts'
import { makeFunction } from './function-value.ts'
import { parseSignature } from './signature.ts'

/** The clock of a mapping is the time of its statement, so that a replay gives what the first run gave. */
const timeFunctions: readonly BuiltIn[] = [
  {
    name: 'now',
    signature: '<s?s?:s>',
    arity: 2,
    call: (args, frame) => fromMillis(frame.rt.env.nowMs, args[0], args[1]),
  },
  { name: 'millis', signature: '<:n>', arity: 0, call: (_args, frame) => frame.rt.env.nowMs },
]

export function functionValue(definition: BuiltIn): FunctionValue {
  // The function object is the definition's own call under a wrapper-free name; each definition has one of its own.
  const value = makeFunction('native', definition.arity, parseSignature(definition.signature), definition.call)
  value.isScalar = /:[snb]>$/.test(definition.signature)
  return value
}

/** All functions of the language by name, but `$random` and `$shuffle`. */
export const builtInFunctions: ReadonlyMap<string, FunctionValue> = new Map(
  [
    ...collectionFunctions,
    ...higherOrderFunctions,
    ...matchingFunctions,
    ...numberFunctions,
    ...referenceFunctions,
    ...stringFunctions,
    ...timeFunctions,
    evalFunction,
  ].map(definition => [definition.name, functionValue(definition)]),
)
