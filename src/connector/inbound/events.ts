import { isJsonObject, type Json, type JsonObject } from '#model/json.ts'
import type { BodyResult } from '../body.ts'
import { setMember } from '../body-note.ts'
import type { IncomingEvent, RawRequest, SplitResult } from '../kit.ts'
import { asText, asTimeMs, parsePath, readPath, type Found } from '../value-path.ts'
import { locateValue, parseLocator, requestBody } from './locator.ts'
import type { EventSettings, InboundSettings } from './settings.ts'

type ReadBody = Extract<BodyResult, { ok: true }>

const TYPE_MAX = 200
const ID_MAX = 500

/** Splits a verified request into its events, by the settings. An unknown type is an event of kind `unknown`. */
export function splitRequest(request: RawRequest, settings: InboundSettings): SplitResult {
  const body = requestBody(request)
  if (!body.ok) return { ok: false, code: 'malformed', message: body.message }
  const { events } = settings
  const value = events.nestedNames ? nestNames(body.value) : body.value
  const items = events.items === undefined ? [{ value, path: '' }] : readPath(value, parsePath(events.items) ?? [])
  const whole = events.items === undefined && !events.nestedNames
  return { ok: true, events: items.map(item => eventOf(request, settings, item, whole, body)) }
}

function eventOf(
  request: RawRequest,
  { events, authentication }: InboundSettings,
  item: Found,
  wholeBody: boolean,
  body: ReadBody,
): IncomingEvent {
  const at = (locator: string | undefined): Json | undefined => {
    const parsed = locator === undefined ? undefined : parseLocator(locator)
    return parsed === undefined ? undefined : locateValue(parsed, request, item.value)
  }
  const type = (asText(at(events.type)) ?? '').slice(0, TYPE_MAX)
  const rule = ruleOf(events, type)
  const eventId = events.vendorEventId ?? standardId(authentication)
  const event: IncomingEvent = {
    object: rule?.object ?? 'unknown',
    type: type === '' ? 'unknown' : type,
    kind: rule?.kind ?? 'unknown',
    // What anyone could have sent is not believed, only taken as a hint to look.
    whole: authentication.scheme !== 'none' && rule?.thin !== true,
  }
  const remoteId = asText(at(rule?.id ?? events.id))
  if (remoteId !== undefined && remoteId.length <= ID_MAX) event.remoteId = remoteId
  const vendorEventId = asText(at(eventId))
  // One id for a request with several items would make all but the first look like repeats.
  if (vendorEventId !== undefined) event.vendorEventId = `${vendorEventId}${sharedId(eventId) ? item.path : ''}`
  setDefined(event, 'occurredAtMs', asTimeMs(at(events.occurredAt)))
  setDefined(event, 'version', asText(at(events.version)))
  setDefined(event, 'author', asText(at(events.author)))
  if (event.kind === 'merge') setDefined(event, 'mergedInto', asText(at(events.mergedInto)))
  setPayload(event, item, at(rule?.payload ?? events.payload), wholeBody, body)
  return event
}

function ruleOf(events: EventSettings, type: string) {
  const exact = Object.hasOwn(events.types, type) ? events.types[type] : undefined
  return exact ?? Object.entries(events.types).find(([pattern]) => pattern.includes('*') && fits(pattern, type))?.[1]
}

/** True if the type fits a pattern in which `*` stands for any text; the first and last pieces are anchored. */
export function fits(pattern: string, type: string): boolean {
  const pieces = pattern.split('*')
  const first = pieces[0] ?? ''
  const last = pieces.at(-1) ?? ''
  if (!type.startsWith(first) || !type.endsWith(last) || type.length < first.length + last.length) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = type.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= type.length - last.length
}

function standardId(authentication: InboundSettings['authentication']): string | undefined {
  return authentication.scheme === 'standardWebhooks' ? `header:${authentication.headerPrefix}-id` : undefined
}

const sharedId = (locator: string | undefined) => /^(header|query|body):/.test(locator ?? '')

function setDefined<Name extends 'occurredAtMs' | 'version' | 'author' | 'mergedInto'>(
  event: IncomingEvent,
  name: Name,
  value: IncomingEvent[Name] | undefined,
): void {
  if (value !== undefined) event[name] = value
}

/**
 * The mapping's input. The whole body stays as it came. A part keeps its exact text where reading changed something, so
 * that the change is seen and noted again when it is mapped; else it is written out anew, which is the same.
 */
function setPayload(
  event: IncomingEvent,
  item: Found,
  part: Json | undefined,
  wholeBody: boolean,
  body: ReadBody,
): void {
  const payload = part === undefined || part === null ? item.value : part
  if (payload === item.value && wholeBody) return
  const exact = body.sliceOf?.(payload)
  event.payload = Buffer.from(exact ?? JSON.stringify(payload))
  event.contentType = 'application/json'
  const own = body.notes.filter(note => note.path === '' || note.path.startsWith(item.path))
  if (exact === undefined && own.length > 0) event.notes = own
}

const NAME_STEPS_MAX = 8

/** Form names with brackets as nested members (`data[tags][0]`, `tags[]`), as PHP senders write them. */
export function nestNames(value: Json): Json {
  if (!isJsonObject(value)) return value
  const nested: JsonObject = {}
  for (const [name, member] of Object.entries(value)) {
    const steps = /^[^[\]]+(?:\[[^[\]]*\])+$/.test(name) ? name.replaceAll(']', '').split('[') : [name]
    if (steps.length > NAME_STEPS_MAX) setMember(nested, name, member)
    else place(nested, steps, member)
  }
  return listsOf(nested)
}

function place(target: JsonObject, steps: readonly string[], member: Json): void {
  let current = target
  for (const [i, step] of steps.entries()) {
    const name = step === '' ? String(Object.keys(current).length) : step
    if (i === steps.length - 1) {
      // `tags[]` repeated has arrived as a list already.
      if (step === '' && Array.isArray(member)) member.forEach((one, n) => setMember(current, String(n), one))
      else setMember(current, name, member)
      return
    }
    const next = Object.hasOwn(current, name) ? current[name] : undefined
    const inner = isJsonObject(next) ? next : {}
    if (inner !== next) setMember(current, name, inner)
    current = inner
  }
}

/** Members named 0, 1, 2 … are a list. */
function listsOf(object: JsonObject): Json {
  const names = Object.keys(object)
  const isList = names.length > 0 && names.every((name, i) => name === String(i))
  const members = names.map(name => {
    const member = object[name] ?? null
    return isJsonObject(member) ? listsOf(member) : member
  })
  if (isList) return members
  const result: JsonObject = {}
  names.forEach((name, i) => setMember(result, name, members[i] ?? null))
  return result
}
