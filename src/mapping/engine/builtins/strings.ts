import { MappingFailure } from '../failure.ts'
import type { Frame } from '../runtime.ts'
import { charge, tick } from '../runtime.ts'
import { isArray } from '../values/sequence.ts'
import { stringOf } from '../values/json.ts'
import type { BuiltIn } from './built-in.ts'
import { builtIn } from './built-in.ts'

/** Characters count as Unicode code points; only texts beyond ASCII need the slow way. */
const isSimple = (text: string): boolean => !/[\uD800-\uDFFF]/.test(text)

export function lengthOf(text: string): number {
  if (isSimple(text)) return text.length
  let count = 0
  for (const _ of text) count++
  return count
}

/** A start that is missing (NaN) means the whole text, or, if a length is given, none of it. */
function substring(text: string, start: number, length: number | undefined, frame: Frame): string {
  charge(frame.rt, isSimple(text) ? 0 : text.length * 16)
  const characters = isSimple(text) ? undefined : Array.from(text)
  const count = characters?.length ?? text.length
  const from = count + start < 0 ? 0 : start
  let to: number | undefined
  if (length !== undefined) {
    if (length <= 0) return ''
    to = from >= 0 ? from + length : count + from + length
  }
  return characters === undefined ? text.slice(from, to) : characters.slice(from, to).join('')
}

function pad(text: string, width: number, filler: string, frame: Frame): string {
  const missing = Math.abs(Math.trunc(width)) - lengthOf(text)
  if (!(missing > 0)) return text
  charge(frame.rt, missing * filler.length)
  const padding = filler.length > 1 ? substring(filler.repeat(missing), 0, missing, frame) : filler.repeat(missing)
  return width > 0 ? text + padding : padding + text
}

const isSpace = (unit: number): boolean => unit === 32 || unit === 9 || unit === 10 || unit === 13

/** Takes white space off both ends and makes one blank of each run inside; most texts have none of the latter. */
export function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  const inner = start === 0 && end === text.length ? text : text.slice(start, end)
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at)
    const isRun = unit === 32 ? isSpace(text.charCodeAt(at + 1)) : isSpace(unit)
    if (isRun) return inner.replaceAll(/[ \t\n\r]+/g, ' ')
  }
  return inner
}

function join(parts: unknown, separator: string, frame: Frame): string {
  if (!isArray(parts)) return ''
  let joined = ''
  for (let index = 0; index < parts.length; index++) {
    tick(frame.rt)
    const part = text(parts[index])
    charge(frame.rt, part.length + separator.length)
    joined = index === 0 ? part : joined + separator + part
  }
  return joined
}

const text = (value: unknown): string => value as string

/** The part before or after the first occurrence; the whole text if there is none. */
function cut(value: string, mark: string, isBefore: boolean): string {
  const at = value.indexOf(mark)
  if (at < 0) return value
  return isBefore ? value.slice(0, at) : value.slice(at + mark.length)
}

export const stringFunctions: readonly BuiltIn[] = [
  builtIn('string', '<x-b?:s>', 1, (args, frame) => stringOf(args[0], frame.rt, args[1] === true)),
  builtIn('length', '<s-:n>', 1, args => lengthOf(text(args[0]))),
  builtIn('substring', '<s-nn?:s>', 3, (args, frame) =>
    substring(text(args[0]), Number(args[1]), args[2] === undefined ? undefined : Number(args[2]), frame),
  ),
  builtIn('substringBefore', '<s-s:s>', 2, args => cut(text(args[0]), String(args[1]), true)),
  builtIn('substringAfter', '<s-s:s>', 2, args => cut(text(args[0]), String(args[1]), false)),
  builtIn('lowercase', '<s-:s>', 1, args => text(args[0]).toLowerCase()),
  builtIn('uppercase', '<s-:s>', 1, args => text(args[0]).toUpperCase()),
  builtIn('trim', '<s-:s>', 1, args => trim(text(args[0]))),
  builtIn('pad', '<s-ns?:s>', 3, (args, frame) =>
    pad(text(args[0]), Number(args[1]), args[2] === undefined || args[2] === '' ? ' ' : text(args[2]), frame),
  ),
  builtIn('join', '<a<s>s?:s>', 2, (args, frame) => join(args[0], args[1] === undefined ? '' : text(args[1]), frame)),
  {
    name: 'error',
    signature: '<s?:x>',
    arity: 1,
    call: ([message]) => {
      throw new MappingFailure('D3137', { message: text(message) || '$error() function evaluated' })
    },
  },
  {
    name: 'assert',
    signature: '<bs?:x>',
    arity: 2,
    call: ([condition, message]) => {
      if (condition !== true)
        throw new MappingFailure('D3141', { message: text(message) || '$assert() statement failed' })
      return undefined
    },
  },
]
