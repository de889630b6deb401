import type { JsonObject } from '#model/json.ts'
import type { BodyResult } from './result.ts'
import { addNote, appendMember, cleanText, memberPath, type Note } from './note.ts'

/** application/x-www-form-urlencoded by the WHATWG rules; a repeated name becomes a list. */
export function parseFormBody(text: string, fieldsMax: number, notes: Note[]): BodyResult {
  const value: JsonObject = {}
  let fields = 0
  const encodedReplacement = /%EF%BF%BD|\uFFFD/i.test(text)
  for (const [rawName, rawValue] of new URLSearchParams(text)) {
    if (++fields > fieldsMax) return tooManyFields(fieldsMax)
    const path = memberPath('', rawName)
    // The decoder replaces bytes that are no UTF-8 silently; a U+FFFD that was not sent as such gives it away.
    if (!encodedReplacement && (rawName.includes('\uFFFD') || rawValue.includes('\uFFFD'))) {
      addNote(notes, 'invalid_utf8', path)
    }
    appendMember(value, cleanText(rawName, path, notes), cleanText(rawValue, path, notes))
  }
  return { ok: true, value, notes }
}

export function tooManyFields(fieldsMax: number): BodyResult {
  return { ok: false, code: 'too_many', message: `the form has more than ${fieldsMax} fields` }
}
