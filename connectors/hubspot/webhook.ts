import type { IncomingEvent, WebhookPart } from '#connector/kit.ts'
import { createWebhookPart, withEvents } from '#connector/inbound/webhook-part.ts'
import { textAt, valueAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import { receivingSettings } from '../webhook/presets.ts'
import type { Settings } from './settings.ts'

/** The preset of each signature; they say how HubSpot signs and what its events mean. */
const INBOUND = {
  v3: receivingSettings.parse({ preset: 'hubspot' }),
  v2: receivingSettings.parse({ preset: 'hubspot-v2' }),
  v1: receivingSettings.parse({ preset: 'hubspot-v1' }),
}

/**
 * HubSpot's app webhooks. Their events are thin: they say what happened to which record, which is then read back. A merge
 * names all its records at once; here each losing record gets an event of its own.
 */
export const webhook: WebhookPart<Settings> = withEvents(
  createWebhookPart<Settings>(({ signature }) => INBOUND[signature]),
  eventsOf,
)

function eventsOf(event: IncomingEvent): IncomingEvent[] {
  // A workflow posts a record in a form of its own; it is read back as all others.
  if (event.kind === 'snapshot') return [{ ...event, whole: false }]
  return event.kind === 'merge' ? mergesOf(event) : [event]
}

/**
 * The survivor is a new record, or the primary one of the two; the other ids are its aliases from now on. It has taken over
 * values of the others, so it is read back.
 */
function mergesOf(event: IncomingEvent): IncomingEvent[] {
  const body = JSON.parse(Buffer.from(event.payload ?? []).toString('utf8')) as Json
  const survivor = textAt(body, 'newObjectId') ?? textAt(body, 'primaryObjectId')
  if (survivor === undefined) return [event]
  const merged = valueAt(body, 'mergedObjectIds')
  const named = [textAt(body, 'primaryObjectId'), ...(Array.isArray(merged) ? merged : [merged]).map(textOf)]
  const losers = [...new Set(named)].filter(id => id !== undefined && id !== survivor)
  const { mergedInto: _, ...facts } = event
  const keyed = (remoteId: string) =>
    event.vendorEventId === undefined ? { remoteId } : { remoteId, vendorEventId: `${event.vendorEventId}|${remoteId}` }
  return [
    ...losers.flatMap(id => (id === undefined ? [] : [{ ...event, ...keyed(id), mergedInto: survivor }])),
    { ...facts, ...keyed(survivor), kind: 'snapshot', whole: false },
  ]
}

function textOf(value: Json | undefined): string | undefined {
  return textAt(value, '')
}
