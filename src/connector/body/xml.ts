import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { BodyResult } from './result.ts'
import { appendMember, cleanText, memberPath, type Note } from './note.ts'

/** No XML name can begin with it; keeps names such as `__proto__` and `constructor` harmless inside the parser. */
const MARK = '<'
const ATTRIBUTES = ':@'
const TEXT = '#text'
const CDATA = '#cdata'

/**
 * Parses XML: elements become members (repeated ones a list), attributes members with `@`, mixed text `#text`; an element
 * with text alone is that text, an empty one an empty string. Values stay strings. Document types are refused, so there
 * are no entities but the five of XML and character numbers.
 */
export function parseXmlText(text: string, nestingMax: number, notes: Note[]): BodyResult {
  if (hasDocumentType(text)) return malformed('a document type (DTD) is not accepted')
  const validation = XMLValidator.validate(text)
  if (validation !== true) {
    const { line, col, code } = validation.err
    return malformed(`${code} at line ${line}, column ${col}`, offsetOf(text, line, col))
  }
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: MARK,
    ignoreDeclaration: true,
    ignorePiTags: true,
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    trimValues: false,
    textNodeName: TEXT,
    cdataPropName: CDATA,
    maxNestedTags: nestingMax,
    // The parser transforms the name of an empty element twice.
    transformTagName: name => (name.startsWith(MARK) ? name : MARK + name),
  })
  try {
    return { ok: true, value: nodesToJson(parser.parse(text) as Json, undefined, '', notes), notes }
  } catch (problem) {
    if (problem instanceof Error && /nested/i.test(problem.message)) {
      return { ok: false, code: 'too_deep', message: `the XML is nested deeper than ${nestingMax} levels` }
    }
    return malformed('the parser refused it')
  }
}

/** Looks for `<!DOCTYPE` outside comments and CDATA sections, where it is mere text. */
function hasDocumentType(text: string): boolean {
  let at = text.indexOf('<!')
  while (at !== -1) {
    let end = -1
    if (text.startsWith('<!--', at)) end = text.indexOf('-->', at)
    else if (text.startsWith('<![CDATA[', at)) end = text.indexOf(']]>', at)
    else return true
    if (end < 0) return false
    at = text.indexOf('<!', end)
  }
  return false
}

/** Turns the parser's ordered nodes (`[{tag: [children], ":@": {attributes}}, {"#text": …}]`) into one value. */
function nodesToJson(nodes: Json, attributes: Json | undefined, path: string, notes: Note[]): Json {
  const value: JsonObject = {}
  let text = ''
  if (isJsonObject(attributes)) {
    for (const [marked, raw] of Object.entries(attributes)) {
      const name = `@${marked.slice(MARK.length)}`
      appendMember(value, name, cleanText(decodeEntities(textOf(raw)), memberPath(path, name), notes))
    }
  }
  for (const node of Array.isArray(nodes) ? nodes : []) {
    if (!isJsonObject(node)) continue
    for (const key of Object.keys(node)) {
      const content = node[key] ?? null
      if (key === TEXT) text += decodeEntities(textOf(content))
      else if (key === CDATA) text += cdataText(content)
      else if (key !== ATTRIBUTES) {
        const name = key.slice(MARK.length)
        appendMember(value, name, nodesToJson(content, node[ATTRIBUTES], memberPath(path, name), notes))
      }
    }
  }
  const clean = cleanText(text.trim(), path, notes)
  if (Object.keys(value).length === 0) return clean
  if (clean !== '') appendMember(value, TEXT, clean)
  return value
}

function cdataText(content: Json): string {
  const first = Array.isArray(content) ? content[0] : undefined
  return isJsonObject(first) ? textOf(first[TEXT]) : ''
}

const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : '')

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name = '') => {
      if (hex === undefined && decimal === undefined) return NAMED[String(name)] ?? whole
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}

function offsetOf(text: string, line: number, column: number): number {
  let at = 0
  for (let l = 1; l < line; l++) at = text.indexOf('\n', at) + 1
  return at + column - 1
}

function malformed(what: string, position?: number): BodyResult {
  const message = `the body is not valid XML: ${what}`
  return position === undefined
    ? { ok: false, code: 'malformed', message }
    : { ok: false, code: 'malformed', message, position }
}
