import { createWebhookPart, withEvents } from '#connector/inbound/webhook-part.ts'
import type { IncomingEvent, WebhookPart } from '#connector/kit.ts'
import { receivingSettings } from '../webhook/presets.ts'
import { isObject } from './objects.ts'
import type { Settings } from './settings.ts'

/** The preset says how Zendesk signs, and what its own events and those of triggers mean. */
const inbound = receivingSettings.parse({ preset: 'zendesk' })

/**
 * Zendesk's webhooks. Events tell records in a form of their own (words in upper case, ids as texts), triggers in whatever
 * form their author chose: so all are taken for thin, and the record is read back in the one form of the API.
 */
export const webhook: WebhookPart<Settings> = withEvents(
  createWebhookPart<Settings>(() => inbound),
  eventsOf,
)

function eventsOf(event: IncomingEvent): IncomingEvent[] {
  if (!isObject(event.object)) return [{ ...event, kind: 'unknown' }]
  if (event.kind === 'merge') return mergeOf(event)
  return [event.kind === 'snapshot' || event.kind === 'restore' ? { ...event, whole: false } : event]
}

/** The survivor took over what the other one had, so it is read back as well. */
function mergeOf(event: IncomingEvent): IncomingEvent[] {
  const { mergedInto, ...facts } = event
  // Without the survivor's name all that is known is that a user is gone; a merged ticket is only closed.
  if (mergedInto === undefined) {
    return [event.object === 'ticket' ? { ...facts, kind: 'snapshot', whole: false } : { ...facts, kind: 'delete' }]
  }
  const vendorEventId =
    event.vendorEventId === undefined ? {} : { vendorEventId: `${event.vendorEventId}|${mergedInto}` }
  return [event, { ...facts, ...vendorEventId, remoteId: mergedInto, kind: 'snapshot', whole: false }]
}
