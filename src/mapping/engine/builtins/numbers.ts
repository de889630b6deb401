import type { Frame } from '../runtime.ts'
import { tick } from '../runtime.ts'
import { truthy } from '../values/values.ts'
import type { BuiltIn } from './built-in.ts'
import { builtIn } from './built-in.ts'

const numbers = (value: unknown): readonly number[] => value as readonly number[]

function fold(value: unknown, frame: Frame, start: number, combine: (total: number, item: number) => number): number {
  let total = start
  for (const item of numbers(value)) {
    tick(frame.rt)
    total = combine(total, item)
  }
  return total
}

const sum = (total: number, item: number): number => total + item

export const numberFunctions: readonly BuiltIn[] = [
  builtIn('sum', '<a<n>:n>', 1, (args, frame) => fold(args[0], frame, 0, sum)),
  {
    name: 'count',
    signature: '<a:n>',
    arity: 1,
    call: args => (args[0] === undefined ? 0 : numbers(args[0]).length),
  },
  builtIn('max', '<a<n>:n>', 1, (args, frame) =>
    numbers(args[0]).length === 0 ? undefined : fold(args[0], frame, -Infinity, Math.max),
  ),
  builtIn('min', '<a<n>:n>', 1, (args, frame) =>
    numbers(args[0]).length === 0 ? undefined : fold(args[0], frame, Infinity, Math.min),
  ),
  builtIn('average', '<a<n>:n>', 1, (args, frame) => {
    const { length } = numbers(args[0])
    return length === 0 ? undefined : fold(args[0], frame, 0, sum) / length
  }),
  builtIn('abs', '<n-:n>', 1, args => Math.abs(Number(args[0]))),
  { name: 'random', signature: '<:n>', arity: 0, call: () => Math.random() },
  builtIn('floor', '<n-:n>', 1, args => Math.floor(Number(args[0]))),
  builtIn('ceil', '<n-:n>', 1, args => Math.ceil(Number(args[0]))),
  builtIn('boolean', '<x-:b>', 1, (args, frame) => truthy(args[0], frame.rt)),
  builtIn('not', '<x-:b>', 1, (args, frame) => !truthy(args[0], frame.rt)),
]
