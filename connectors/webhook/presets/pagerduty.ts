import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-PagerDuty-Signature: v1=<hex>[,v1=<hex>]`, HMAC-SHA256 over the body; no time. v3: `event.id`, `event.event_type`,
 * `event.occurred_at`, `event.data`. Source: NangoHQ/nango pagerduty-webhook-routing.ts; triggerdotdev/trigger.dev.
 */
export default definePreset({
  title: 'PagerDuty',
  category: 'helpdesk',
  inbound: {
    authentication: { scheme: 'hmac', signature: 'header:X-PagerDuty-Signature#v1' },
    handshakes: [{ when: { 'body:event.event_type': 'pagey.ping' }, signed: true, echo: 'value:ok' }],
    events: {
      type: 'event.event_type',
      types: { 'service.deleted': { object: 'service', kind: 'delete' }, '*.*': { object: '{1}' } },
      id: 'event.data.incident.id | event.data.id',
      payload: 'event.data',
      vendorEventId: 'event.id',
      occurredAt: 'event.occurred_at',
      author: 'event.agent.id',
    },
    reply: { status: 200 },
  },
  secrets: 'the secret of the webhook subscription',
  checked: ['published formula', 'vectors of the vendor facts'],
  unverified: ['time-out and retries', 'the test event `pagey.ping`'],
})
