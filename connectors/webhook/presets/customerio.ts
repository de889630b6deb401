import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-CIO-Signature`, hex HMAC-SHA256 over `v0:timestamp:body`, with `X-CIO-Timestamp`. Events: `object_type` and `metric`
 * (older bodies: `event_type`), `event_id`, `timestamp`, `data`. Source: samples of hull/hull-connectors;
 * docs.customer.io/api/webhooks.
 */
export default definePreset({
  title: 'Customer.io',
  category: 'marketing',
  inbound: {
    authentication: {
      scheme: 'hmac',
      signature: 'header:X-CIO-Signature',
      signed: 'v0:{timestamp}:{body}',
      timestamp: { from: 'header:X-CIO-Timestamp' },
    },
    shapes: [
      {
        when: { 'body:object_type': 'customer' },
        type: 'metric',
        types: { '*': { object: 'customer', kind: 'fact' } },
        id: 'event_id',
        payload: '',
        vendorEventId: 'event_id',
      },
    ],
    events: {
      type: 'event_type | metric',
      types: { 'customer_*': { object: 'customer', kind: 'fact' }, '*': { object: 'message-event', kind: 'fact' } },
      id: 'event_id',
      payload: '',
      vendorEventId: 'event_id',
    },
    reply: { status: 200 },
  },
  secrets: 'the signing key of the reporting webhook',
  checked: ['samples of hull/hull-connectors'],
  unverified: ['the signed text, which is from memory', 'the tolerance, which is ours'],
})
