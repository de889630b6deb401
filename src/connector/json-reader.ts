import type { Json, JsonObject } from '#model/json.ts'
import { addNote, cleanText, memberPath, setMember, type Note } from './body/note.ts'

export type JsonReading =
  /** `sliceOf`: the text that an object or list of the value was read from. */
  | { ok: true; value: Json; sliceOf: (part: Json) => string | undefined }
  | { ok: false; position: number; expected: string }

/** Thrown inside this file only; `readJson` turns it into a value. */
class Malformed {
  readonly position: number
  readonly expected: string
  constructor(position: number, expected: string) {
    this.position = position
    this.expected = expected
  }
}

/**
 * A strict RFC 8259 reader that notes what it changes and says where text is wrong. Slower than `JSON.parse`; used only
 * where that one would lose something or cannot say where. The caller has checked the nesting: reading is recursive.
 */
export function readJson(text: string, notes: Note[]): JsonReading {
  const reader: Reader = { text, at: 0, notes, spans: new WeakMap() }
  try {
    const value = readValue(reader, '')
    skipSpace(reader)
    if (reader.at < text.length) throw new Malformed(reader.at, 'end of text')
    const sliceOf = (part: Json) => {
      const span = typeof part === 'object' && part !== null ? reader.spans.get(part) : undefined
      return span && text.slice(span.start, span.end)
    }
    return { ok: true, value, sliceOf }
  } catch (problem) {
    if (problem instanceof Malformed) return { ok: false, position: problem.position, expected: problem.expected }
    throw problem
  }
}

interface Reader {
  text: string
  at: number
  notes: Note[]
  spans: WeakMap<object, { start: number; end: number }>
}

function skipSpace(reader: Reader): void {
  for (;;) {
    const c = reader.text.charCodeAt(reader.at)
    if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return
    reader.at++
  }
}

function readValue(reader: Reader, path: string): Json {
  skipSpace(reader)
  const c = reader.text[reader.at]
  if (c === '{' || c === '[') {
    const start = reader.at
    const value = c === '{' ? readObject(reader, path) : readArray(reader, path)
    reader.spans.set(value, { start, end: reader.at })
    return value
  }
  if (c === '"') return cleanText(readString(reader), path, reader.notes)
  if (c === 't') return readWord(reader, 'true', true)
  if (c === 'f') return readWord(reader, 'false', false)
  if (c === 'n') return readWord(reader, 'null', null)
  return readNumber(reader, path)
}

function readWord(reader: Reader, word: string, value: Json): Json {
  if (!reader.text.startsWith(word, reader.at)) throw new Malformed(reader.at, 'a value')
  reader.at += word.length
  return value
}

/** The character at the position after white space, consumed. */
function nextCharacter(reader: Reader): string | undefined {
  skipSpace(reader)
  return reader.text[reader.at++]
}

function readObject(reader: Reader, path: string): JsonObject {
  const object: JsonObject = {}
  reader.at++
  skipSpace(reader)
  if (reader.text[reader.at] === '}') {
    reader.at++
    return object
  }
  for (;;) {
    skipSpace(reader)
    if (reader.text[reader.at] !== '"') throw new Malformed(reader.at, 'a quoted member name')
    const raw = readString(reader)
    const here = memberPath(path, raw)
    const name = cleanText(raw, here, reader.notes)
    if (nextCharacter(reader) !== ':') throw new Malformed(reader.at - 1, '":"')
    const value = readValue(reader, here)
    if (Object.hasOwn(object, name)) addNote(reader.notes, 'duplicate_key', here)
    setMember(object, name, value)
    const c = nextCharacter(reader)
    if (c === '}') return object
    if (c !== ',') throw new Malformed(reader.at - 1, '"," or "}"')
  }
}

function readArray(reader: Reader, path: string): Json[] {
  const array: Json[] = []
  reader.at++
  skipSpace(reader)
  if (reader.text[reader.at] === ']') {
    reader.at++
    return array
  }
  for (;;) {
    array.push(readValue(reader, `${path}[${array.length}]`))
    const c = nextCharacter(reader)
    if (c === ']') return array
    if (c !== ',') throw new Malformed(reader.at - 1, '"," or "]"')
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

function readNumber(reader: Reader, path: string): Json {
  NUMBER.lastIndex = reader.at
  const source = NUMBER.exec(reader.text)?.[0]
  if (source === undefined) throw new Malformed(reader.at, 'a value')
  reader.at += source.length
  const value = Number(source)
  // Identifiers arrive as integers beyond 2^53 and must survive digit by digit; what overflows a double must too.
  const exact = Number.isFinite(value) && (Math.abs(value) <= Number.MAX_SAFE_INTEGER || /[eE]/.test(source))
  if (exact) return value
  addNote(reader.notes, 'big_integer', path)
  return source
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

function readString(reader: Reader): string {
  const open = reader.at
  const close = closingQuote(reader.text, open)
  if (close < 0) throw new Malformed(reader.text.length, 'a closing quote')
  const raw = reader.text.slice(open + 1, close)
  const control = /[\0-\x1f]/.exec(raw)
  if (control) throw new Malformed(open + 1 + control.index, 'an escaped control character')
  reader.at = close + 1
  if (!raw.includes('\\')) return raw
  return raw.replace(/\\(?:u([0-9a-fA-F]{4})|([^]?))/g, (_, hex: string | undefined, letter: string, index: number) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    const character = ESCAPES[letter]
    if (character === undefined) throw new Malformed(open + 1 + index, 'a valid escape')
    return character
  })
}

/** Index of the quote that ends the string opened at `open`; -1 when there is none. */
export function closingQuote(text: string, open: number): number {
  let end = text.indexOf('"', open + 1)
  while (end !== -1) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === 92) backslashes++
    if (backslashes % 2 === 0) return end
    end = text.indexOf('"', end + 1)
  }
  return -1
}
