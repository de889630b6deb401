import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: Copper repeats a `secret` (key and value of your own) in the body, and the address may hold one. Thin:
 * `event` (new, update, delete), `type` (the record type) and `ids`, each an event here. No time, no id of the event.
 * Source: samples of hull/hull-connectors.
 */
export default definePreset({
  title: 'Copper',
  category: 'crm',
  inbound: {
    authentication: {
      scheme: 'anyOf',
      schemes: [{ scheme: 'sharedSecret' }, { scheme: 'token', in: 'body', name: 'secret' }],
    },
    events: {
      items: 'ids[*]',
      type: 'body:event',
      object: 'body:type',
      types: { delete: { kind: 'delete' }, '*': { thin: true } },
      id: '',
      payload: 'body:',
      vendorEventId: ['body:subscription_id', 'body:event', '', 'body:timestamp'],
      occurredAt: 'body:timestamp | body:updated_attributes.date_modified[1]',
    },
    reply: { status: 200 },
  },
  secrets: 'a secret of your own: in the address, or the value of the key `secret` given when the webhook is made',
  absent: {
    time: 'Copper sends no time; the time of receipt counts',
    eventId: 'Copper gives events no id; a delete or an update that comes again changes nothing',
  },
  checked: ['samples of hull/hull-connectors'],
  unverified: ['whether newer bodies bear a `timestamp`'],
})
