import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-DocuSign-Signature-1` to `-100`, one per key, base64 HMAC-SHA256 over the body; no time. JSON (restv2.1): `event`
 * such as `envelope-completed`, `generatedDateTime`, `data.envelopeId`, `data.recipientId`; no id of the event.
 * Source: triggerdotdev/trigger.dev docusign.ts; developers.docusign.com connect/validate.
 */
export default definePreset({
  title: 'DocuSign Connect',
  category: 'generic',
  inbound: {
    authentication: { scheme: 'hmac', signature: 'header:X-DocuSign-Signature-*', encoding: 'base64' },
    events: {
      type: 'event',
      types: {
        'envelope-deleted': { object: 'envelope', kind: 'delete' },
        'envelope-*': { object: 'envelope' },
        'recipient-*': { object: 'recipient', id: ['data.envelopeId', 'data.recipientId'] },
        '*': { object: 'event', kind: 'fact' },
      },
      id: 'data.envelopeId',
      payload: 'data',
      vendorEventId: ['data.envelopeId', 'event', 'data.recipientId?', 'generatedDateTime'],
      occurredAt: 'generatedDateTime | data.envelopeSummary.statusChangedDateTime',
    },
    reply: { status: 200 },
  },
  secrets: 'the HMAC keys of Connect',
  setUp: 'Tick "Include HMAC Signature"; without it nothing is signed. Choose JSON (restv2.1).',
  checked: ['published formula', 'vectors of the vendor facts'],
  unverified: ['retries', 'XML bodies'],
})
