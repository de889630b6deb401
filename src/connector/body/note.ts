import type { Json, JsonObject } from '#model/json.ts'

/** What was changed between the bytes that arrived and the value that mappings see. */
export type NoteCode =
  'invalid_utf8' | 'nul_replaced' | 'surrogate_replaced' | 'big_integer' | 'duplicate_key' | 'file_dropped' | 'more'

/** One change; `path` is like `data.items[3].id`, empty for the whole body. */
export interface Note {
  code: NoteCode
  path: string
}

/** A hostile body must not make a larger list of notes than a person would read. */
const NOTES_MAX = 100

export function note(code: NoteCode, path: string): Note {
  return { code, path }
}

/** Appends a note; after `NOTES_MAX` a single `more` stands for the rest. */
export function addNote(notes: Note[], code: NoteCode, path: string): void {
  if (notes.length < NOTES_MAX) notes.push(note(code, path))
  else if (notes.length === NOTES_MAX) notes.push(note('more', ''))
}

/** Path of a member below `path`; names that are no plain words are quoted. */
export function memberPath(path: string, name: string): string {
  const step = /^[\p{L}\p{N}_@$-]{1,80}$/u.test(name) ? name : `\`${name.slice(0, 80)}\``
  return path === '' ? step : `${path}.${step}`
}

/** Sets a member as plain data: assigning to `__proto__` would set the prototype instead. */
export function setMember(object: JsonObject, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  } else object[name] = value
}

/** Adds a value to a form field: a repeated name becomes a list. */
export function appendMember(object: JsonObject, name: string, value: Json): void {
  const before = Object.hasOwn(object, name) ? object[name] : undefined
  if (before === undefined) setMember(object, name, value)
  else if (Array.isArray(before)) before.push(value)
  else setMember(object, name, [before, value])
}

/** Replaces what PostgreSQL's text cannot hold (NUL) and what is no character (lone surrogates) by U+FFFD. */
export function cleanText(text: string, path: string, notes: Note[]): string {
  let clean = text
  if (clean.includes('\0')) {
    addNote(notes, 'nul_replaced', path)
    clean = clean.replaceAll('\0', '\uFFFD')
  }
  if (!clean.isWellFormed()) {
    addNote(notes, 'surrogate_replaced', path)
    clean = clean.toWellFormed()
  }
  return clean
}
