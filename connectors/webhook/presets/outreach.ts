import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `Outreach-Webhook-Signature`, hex HMAC-SHA256 over the body. A JSON:API document: `data.type`, `data.id`, and
 * `meta.eventName`, `meta.deliveredAt`; updates bear only what changed. There is no id of the event. Source: samples of
 * hull/hull-connectors.
 */
export default definePreset({
  title: 'Outreach',
  category: 'marketing',
  inbound: {
    authentication: { scheme: 'hmac', signature: 'header:Outreach-Webhook-Signature' },
    events: {
      type: 'meta.eventName',
      object: 'data.type',
      types: { '*.destroyed': { kind: 'delete' }, '*.deleted': { kind: 'delete' }, '*': {} },
      payload: 'data',
      vendorEventId: ['meta.eventName', 'data.type', 'data.id', 'meta.deliveredAt'],
      occurredAt: 'data.attributes.updatedAt | meta.deliveredAt',
    },
    reply: { status: 200 },
  },
  secrets: 'the secret of the webhook',
  checked: ['samples of hull/hull-connectors'],
  unverified: ['the signature, which is from memory', 'whether `deliveredAt` is the same on retries'],
})
