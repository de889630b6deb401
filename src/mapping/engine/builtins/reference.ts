import jsonata from 'jsonata'
import { MappingFailure } from '../failure.ts'
import type { Frame } from '../runtime.ts'
import { charge } from '../runtime.ts'
import type { BuiltIn } from './built-in.ts'
import { builtIn } from './built-in.ts'
import { isoTime } from './iso-time.ts'

/** A built-in as the reference hands it out when an expression names it. */
interface ReferenceFunction {
  readonly implementation: (this: object, ...args: readonly unknown[]) => unknown
  readonly signature: { readonly definition: string }
}

/** Pure, synchronous functions of the reference that are used as they are: its pictures and number forms are its own. */
const names = [
  'formatNumber',
  'formatBase',
  'formatInteger',
  'parseInteger',
  'number',
  'round',
  'power',
  'sqrt',
  'base64encode',
  'base64decode',
  'encodeUrlComponent',
  'encodeUrl',
  'decodeUrlComponent',
  'decodeUrl',
  'toMillis',
  'fromMillis',
] as const

type Name = (typeof names)[number]

const definitions: unknown = await jsonata(`{${names.map(name => `"${name}": $${name}`).join(', ')}}`).evaluate({})
const functions = definitions as Readonly<Record<Name, ReferenceFunction>>

/** Pictures longer than this are mistakes; some parts of the reference take time that grows with their size. */
const pictureCharsMax = 200
const dateCharsMax = 200

function guard(token: string, value: unknown, index: number, charsMax: number): void {
  if (typeof value === 'string' && value.length > charsMax) throw new MappingFailure('M1008', { token, value: index })
}

/** A parsing picture without separators is matched by backtracking over runs of digits: keep those short. */
function guardDate(value: unknown, picture: unknown): void {
  guard('toMillis', value, 1, dateCharsMax)
  guard('toMillis', picture, 2, pictureCharsMax)
  const hasNoSeparator = typeof picture === 'string' && picture.includes('][')
  if (hasNoSeparator && typeof value === 'string' && /\d{21}/.test(value)) {
    throw new MappingFailure('M1008', { token: 'toMillis', value: 1 })
  }
}

/** Runs of digits in a picture set a width to pad to: three digits are plenty. */
function guardWidths(token: string, picture: unknown): void {
  guard(token, picture, 2, pictureCharsMax)
  if (typeof picture === 'string' && /[,*-]\s*\d{4}/.test(picture))
    throw new MappingFailure('M1008', { token, value: 2 })
}

const checks: Partial<Record<Name, (args: readonly unknown[]) => void>> = {
  formatNumber: args => guard('formatNumber', args[1], 2, pictureCharsMax),
  formatInteger: args => guard('formatInteger', args[1], 2, pictureCharsMax),
  parseInteger: args => {
    guard('parseInteger', args[0], 1, dateCharsMax)
    guard('parseInteger', args[1], 2, pictureCharsMax)
  },
  toMillis: args => guardDate(args[0], args[1]),
}

/** `$fromMillis`, also for `$now(picture, zone)`. Without a picture it is the ISO form. */
export function fromMillis(ms: unknown, picture: unknown, zone: unknown): unknown {
  const iso = picture === undefined && zone === undefined ? isoTime(ms) : undefined
  if (iso !== undefined) return iso
  guardWidths('fromMillis', picture)
  return functions.fromMillis.implementation.apply({}, [ms, picture, zone])
}

/** `$toMillis(value, picture)`; undefined if the value does not fit the picture. */
export function toMillis(value: string, picture: string, frame: Frame): unknown {
  guardDate(value, picture)
  const timestamp = new Date(frame.rt.env.nowMs)
  return functions.toMillis.implementation.apply({ environment: { timestamp } }, [value, picture])
}

export const referenceFunctions: readonly BuiltIn[] = names.map(name => {
  const { implementation, signature } = functions[name]
  if (name === 'fromMillis')
    return builtIn(name, signature.definition, implementation.length, args => fromMillis(args[0], args[1], args[2]))
  const check = checks[name]
  return builtIn(name, signature.definition, implementation.length, (args, frame) => {
    check?.(args)
    // The pictures of `$toMillis` take what they leave out from the current time: here the statement's.
    const result = implementation.apply({ environment: { timestamp: new Date(frame.rt.env.nowMs) } }, [...args])
    if (typeof result === 'string') charge(frame.rt, result.length)
    return result
  })
})
