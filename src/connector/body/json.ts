import type { Json } from '#model/json.ts'
import type { BodyResult } from './result.ts'
import type { Note } from './note.ts'
import { closingQuote, readJson } from '../json-reader.ts'

/**
 * Parses JSON text. Nearly every body takes the fast path: one scan that finds nothing special, then `JSON.parse`.
 * A body with escapes of NUL or surrogates, numbers that a double cannot hold, duplicate keys or a mistake goes to the
 * strict reader, which knows paths and positions.
 */
export function parseJsonText(text: string, nestingMax: number, notes: Note[]): BodyResult {
  const scan = scanJson(text)
  if (scan.depth > nestingMax) {
    const message = `the JSON is nested ${scan.depth} levels deep; at most ${nestingMax} are accepted`
    return { ok: false, code: 'too_deep', message }
  }
  if (!scan.special) {
    const value = tryParse(text)
    if (value !== undefined && countMembers(value) === scan.members) return { ok: true, value, notes }
  }
  const read = readJson(text, notes)
  if (read.ok) return { ok: true, value: read.value, notes, sliceOf: read.sliceOf }
  return {
    ok: false,
    code: 'malformed',
    message: `the body is not valid JSON: ${read.expected} expected at character ${read.position}`,
    position: read.position,
  }
}

function tryParse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

interface Scan {
  /** Deepest nesting; also counted in text that turns out to be no JSON. */
  depth: number
  /** Colons outside strings, which is the number of members, duplicates included. */
  members: number
  /** True where `JSON.parse` would lose something: escapes of NUL and surrogates, numbers beyond a double. */
  special: boolean
}

const SPECIAL_ESCAPE = /\\u(?:0000|[dD][89abAB][0-9a-fA-F]{2}|[dD][c-fC-F][0-9a-fA-F]{2})/
const LONG_DIGITS = 16

/** One pass over the text outside strings; strings are skipped by native search. */
export function scanJson(text: string): Scan {
  let depth = 0
  let depthMax = 0
  let members = 0
  let digits = 0
  let special = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c >= 48 && c <= 57) {
      if (++digits >= LONG_DIGITS) special = true
      continue
    }
    // An exponent follows a digit: 1e400 would become Infinity.
    if ((c === 101 || c === 69) && digits > 0) special = true
    digits = 0
    if (c === 34) {
      i = closingQuote(text, i)
      if (i < 0) break
    } else if (c === 58) members++
    else if (c === 123 || c === 91) {
      if (++depth > depthMax) depthMax = depth
    } else if (c === 125 || c === 93) depth--
  }
  return { depth: depthMax, members, special: special || (text.includes('\\u') && SPECIAL_ESCAPE.test(text)) }
}

function countMembers(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countMembers(item)
    return count
  }
  for (const name in value) {
    count++
    const member = value[name]
    if (typeof member === 'object') count += countMembers(member)
  }
  return count
}
