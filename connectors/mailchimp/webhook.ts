import { createWebhookPart, withEvents } from '#connector/inbound/webhook-part.ts'
import type { IncomingEvent, WebhookPart } from '#connector/kit.ts'
import { textAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import { receivingSettings } from '../webhook/presets.ts'
import { subscriberHash } from './member.ts'
import { MEMBER, type Settings } from './settings.ts'

/** Secret, probes, nested form names and times, as the preset has them. */
const preset = receivingSettings.parse({ preset: 'mailchimp' })

const receiving = createWebhookPart<Settings>(({ listId }) => ({
  ...preset,
  // The webhook of another audience, sent here by mistake, is refused.
  require: { 'body:`data[list_id]`': listId },
}))

/**
 * Audience webhooks bear no signature and only a part of a member: each is a hint, and the member is read by API. What
 * cannot be read any more stands in the event itself: who was removed, and which address became which.
 */
export const webhook: WebhookPart<Settings> = withEvents(receiving, memberEvents)

function memberEvents(event: IncomingEvent): IncomingEvent[] {
  if (event.object !== MEMBER) return [event]
  const data = dataOf(event)
  if (event.type === 'upemail') return addressChange(event, data)
  const email = textAt(data, 'email')
  if (email === undefined) return [{ ...event, kind: 'unknown' }]
  const remoteId = subscriberHash(email)
  const isRemoved = event.type === 'unsubscribe' && textAt(data, 'action') === 'delete'
  return [isRemoved ? { ...event, remoteId, kind: 'delete' } : { ...event, remoteId, whole: false }]
}

/** The address is the id: one member goes over into the other. */
function addressChange(event: IncomingEvent, data: Json | undefined): IncomingEvent[] {
  const [before, after] = [textAt(data, 'old_email'), textAt(data, 'new_email')]
  if (before === undefined || after === undefined) return [{ ...event, kind: 'unknown' }]
  const mergedInto = subscriberHash(after)
  const { vendorEventId } = event
  const old: IncomingEvent = { ...event, kind: 'merge', remoteId: subscriberHash(before), mergedInto }
  if (vendorEventId !== undefined) old.vendorEventId = `${vendorEventId}|old`
  return [old, { ...event, remoteId: mergedInto, whole: false }]
}

function dataOf({ payload }: IncomingEvent): Json | undefined {
  return payload === undefined ? undefined : (JSON.parse(Buffer.from(payload).toString('utf8')) as Json)
}
