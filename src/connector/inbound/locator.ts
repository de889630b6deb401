import type { Json } from '#model/json.ts'
import { DEFAULT_BODY_LIMITS, parseBody, type BodyResult } from '../body.ts'
import type { RawRequest } from '../kit.ts'
import { asText, parsePath, readOne, type ValuePath } from '../value-path.ts'

/**
 * Where a value stands in a request: `header:x-topic`, `query:type`, `body:meta.id` (a path in the whole body),
 * `value:contact` (the text itself), or a bare path in the item of the event. `#v1` after a header picks one field of a
 * list such as `t=1,v1=abc`.
 */
export type Locator =
  | { source: 'header' | 'query'; name: string; field: string | undefined }
  | { source: 'body' | 'item'; path: ValuePath }
  | { source: 'value'; text: string }

const PATTERN = /^(header|query|body|value):(.*)$/s

/** Locators come from settings and are read for every request, so each is compiled once. */
const compiled = new Map<string, Locator | undefined>()
const COMPILED_MAX = 10_000

/** Compiles a locator; undefined when the text is none. */
export function parseLocator(text: string): Locator | undefined {
  if (!compiled.has(text)) {
    if (compiled.size >= COMPILED_MAX) compiled.clear()
    compiled.set(text, compileLocator(text))
  }
  return compiled.get(text)
}

function compileLocator(text: string): Locator | undefined {
  const [, source, rest = ''] = PATTERN.exec(text) ?? []
  if (source === 'value') return { source, text: rest }
  if (source === 'header' || source === 'query') {
    const [name = '', field] = rest.split('#', 2)
    return name === '' ? undefined : { source, name: source === 'header' ? name.toLowerCase() : name, field }
  }
  const path = parsePath(source === 'body' ? rest : text)
  return path === undefined ? undefined : { source: source === 'body' ? 'body' : 'item', path }
}

const bodies = new WeakMap<RawRequest, BodyResult>()

/** The parsed body, parsed once per request however often it is asked for. */
export function requestBody(request: RawRequest): BodyResult {
  let body = bodies.get(request)
  if (body === undefined) {
    body = parseBody(request.body, request.headers['content-type'], DEFAULT_BODY_LIMITS)
    bodies.set(request, body)
  }
  return body
}

/** The value at a locator as JSON; a header or parameter is text. `item` is the whole body where there are no items. */
export function locateValue(locator: Locator, request: RawRequest, item?: Json): Json | undefined {
  if (locator.source === 'value') return locator.text
  if ('name' in locator) return locateTexts(locator, request)[0]
  if (locator.source === 'item' && item !== undefined) return readOne(item, locator.path)
  const body = requestBody(request)
  return body.ok ? readOne(body.value, locator.path) : undefined
}

/** All texts at a locator: a field may stand several times in a header, as old and new signatures do. */
export function locateTexts(locator: Locator, request: RawRequest, item?: Json): readonly string[] {
  if ('name' in locator) {
    const whole = locator.source === 'header' ? request.headers[locator.name] : request.query.get(locator.name)
    if (whole === undefined || whole === null || whole === '') return []
    return locator.field === undefined ? [whole] : fieldsOf(whole, locator.field)
  }
  const text = asText(locateValue(locator, request, item))
  return text === undefined ? [] : [text]
}

const FIELDS_MAX = 20

function fieldsOf(list: string, field: string): readonly string[] {
  return list
    .split(/[,;]/, FIELDS_MAX)
    .map(part => part.trim())
    .filter(part => part.startsWith(`${field}=`))
    .map(part => part.slice(field.length + 1))
}
