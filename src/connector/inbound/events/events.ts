import { isJsonObject, type Json } from '#model/json.ts'
import { DEFAULT_BODY_LIMITS, parseBody, type BodyResult } from '../../body/body.ts'
import type { IncomingEvent, RawRequest, SplitResult } from '../../kit.ts'
import { asText, asTimeMs, parsePath, readOne, readPath, type Found } from '../../value-path.ts'
import { unmet } from '../values/conditions.ts'
import { eventKey, joinedKey } from './event-key.ts'
import type { EventSettings } from './settings.ts'
import { locateValue, parseLocator, requestBody, withBody } from '../values/locator.ts'
import { nestNames } from './nested-names.ts'
import { captures } from '../values/pattern.ts'
import type { InboundSettings } from '../settings.ts'

type ReadBody = Extract<BodyResult, { ok: true }>

const TYPE_MAX = 200
const ID_MAX = 500

/**
 * Splits a verified request into its events, by the settings. An unknown type is an event of kind `unknown`. `opened` is
 * what its envelope held, where there was one: the bytes of the request are then not what mappings read.
 */
export function splitRequest(request: RawRequest, settings: InboundSettings, opened?: string): SplitResult {
  const read = readItems(request, settings)
  if (!read.ok) return read
  const { events, body, items } = read
  const whole = events.items === undefined && read.request === request && opened === undefined
  const isBelieved = settings.authentication.scheme !== 'none'
  return {
    ok: true,
    events: items.map(item => {
      const { event, part } = eventOf(read.request, settings, events, item)
      // What anyone could have sent is not believed, only taken as a hint to look.
      if (!isBelieved) event.whole = false
      setPayload(event, item, part ?? item.value, whole, body)
      return event
    }),
  }
}

/** The items of a body, what describes them, and the request in which their locators look. */
export function readItems(
  request: RawRequest,
  settings: InboundSettings,
):
  | { ok: true; events: EventSettings; request: RawRequest; body: ReadBody; items: readonly Found[] }
  | Extract<SplitResult, { ok: false }> {
  const outer = requestBody(request)
  if (!outer.ok) return { ok: false, code: 'malformed', message: outer.message }
  const events = shapeOf(request, settings)
  const unwrapped = unwrap(request, events)
  const body = requestBody(unwrapped)
  if (!body.ok) return { ok: false, code: 'malformed', message: body.message }
  const path = events.items === undefined ? undefined : parsePath(events.items)
  const items =
    path === undefined ? [{ value: body.value, path: '' }] : readPath(body.value, path, { loneAsList: true })
  return { ok: true, events, request: unwrapped, body, items }
}

/** The first form of body whose conditions hold, else the events that the settings describe for all others. */
function shapeOf(request: RawRequest, { shapes, events }: InboundSettings): EventSettings {
  return shapes.find(shape => unmet(shape.when, request) === undefined) ?? events
}

/** The request whose body is the wrapped member, with nested names; itself where there is nothing to take off. */
function unwrap(request: RawRequest, events: EventSettings): RawRequest {
  const body = requestBody(request)
  if (!body.ok) return request
  const path = events.unwrap === undefined ? undefined : parsePath(events.unwrap)
  const inner = path && readOne(body.value, path)
  if (typeof inner === 'string' && inner !== '') {
    return withBody(request, parseBody(Buffer.from(inner), 'application/json', DEFAULT_BODY_LIMITS))
  }
  if (isJsonObject(inner) || Array.isArray(inner)) return withBody(request, { ...body, value: inner })
  return events.nestedNames ? withBody(request, { ...body, value: nestNames(body.value) }) : request
}

/** An event, and the part of its item that the mapping gets where it is not the whole. */
function eventOf(
  request: RawRequest,
  settings: InboundSettings,
  events: EventSettings,
  item: Found,
): { event: IncomingEvent; part: Json | undefined } {
  const at = (locator: string | undefined): Json | undefined => {
    const parsed = locator === undefined ? undefined : parseLocator(locator)
    return parsed === undefined ? undefined : locateValue(parsed, request, item)
  }
  const type = (asText(at(events.type)) ?? '').slice(0, TYPE_MAX)
  const found = ruleOf(events, type)
  const rule = found?.rule
  const object = rule && objectOf(events, found, asText(at(events.object)))
  const event: IncomingEvent = {
    object: object ?? 'unknown',
    type: type === '' ? 'unknown' : type,
    kind: object === undefined ? 'unknown' : (rule?.kind ?? 'unknown'),
    whole: rule?.thin !== true,
  }
  const remoteId = joinedKey(rule?.id ?? events.id, request, item)
  if (remoteId !== undefined && remoteId.length <= ID_MAX) event.remoteId = remoteId
  setDefined(event, 'vendorEventId', eventKey(request, settings, events, item))
  setDefined(event, 'occurredAtMs', asTimeMs(at(events.occurredAt), { unit: events.timeUnit, zone: events.zone }))
  setDefined(event, 'version', asText(at(events.version)))
  setDefined(event, 'author', asText(at(events.author)))
  if (event.kind === 'merge') setDefined(event, 'mergedInto', asText(at(events.mergedInto)))
  return { event, part: at(rule?.payload ?? events.payload) }
}

interface FoundRule {
  rule: EventSettings['types'][string]
  stars: readonly string[]
}

function ruleOf({ types }: EventSettings, type: string): FoundRule | undefined {
  const exact = Object.hasOwn(types, type) ? types[type] : undefined
  if (exact !== undefined) return { rule: exact, stars: [] }
  for (const [pattern, rule] of Object.entries(types)) {
    const stars = pattern.includes('*') ? captures(pattern, type) : undefined
    if (stars !== undefined) return { rule, stars }
  }
  return undefined
}

/** The record type: as the rule says, with what the stars of its pattern stood for, else as the sender says. */
function objectOf(events: EventSettings, { rule, stars }: FoundRule, given: string | undefined): string | undefined {
  const named = rule.object?.replace(/\{(\d)\}/g, (_, number: string) => stars[Number(number) - 1] ?? '')
  const name = named === undefined || named === '' ? given : named
  if (name === undefined) return undefined
  return Object.hasOwn(events.objectNames, name) ? events.objectNames[name] : name
}

function setDefined<Name extends 'vendorEventId' | 'occurredAtMs' | 'version' | 'author' | 'mergedInto'>(
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
function setPayload(event: IncomingEvent, item: Found, payload: Json, wholeBody: boolean, body: ReadBody): void {
  if (payload === item.value && wholeBody) return
  const exact = body.sliceOf?.(payload)
  event.payload = Buffer.from(exact ?? JSON.stringify(payload))
  event.contentType = 'application/json'
  const own = body.notes.filter(note => note.path === '' || note.path.startsWith(item.path))
  if (exact === undefined && own.length > 0) event.notes = own
}
