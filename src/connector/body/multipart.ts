import { isUtf8 } from 'node:buffer'
import type { JsonObject } from '#model/json.ts'
import type { BodyResult } from './result.ts'
import { tooManyFields } from './form.ts'
import { addNote, appendMember, cleanText, memberPath, type Note } from './note.ts'

const HEADER_BYTES_MAX = 8192

/**
 * multipart/form-data (RFC 7578) from a complete buffer. Own and small because splitting a request is synchronous, and
 * stream parsers report a truncated form only on a later tick. Of a file only `{filename, type, size}` is kept.
 */
export function parseMultipartBody(body: Buffer, boundary: string | undefined, fieldsMax: number): BodyResult {
  if (boundary === undefined || boundary.length > 70) {
    return malformed('the content type has no usable boundary', 0)
  }
  const value: JsonObject = {}
  const notes: Note[] = []
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  // The first delimiter may stand at the very start, without the line break that belongs to the others.
  let at = body.indexOf(delimiter.subarray(2))
  if (at !== 0) at = body.indexOf(delimiter) + 2
  if (at < 2 && at !== 0) return malformed('the boundary of the content type does not occur', 0)
  at += delimiter.length - 2
  for (let fields = 0; ; fields++) {
    if (body.toString('latin1', at, at + 2) === '--') return { ok: true, value, notes }
    if (fields >= fieldsMax) return tooManyFields(fieldsMax)
    const start = lineEnd(body, at)
    if (start === undefined) return malformed('a line break expected after the boundary', at)
    const end = body.indexOf(delimiter, start - 2)
    if (end < 0) return malformed('the closing boundary is missing', body.length)
    const problem = readPart(body.subarray(start, Math.max(start, end)), value, notes)
    if (problem !== undefined) return malformed(problem, start)
    at = end + delimiter.length
  }
}

/** Index after the line break that ends a boundary line, which may carry blanks (RFC 2046). */
function lineEnd(body: Buffer, from: number): number | undefined {
  let at = from
  while (body[at] === 32 || body[at] === 9) at++
  return body[at] === 13 && body[at + 1] === 10 ? at + 2 : undefined
}

/** Reads one part into `value`; returns what is wrong with it. */
function readPart(part: Buffer, value: JsonObject, notes: Note[]): string | undefined {
  const blank = part.indexOf('\r\n\r\n')
  if (blank < 0 || blank > HEADER_BYTES_MAX) return 'a part without headers'
  const headers = part.toString('utf8', 0, blank)
  const disposition = /^content-disposition:\s*form-data\s*(;.*)$/im.exec(headers)?.[1]
  const rawName = disposition === undefined ? undefined : dispositionParameter(disposition, 'name')
  if (disposition === undefined || rawName === undefined) return 'a part without a name'
  const path = memberPath('', rawName)
  const name = cleanText(rawName, path, notes)
  const content = part.subarray(blank + 4)
  const filename = dispositionParameter(disposition, 'filename')
  if (filename !== undefined) {
    const type = /^content-type:\s*([^\r\n]+)/im.exec(headers)?.[1]?.trim() ?? 'application/octet-stream'
    if (filename === '' && content.length === 0) return undefined
    addNote(notes, 'file_dropped', path)
    appendMember(value, name, { filename: cleanText(filename, path, notes), type, size: content.length })
    return undefined
  }
  if (!isUtf8(content)) addNote(notes, 'invalid_utf8', path)
  appendMember(value, name, cleanText(content.toString('utf8'), path, notes))
  return undefined
}

/** A parameter of Content-Disposition; browsers escape quote, CR and LF as %22, %0D and %0A (HTML, form submission). */
function dispositionParameter(disposition: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i').exec(disposition)
  const raw = found?.[1] ?? found?.[2]
  return raw
    ?.replace(/\\(["\\])/g, '$1')
    .replace(/%22/g, '"')
    .replace(/%0D/gi, '\r')
    .replace(/%0A/gi, '\n')
}

function malformed(what: string, position: number): BodyResult {
  return { ok: false, code: 'malformed', message: `the form is not valid multipart/form-data: ${what}`, position }
}
