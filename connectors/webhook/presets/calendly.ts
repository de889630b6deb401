import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `Calendly-Webhook-Signature: t=<s>,v1=<hex>`, HMAC-SHA256 over `t.body`; the tolerance is ours. Events: `event`,
 * `created_at`, `payload` with the `uri` of the record. Source: NangoHQ/nango calendly-webhook-routing.ts; samples of
 * hull/hull-connectors.
 */
export default definePreset({
  title: 'Calendly',
  category: 'generic',
  inbound: {
    authentication: {
      scheme: 'hmac',
      signature: 'header:Calendly-Webhook-Signature#v1',
      signed: '{timestamp}.{body}',
      timestamp: { from: 'header:Calendly-Webhook-Signature#t' },
    },
    events: {
      type: 'event',
      types: { 'invitee_no_show.deleted': { object: 'invitee_no_show', kind: 'delete' }, '*.*': { object: '{1}' } },
      // Bodies of the first version name the invitee below the event.
      id: 'payload.uri | payload.invitee.uuid',
      payload: 'payload',
      vendorEventId: ['event', 'payload.uri | payload.invitee.uuid', 'created_at | time'],
      occurredAt: 'created_at | time',
    },
    reply: { status: 200 },
  },
  secrets: 'the signing key of the webhook subscription',
  checked: ['published formula', 'samples of hull/hull-connectors'],
  unverified: ['retries'],
})
