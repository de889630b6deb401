import { createWebhookPart, withEvents } from '#connector/inbound/webhook-part.ts'
import type { IncomingEvent, RawRequest, WebhookPart } from '#connector/kit.ts'
import { isJsonObject, type JsonObject } from '#model/json.ts'
import { receivingSettings } from '../webhook/presets.ts'
import { OBJECTS } from './objects.ts'
import type { Settings } from './settings.ts'

/**
 * "Send Webhook Notification" of an automation rule: one record per request, no signature, no headers of one's own: a secret
 * in the address. What it says is read back, since anybody who knows the address could say it, and only chosen fields are in
 * it. Odoo waits one second and never repeats, so no key tells repeats: of two changes within a second, which is all that
 * `write_date` shows, the second would be taken for one. Source: odoo/odoo ir_actions.py `_run_action_webhook`.
 */
const inbound = receivingSettings.parse({
  preset: 'odoo',
  events: { types: { '*deleted*': {}, '*': { thin: true } } },
})

export const webhook: WebhookPart<Settings> = {
  ...withEvents(
    createWebhookPart<Settings>(() => inbound),
    byObject,
  ),
  methods: ['POST', 'GET', 'HEAD'],
}

/** One model may be several objects, and the body need not say which: each is then looked for, and only one is found. */
function byObject(event: IncomingEvent, { body }: RawRequest): IncomingEvent[] {
  const given = bodyOf(body)
  const objects = Object.entries(OBJECTS).filter(([, { model }]) => model === event.object)
  const possible = objects.filter(([, { isNot }]) => isNot === undefined || given[isNot.field] !== isNot.value)
  if (objects.length === 0) return [{ ...event, kind: 'unknown' }]
  return possible.map(([object]) => ({ ...event, object }))
}

function bodyOf(body: Uint8Array): JsonObject {
  try {
    const given: unknown = JSON.parse(Buffer.from(body).toString())
    return isJsonObject(given) ? given : {}
  } catch {
    return {}
  }
}
