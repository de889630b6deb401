import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `Stripe-Signature: t=<s>,v1=<hex>…`, HMAC-SHA256 over `t.body`, the secret taken as it is written; any v1 may match.
 * Source: stripe/stripe-node src/Webhooks.ts. Event: `id`, `type`, `created`, `data.object`; thin events (v2) carry
 * `related_object` alone. A deleted subscription is one that ended: the record is still there.
 */
export default definePreset({
  title: 'Stripe',
  category: 'commerce',
  inbound: {
    authentication: {
      scheme: 'hmac',
      signature: 'header:Stripe-Signature#v1',
      signed: '{timestamp}.{body}',
      timestamp: { from: 'header:Stripe-Signature#t' },
    },
    events: {
      object: 'data.object.object | related_object.type | value:event',
      types: {
        'customer.subscription.deleted': {},
        '*.deleted': { kind: 'delete' },
        'v1.*': { thin: true },
        'v2.*': { thin: true },
        '*': {},
      },
      // A discount belongs to a customer, and there is one balance per account: they have no id of their own.
      id: 'data.object.id | related_object.id | data.object.customer | account | data.object.object | id',
      payload: 'data.object',
      vendorEventId: 'id',
      occurredAt: 'created',
    },
    reply: { status: 200 },
  },
  secrets: 'the signing secret of the endpoint (`whsec_…`)',
  checked: ['signature vectors with the values of the official SDK', 'samples of the official fixtures and of Zulip'],
  unverified: ['retries for up to three days'],
})
