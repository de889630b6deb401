import type { Json } from '#model/json.ts'
import { DEFAULT_BODY_LIMITS, parseBody, type BodyResult } from '../../body/body.ts'
import type { RawRequest } from '../../kit.ts'
import { asText, parsePath, readOne, type Found, type ValuePath } from '../../value-path.ts'

/**
 * Where a value stands in a request: `header:x-topic`, `query:type`, `body:meta.id` (a path in the whole body), `key:`
 * (the name that the item stands under), `value:contact` (the text itself), or a bare path in the item of the event.
 * `#v1` after a header picks one field of a list such as `t=1,v1=abc`; `header:x-signature-*` is every header that begins
 * so. Several, with ` | ` between them: the first that is there.
 */
export type Locator =
  | { source: 'header' | 'query'; name: string; field: string | undefined }
  | { source: 'body' | 'item'; path: ValuePath }
  | { source: 'key' }
  | { source: 'value'; text: string }
  | { source: 'any'; of: readonly Locator[] }

const PATTERN = /^(header|query|body|value|key):(.*)$/s

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
  const choices = text.split(' | ')
  if (choices.length > 1) {
    const of = choices.flatMap(choice => compileLocator(choice.trim()) ?? [])
    return of.length === choices.length ? { source: 'any', of } : undefined
  }
  const [, source, rest = ''] = PATTERN.exec(text) ?? []
  if (source === 'value') return { source, text: rest }
  if (source === 'key') return rest === '' ? { source } : undefined
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

/** The request with another body: what an envelope held. */
export function withBody(request: RawRequest, body: BodyResult): RawRequest {
  const opened = { ...request }
  bodies.set(opened, body)
  return opened
}

/** The value at a locator as JSON; a header or parameter is text. Without an item the whole body stands for it. */
export function locateValue(locator: Locator, request: RawRequest, item?: Found): Json | undefined {
  if (locator.source === 'any') {
    for (const choice of locator.of) {
      const value = locateValue(choice, request, item)
      if (value !== undefined && value !== null && value !== '') return value
    }
    return undefined
  }
  if (locator.source === 'value') return locator.text
  if (locator.source === 'key') return item?.key
  if ('name' in locator) return locateTexts(locator, request)[0]
  if (locator.source === 'item' && item !== undefined) return readOne(item.value, locator.path)
  const body = requestBody(request)
  return body.ok ? readOne(body.value, locator.path) : undefined
}

/** All texts at a locator: a field may stand several times in a header, as old and new signatures do. */
export function locateTexts(locator: Locator, request: RawRequest, item?: Found): readonly string[] {
  if (locator.source === 'any') {
    return locator.of.map(choice => locateTexts(choice, request, item)).find(texts => texts.length > 0) ?? []
  }
  if ('name' in locator) {
    return namedTexts(locator, request).flatMap(whole =>
      locator.field === undefined ? [whole] : fieldsOf(whole, locator.field),
    )
  }
  const text = asText(locateValue(locator, request, item))
  return text === undefined ? [] : [text]
}

function namedTexts({ source, name }: Locator & { name: string }, request: RawRequest): readonly string[] {
  if (source === 'query') return [request.query.get(name) ?? ''].filter(Boolean)
  const names = name.endsWith('*')
    ? Object.keys(request.headers).filter(header => header.startsWith(name.slice(0, -1)))
    : [name]
  return names.flatMap(one => (Object.hasOwn(request.headers, one) ? [request.headers[one] ?? ''] : [])).filter(Boolean)
}

const FIELDS_MAX = 20

function fieldsOf(list: string, field: string): readonly string[] {
  return list
    .split(/[,;]/, FIELDS_MAX)
    .map(part => part.trim())
    .filter(part => part.startsWith(`${field}=`))
    .map(part => part.slice(field.length + 1))
}
