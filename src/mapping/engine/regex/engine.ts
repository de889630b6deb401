import { LRUCache } from 'lru-cache'
import { RE2JS } from 're2js'
import { MappingFailure } from '../failure.ts'
import type { CharSet } from './parser.ts'
import { lineEnds, spaces } from './parser.ts'
import { judge } from './safety.ts'

export interface RegexMatch {
  readonly match: string
  readonly start: number
  readonly end: number
  readonly groups: readonly (string | undefined)[]
}

/** A regular expression that runs in time proportional to the text. */
export interface RegexEngine {
  readonly source: string
  /** What runs it: JavaScript's own engine, the linear one, or one by the length of the text. */
  readonly runsOn: 'native' | 're2' | 'both'
  exec(text: string, from: number): RegexMatch | undefined
  /** The global native pattern, if it may be used as it is on any text: linear, and never an empty match. */
  readonly plain?: RegExp
}

/** On texts up to this length a quadratic pattern is still quick on the native engine. */
const quadraticCharsMax = 500

const engines = new LRUCache<string, RegexEngine>({ max: 500 })

/** The engine for a regular expression of the source. Throws M1006 if no engine can run it in linear time. */
export function regexEngine(pattern: RegExp): RegexEngine {
  const key = pattern.toString()
  let engine = engines.get(key)
  if (engine === undefined) {
    engine = makeEngine(pattern)
    engines.set(key, engine)
  }
  return engine
}

function makeEngine(pattern: RegExp): RegexEngine {
  const { source } = pattern
  const verdict = judge(source, pattern.flags)
  const native = nativeExec(pattern)
  if (verdict.growth === 'linear') {
    const plain = verdict.isNeverEmpty ? { plain: globalPattern(pattern) } : {}
    return { source, runsOn: 'native', exec: native, ...plain }
  }
  const linear = linearExec(pattern)
  if (verdict.isBeyondLinear || linear === undefined) {
    const message = `${verdict.reason ?? 'it is ambiguous'}. Use a pattern without look-around and back-references`
    throw new MappingFailure('M1006', { value: source, message })
  }
  if (verdict.growth === 'unknown') return { source, runsOn: 're2', exec: linear }
  const exec: RegexEngine['exec'] = (text, from) => (text.length <= quadraticCharsMax ? native : linear)(text, from)
  return { source, runsOn: 'both', exec }
}

const globalPattern = (pattern: RegExp): RegExp =>
  new RegExp(pattern.source, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`)

function nativeExec(pattern: RegExp): RegexEngine['exec'] {
  const regex = globalPattern(pattern)
  return (text, from) => {
    regex.lastIndex = from
    const found = regex.exec(text)
    if (found === null) return undefined
    const [match] = found
    return { match, start: found.index, end: found.index + match.length, groups: found.slice(1) }
  }
}

const classText = (set: CharSet): string =>
  set.map(([low, high]) => `\\x{${low.toString(16)}}-\\x{${high.toString(16)}}`).join('')

/** Rewrites what the linear engine understands otherwise than JavaScript: `\s`, `\S`, `.` and escapes. */
function translate(source: string): string {
  let result = ''
  let isInClass = false
  for (let at = 0; at < source.length; at++) {
    const char = source.charAt(at)
    const pair = source.slice(at, at + 2)
    if (pair === '\\s' || (pair === '\\S' && !isInClass)) {
      const inner = classText(spaces)
      result += isInClass ? inner : pair === '\\s' ? `[${inner}]` : `[^${inner}]`
      at++
    } else if (char === '\\') {
      result += pair
      at++
    } else if (char === '.' && !isInClass) result += `[^${classText(lineEnds)}]`
    else {
      if (char === '[') isInClass = true
      else if (char === ']') isInClass = false
      result += char
    }
  }
  return RE2JS.translateRegExp(result)
}

function linearExec(pattern: RegExp): RegexEngine['exec'] | undefined {
  let compiled: RE2JS
  try {
    const flags = (pattern.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (pattern.multiline ? RE2JS.MULTILINE : 0)
    compiled = RE2JS.compile(translate(pattern.source), flags)
  } catch {
    return undefined
  }
  return (text, from) => {
    const matcher = compiled.matcher(text)
    if (!matcher.find(from)) return undefined
    const groups: (string | undefined)[] = []
    for (let index = 1; index <= matcher.groupCount(); index++) groups.push(matcher.group(index) ?? undefined)
    return { match: matcher.group() ?? '', start: matcher.start(), end: matcher.end(), groups }
  }
}
