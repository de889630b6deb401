import type { EventSettings, KeySetting } from '#connector/inbound/events/settings.ts'
import { readItems, splitRequest } from '#connector/inbound/events/events.ts'
import { locateValue, parseLocator, type Locator } from '#connector/inbound/values/locator.ts'
import type { Fact, Preset } from '#connector/inbound/preset.ts'
import type { IncomingEvent, RawRequest } from '#connector/kit.ts'
import { asText, type Found } from '#connector/value-path.ts'
import type { InboundSettings } from '#connector/inbound/settings.ts'
import { unmet } from '#connector/inbound/values/conditions.ts'
import { presets, receivingSettings } from '../../connectors/webhook/presets.ts'
import { presetName } from './preset-name.ts'
import { resembles } from './resemblance.ts'

/** What was found of a fact, or why the payload has none; `missing` when it looks as if it had. */
export type Finding = { found: string } | { none: string } | { missing: string }

/** One event of a sample. */
export type Findings = Readonly<Record<Fact, Finding>>

/** Takes a payload of a vendor through parse and split, as the connector does behind a valid signature. */
export function readSample(vendor: string, payload: Buffer, contentType?: string): readonly Findings[] | string {
  const name = presetName(vendor)
  const preset = name === undefined ? undefined : presets.get(name)
  if (preset === undefined) return `no preset is named ${vendor}`
  const { encryption: _, ...settings } = receivingSettings.parse({ preset: name, ...preset.example })
  const request: RawRequest = {
    method: 'POST',
    path: '',
    query: new URLSearchParams(),
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    body: payload,
    publicUrl: 'https://hub.example.com/in/sample',
    remoteAddress: '203.0.113.7',
  }
  if (isChallenge(request, settings)) return []
  const split = splitRequest(request, settings)
  const read = readItems(request, settings)
  if (!split.ok || !read.ok) return split.ok ? 'the body cannot be read' : split.message
  const like = split.events.length > 0 ? undefined : resembles('time', read.body.value)
  if (like !== undefined) return `no event was found, but ${like} resembles a time of one`
  return split.events.map((event, index) => {
    const item = read.items[index] ?? { value: null, path: '' }
    return findingsOf(event, { preset, events: read.events, request: read.request, item })
  })
}

/** A probe or challenge, which the connector answers before it looks for events. */
function isChallenge(request: RawRequest, { handshakes }: InboundSettings): boolean {
  return handshakes.some(({ when, echo }) => {
    const locator = parseLocator(echo)
    const given = Object.keys(when).length > 0 && unmet(when, request) === undefined
    return given && locator !== undefined && locateValue(locator, request) !== undefined
  })
}

interface Place {
  preset: Preset
  events: EventSettings
  request: RawRequest
  item: Found
}

function findingsOf(event: IncomingEvent, place: Place): Findings {
  const { events } = place
  const rule = Object.values(events.types).find(one => one.id !== undefined && one.object === event.object)
  const type = finding('type', event.type === 'unknown' ? undefined : event.type, events.type, place)
  const object = event.object === 'unknown' ? undefined : event.object
  return {
    type,
    // Where the type alone says which record it is, both stand in the same place.
    object: object === undefined && 'none' in type ? type : finding('object', object, events.object, place),
    id: finding('id', event.remoteId, rule?.id ?? events.id, place),
    eventId: finding('eventId', event.vendorEventId, events.vendorEventId, place),
    time: finding(
      'time',
      event.occurredAtMs === undefined ? undefined : new Date(event.occurredAtMs).toISOString(),
      events.occurredAt,
      place,
    ),
  }
}

function finding(fact: Fact, found: string | undefined, setting: KeySetting | undefined, place: Place): Finding {
  if (found !== undefined) return { found }
  const parts = setting === undefined ? [] : [setting].flat(2).filter(part => !part.endsWith('?'))
  const outside = parts.filter(part => /^(header|query):/.test(part))
  if (outside.length > 0) return { none: `it stands in ${outside.join(', ').replaceAll(':', ' ')}` }
  const empty = parts.find(part => isEmpty(parseLocator(part), place))
  if (empty !== undefined) return { none: `${empty} is empty` }
  const reason = place.preset.absent?.[fact]
  if (reason !== undefined) return { none: reason }
  const like = resembles(fact, place.item.value)
  return like === undefined ? { none: 'nothing in the payload resembles one' } : { missing: `${like} resembles one` }
}

function isEmpty(locator: Locator | undefined, { request, item }: Place): boolean {
  if (locator === undefined) return false
  if (locator.source === 'any') return locator.of.some(one => isEmpty(one, { request, item } as Place))
  const value = locateValue(locator, request, item)
  return value !== undefined && asText(value) === undefined && typeof value !== 'object'
}
