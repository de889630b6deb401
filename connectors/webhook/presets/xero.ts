import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `x-xero-signature`, base64 HMAC-SHA256 over the body with the webhook key. The test of an address ("intent to receive")
 * sends no events, right and wrong signatures, and wants 200 and 401. Thin: `eventCategory`, `eventType`, `resourceId`,
 * `eventDateUtc` (no zone: UTC), `tenantId`. Source: XeroAPI/Xero-OpenAPI xero-webhooks.yaml.
 */
export default definePreset({
  title: 'Xero',
  category: 'erp',
  inbound: {
    authentication: { scheme: 'hmac', signature: 'header:x-xero-signature', encoding: 'base64' },
    events: {
      items: 'events[*]',
      type: 'eventType',
      object: 'eventCategory',
      objectNames: {
        CONTACT: 'contact',
        INVOICE: 'invoice',
        CREDITNOTE: 'credit-note',
        SUBSCRIPTION: 'subscription',
      },
      types: { DELETE: { kind: 'delete' }, '*': { thin: true } },
      id: 'resourceId',
      payload: '',
      vendorEventId: ['tenantId', 'eventCategory', 'eventType', 'resourceId', 'eventDateUtc'],
      occurredAt: 'eventDateUtc',
    },
    reply: { status: 200 },
  },
  secrets: 'the webhook key of the app',
  setUp: 'Events are thin: use the connector `http` with `read`, so that the record is read back.',
  checked: ['published formula', "examples of Xero's OpenAPI document"],
  unverified: ['event types other than CREATE and UPDATE'],
})
