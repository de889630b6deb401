import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `google_key` in the body is the shared secret. `lead_id` is the lead and the event; `is_test: true` is a test and taken
 * for a probe. There is no time. Source: developers.google.cn, lead form webhook.
 */
export default definePreset({
  title: 'Google Ads lead forms',
  category: 'marketing',
  inbound: {
    authentication: { scheme: 'token', in: 'body', name: 'google_key' },
    handshakes: [{ when: { 'body:is_test': 'true' }, signed: true, echo: 'value:{}' }],
    events: {
      type: 'value:lead.created',
      types: { '*': { object: 'lead' } },
      id: 'lead_id',
      payload: '',
      vendorEventId: 'lead_id',
      occurredAt: 'lead_submit_time',
    },
    reply: { status: 200, contentType: 'application/json', body: '{}' },
  },
  secrets: 'the key given in the form',
  absent: { time: 'Google sends no time; the time of receipt counts' },
  checked: ["fields of Google's documentation"],
})
