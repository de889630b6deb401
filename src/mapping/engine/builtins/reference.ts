import jsonata from 'jsonata'
import { MappingFailure } from '../failure.ts'
import type { Frame } from '../runtime.ts'
import { charge } from '../runtime.ts'
import type { BuiltIn } from './built-in.ts'
import { builtIn } from './built-in.ts'
import { isoTime } from './pictures/iso-time.ts'
import { formatDate } from './pictures/date-format.ts'
import { dateReader } from './pictures/date-parse.ts'
import { integerReader } from './pictures/integer-parse.ts'
import { numberWriter } from './pictures/number-format.ts'

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
}

/** `$fromMillis`, also for `$now(picture, zone)`. Without a picture it is the ISO form. */
export function fromMillis(ms: unknown, picture: unknown, zone: unknown): unknown {
  const iso = picture === undefined && zone === undefined ? isoTime(ms) : undefined
  if (iso !== undefined) return iso
  guardWidths('fromMillis', picture)
  const write = (...args: readonly unknown[]): unknown => functions.fromMillis.implementation.apply({}, [...args])
  const isZone = zone === undefined || typeof zone === 'string'
  return typeof ms === 'number' && typeof picture === 'string' && isZone
    ? formatDate(ms, picture, zone, write)
    : write(ms, picture, zone)
}

/** `$toMillis(value, picture)`; undefined if the value does not fit the picture. */
export function toMillis(value: unknown, picture: unknown, frame: Frame): unknown {
  guardDate(value, picture)
  const { nowMs } = frame.rt.env
  const reader = typeof value === 'string' && typeof picture === 'string' ? dateReader(picture) : undefined
  if (reader !== undefined) return reader(String(value), nowMs)
  // What the picture leaves out is taken from the current time: here the statement's.
  return functions.toMillis.implementation.apply({ environment: { timestamp: new Date(nowMs) } }, [value, picture])
}

const round = (value: number, digits: number): number =>
  Number(functions.round.implementation.apply({}, [value, digits]))

/** The usual pictures are understood here, once for each; the reference reads its pictures anew at each call. */
const quickly: Partial<Record<Name, (args: readonly unknown[]) => unknown>> = {
  formatNumber: ([value, picture, options]) =>
    typeof value === 'number' && typeof picture === 'string' && options === undefined
      ? numberWriter(picture)?.(value, round)
      : undefined,
  parseInteger: ([text, picture]) =>
    typeof text === 'string' && typeof picture === 'string' ? integerReader(picture)?.(text) : undefined,
}

function call(name: Name, args: readonly unknown[], frame: Frame): unknown {
  if (name === 'fromMillis') return fromMillis(args[0], args[1], args[2])
  if (name === 'toMillis') return toMillis(args[0], args[1], frame)
  checks[name]?.(args)
  return quickly[name]?.(args) ?? functions[name].implementation.apply({}, [...args])
}

/** Some pictures make the reference stumble over itself. */
function guarded(name: Name, args: readonly unknown[], frame: Frame): unknown {
  try {
    return call(name, args, frame)
  } catch (thrown) {
    if (thrown instanceof TypeError || thrown instanceof RangeError) throw new MappingFailure('M1010', { token: name })
    throw thrown
  }
}

export const referenceFunctions: readonly BuiltIn[] = names.map(name => {
  const { implementation, signature } = functions[name]
  return builtIn(name, signature.definition, implementation.length, (args, frame) => {
    const result = guarded(name, args, frame)
    if (typeof result === 'string') charge(frame.rt, result.length)
    return result
  })
})
