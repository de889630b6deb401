import { MappingFailure } from '../failure.ts'
import type { FunctionValue } from '../values/function-value.ts'
import { callFunction, isFunction } from '../values/function-value.ts'
import type { RegexMatch } from '../regex/engine.ts'
import { emptyMatch } from '../closures/regex-value.ts'
import type { Frame } from '../runtime.ts'
import { charge, tick } from '../runtime.ts'
import { createSequence, isArray, isObject } from '../values/sequence.ts'
import type { BuiltIn } from './built-in.ts'
import { builtIn, limitOf } from './built-in.ts'

/** The matches of a pattern, one by one: of a regular expression, or of a matcher function written in the mapping. */
function* matches(pattern: unknown, text: string, frame: Frame): Generator<RegexMatch> {
  if (!isFunction(pattern)) throw new MappingFailure('T1010')
  if (pattern.regex === undefined) yield* matcherMatches(pattern, text, frame)
  else {
    let from = 0
    for (let found = pattern.regex.exec(text, 0); found !== undefined; found = pattern.regex.exec(text, from)) {
      tick(frame.rt)
      // An empty match never gets anywhere, unless it is the only one.
      if (from > 0 && found.match === '') throw emptyMatch(pattern.regex, undefined)
      yield found
      from = found.end
      if (from >= text.length) return
      if (found.match === '') throw emptyMatch(pattern.regex, undefined)
    }
  }
}

function* matcherMatches(matcher: FunctionValue, text: string, frame: Frame): Generator<RegexMatch> {
  let result = callFunction(matcher, [text], null, frame)
  while (result !== undefined) {
    tick(frame.rt)
    const found = matchOf(result)
    yield found.match
    result = isFunction(found.next) ? callFunction(found.next, [], null, frame) : undefined
  }
}

function matchOf(value: unknown): { match: RegexMatch; next: unknown } {
  if (!isObject(value)) throw new MappingFailure('T1010')
  const { match, start, end, groups, next } = value
  const isMatch = typeof start === 'number' || end === 'number' || isArray(groups) || isFunction(next)
  if (!isMatch) throw new MappingFailure('T1010')
  const texts = isArray(groups) ? groups.map(group => (typeof group === 'string' ? group : undefined)) : []
  return { match: { match: String(match), start: Number(start), end: Number(end), groups: texts }, next }
}

function match(text: string, pattern: unknown, limit: number, frame: Frame): unknown {
  const result = createSequence()
  if (limit <= 0) return result
  for (const found of matches(pattern, text, frame)) {
    charge(frame.rt, 64 + found.match.length)
    result.push({ match: found.match, index: found.start, groups: [...found.groups] })
    if (result.length >= limit) break
  }
  return result
}

function contains(text: string, token: unknown, frame: Frame): boolean {
  if (typeof token === 'string') return text.includes(token)
  if (!isFunction(token)) throw new MappingFailure('T1010')
  if (token.regex !== undefined) return token.regex.exec(text, 0) !== undefined
  const result = callFunction(token, [text], null, frame)
  // What JavaScript takes for false is not looked at, as in the reference.
  if (result) matchOf(result)
  return result !== undefined
}

function split(text: string, separator: unknown, limit: number, frame: Frame): readonly string[] {
  if (limit <= 0) return []
  charge(frame.rt, text.length)
  if (typeof separator === 'string') {
    charge(frame.rt, separator === '' ? text.length * 8 : 0)
    return text.split(separator, limit === Infinity ? undefined : limit)
  }
  const parts: string[] = []
  let from = 0
  for (const found of matches(separator, text, frame)) {
    parts.push(text.slice(from, found.start))
    from = found.end
    if (parts.length >= limit) return parts
  }
  parts.push(text.slice(from))
  return parts
}

/** Fills `$1`, `$0` and `$$` into a replacement text; as many digits are read as there can be groups. */
function substitute(replacement: string, found: RegexMatch): string {
  const digitsMax = found.groups.length === 0 ? 1 : String(found.groups.length).length
  let result = ''
  let from = 0
  for (let at = replacement.indexOf('$'); at >= 0; at = replacement.indexOf('$', from)) {
    result += replacement.slice(from, at)
    from = at + 1
    const next = replacement.charAt(from)
    if (next === '$' || next === '0') {
      result += next === '$' ? '$' : found.match
      from++
      continue
    }
    let index = Number.parseInt(replacement.slice(from, from + digitsMax), 10)
    if (digitsMax > 1 && index > found.groups.length)
      index = Number.parseInt(replacement.slice(from, from + digitsMax - 1), 10)
    if (Number.isNaN(index)) result += '$'
    else {
      result += found.groups[index - 1] ?? ''
      from += String(index).length
    }
  }
  return result + replacement.slice(from)
}

function replacementFor(replacement: unknown, found: RegexMatch, frame: Frame): string {
  if (typeof replacement === 'string') return substitute(replacement, found)
  const { match: matched, start, end, groups } = found
  const value = callFunction(replacement, [{ match: matched, start, end, groups: [...groups] }], null, frame)
  if (typeof value !== 'string') throw new MappingFailure('D3012', { value })
  return value
}

/** Where a plain text occurs, in the form of matches. */
function* occurrences(token: string, text: string): Generator<RegexMatch> {
  let from = 0
  for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, from)) {
    from = at + token.length
    yield { match: token, start: at, end: from, groups: [] }
  }
}

function replace(text: string, pattern: unknown, replacement: unknown, limit: number, frame: Frame): string {
  if (pattern === '') throw new MappingFailure('D3010', { value: pattern, index: 2 })
  if (replacement === undefined) throw new MappingFailure('T0410', { index: 3 })
  if (limit <= 0) return text
  const native = isFunction(pattern) ? pattern.regex?.plain : undefined
  if (native !== undefined && limit === Infinity && typeof replacement === 'string' && replacement.length <= 1) {
    // Nothing to fill in, and the result is no longer than the text: the engine's own replacing does the same.
    return replacement === '$' ? text.replace(native, '$$$$') : text.replace(native, replacement)
  }
  const isPlain = typeof pattern === 'string'
  let result = ''
  let from = 0
  let count = 0
  for (const found of isPlain ? occurrences(pattern, text) : matches(pattern, text, frame)) {
    tick(frame.rt)
    const isLiteral = isPlain && typeof replacement === 'string'
    const part = isLiteral ? replacement : replacementFor(replacement, found, frame)
    charge(frame.rt, part.length + found.start - from)
    result += text.slice(from, found.start) + part
    from = found.start + found.match.length
    count++
    if (count >= limit) break
  }
  return result + text.slice(from)
}

const text = (value: unknown): string => value as string

export const matchingFunctions: readonly BuiltIn[] = [
  builtIn('match', '<s-f<s:o>n?:a<o>>', 3, (args, frame) =>
    match(text(args[0]), args[1], limitOf(args[2], 'D3040', 3), frame),
  ),
  builtIn('contains', '<s-(sf):b>', 2, (args, frame) =>
    args[1] === undefined ? undefined : contains(text(args[0]), args[1], frame),
  ),
  builtIn('replace', '<s-(sf)(sf)n?:s>', 4, (args, frame) =>
    replace(text(args[0]), args[1], args[2], limitOf(args[3], 'D3011', 4), frame),
  ),
  builtIn('split', '<s-(sf)n?:a<s>>', 3, (args, frame) =>
    split(text(args[0]), args[1], limitOf(args[2], 'D3020', 3), frame),
  ),
]
