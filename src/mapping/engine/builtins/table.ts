import type { BuiltIn } from './built-in.ts'
import { collectionFunctions } from './collections.ts'
import { evalFunction } from './evaluate.ts'
import { higherOrderFunctions } from './higher-order.ts'
import { matchingFunctions } from './matching.ts'
import { numberFunctions } from './numbers.ts'
import { fromMillis, referenceFunctions } from './reference.ts'
import { stringFunctions } from './strings.ts'
import type { FunctionValue } from '../values/function-value.ts'
import { makeFunction } from '../values/function-value.ts'
import { parseSignature } from '../values/signature.ts'

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
  const value = makeFunction(
    'native',
    definition.arity,
    parseSignature(definition.signature, definition.name),
    definition.call,
  )
  value.isScalar = /:[snb]>$/.test(definition.signature)
  return value
}

/** All functions of the language by name. */
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
