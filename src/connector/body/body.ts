import { isUtf8 } from 'node:buffer'
import { parseFormBody } from './form.ts'
import { parseJsonText } from './json.ts'
import { parseMultipartBody } from './multipart.ts'
import { note, type Note } from './note.ts'
import type { BodyResult } from './result.ts'
import { parseXmlText } from './xml.ts'

export type { Note, NoteCode } from './note.ts'
export type { BodyResult } from './result.ts'

/** Limits of one body; its size in bytes is limited by the gateway before anything is parsed. */
export interface BodyLimits {
  /** Deepest nesting of objects and arrays (JSON) or elements (XML). */
  nestingMax: number
  /** Most fields and files of a form; default 10,000. */
  fieldsMax?: number
}

/** What `parseBody` holds for sane where the caller has no configuration at hand. */
export const DEFAULT_BODY_LIMITS: BodyLimits = { nestingMax: 100 }

const FIELDS_MAX = 10_000

/**
 * Parses the exact bytes of a request into the form that mappings see. Pure and synchronous.
 *
 * Types: JSON (`application/json`, `+json`, `text/plain` as browsers' sendBeacon sends it), HTML forms (urlencoded,
 * multipart), XML. Without a content type the first character decides.
 *
 * The bytes themselves stay as they arrived; the parsed value differs from them only where mappings or PostgreSQL could
 * not hold it, and each difference is noted: invalid UTF-8, NUL and lone surrogates become U+FFFD, integers beyond 2^53
 * become strings, of duplicate keys the last wins. Keys such as `__proto__` are plain data.
 */
export function parseBody(bytes: Uint8Array, contentType: string | undefined, limits: BodyLimits): BodyResult {
  const type = mediaType(contentType)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const family = bodyFamily(type.name, buffer)
  const fieldsMax = limits.fieldsMax ?? FIELDS_MAX
  if (family === 'unsupported') {
    return {
      ok: false,
      code: 'unsupported_type',
      message: `content type ${JSON.stringify(type.name.slice(0, 80))} is not supported; expected JSON, XML, application/x-www-form-urlencoded or multipart/form-data`,
    }
  }
  if (family === 'multipart') return parseMultipartBody(buffer, type.boundary, fieldsMax)
  const { text, notes } = decodeText(buffer, type.charset)
  if (family === 'json') return parseJsonText(text, limits.nestingMax, notes)
  if (family === 'xml') return parseXmlText(text, limits.nestingMax, notes)
  return parseFormBody(text, fieldsMax, notes)
}

interface MediaType {
  name: string
  charset: string | undefined
  boundary: string | undefined
}

/** Splits a Content-Type header; parameters other than charset and boundary say nothing to us. */
function mediaType(header: string | undefined): MediaType {
  if (header === undefined || header === 'application/json') {
    return { name: header ?? '', charset: undefined, boundary: undefined }
  }
  const parameter = (name: string) =>
    new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;]+))`, 'i').exec(header)?.slice(1).find(Boolean)
  return {
    name: (header.split(';', 1)[0] ?? '').trim().toLowerCase(),
    charset: parameter('charset')?.toLowerCase(),
    boundary: parameter('boundary'),
  }
}

type Family = 'json' | 'form' | 'multipart' | 'xml' | 'unsupported'

function bodyFamily(name: string, body: Buffer): Family {
  if (name === 'application/json' || name === 'text/json' || name.endsWith('+json')) return 'json'
  if (name === 'application/x-www-form-urlencoded') return 'form'
  if (name === 'multipart/form-data') return 'multipart'
  if (name === 'application/xml' || name === 'text/xml' || name.endsWith('+xml')) return 'xml'
  if (name === '' || name === 'text/plain' || name === 'application/octet-stream') return sniffFamily(body)
  return 'unsupported'
}

function sniffFamily(body: Buffer): Family {
  const start = body.subarray(0, 64).toString('latin1').replace(/^ï»¿/, '').trimStart()
  if (start.startsWith('<')) return 'xml'
  if (/^[^\s{["<=&]+=/.test(start)) return 'form'
  return 'json'
}

/** Decodes to text without a leading byte order mark; an unknown charset is read as UTF-8. */
function decodeText(body: Buffer, charset: string | undefined): { text: string; notes: Note[] } {
  const notes: Note[] = []
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    const decoder = decoderOf(charset)
    if (decoder !== undefined) return { text: decoder.decode(body), notes }
  }
  if (!isUtf8(body)) notes.push(note('invalid_utf8', ''))
  const text = body.toString('utf8')
  return { text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, notes }
}

function decoderOf(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset)
  } catch {
    return undefined
  }
}
