import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-Shopify-Hmac-Sha256`, base64 HMAC-SHA256 over the body; the newer events use the same headers without `X-`. What
 * happened stands in the headers alone: topic, event id (one per merchant's action, so the topic and the record belong to
 * the key), time. The body is the record. Source: Shopify/shopify-app-js lib/webhooks/validate.ts, lib/types.ts.
 */
export default definePreset({
  title: 'Shopify',
  category: 'commerce',
  inbound: {
    authentication: {
      scheme: 'hmac',
      signature: 'header:X-Shopify-Hmac-Sha256 | header:Shopify-Hmac-Sha256',
      encoding: 'base64',
    },
    events: {
      type: 'header:X-Shopify-Topic | header:Shopify-Topic',
      types: { '*/delete': { object: '{1}', kind: 'delete' }, '*/*': { object: '{1}' } },
      id: 'id | header:Shopify-Resource-Id | inventory_item_id | product_listing.product_id | collection_listing.collection_id | admin_graphql_api_id | app_subscription.admin_graphql_api_id | customer.id | shop_id',
      payload: '',
      vendorEventId: [
        'header:X-Shopify-Event-Id | header:Shopify-Event-Id | header:X-Shopify-Webhook-Id',
        'header:X-Shopify-Topic | header:Shopify-Topic',
        'id?',
        'updated_at?',
      ],
      occurredAt:
        'updated_at | header:X-Shopify-Triggered-At | header:Shopify-Triggered-At | processed_at | initiated_at | created_at | app_subscription.updated_at | app_subscription.created_at | product_listing.updated_at | collection_listing.updated_at | collection_listing.published_at',
    },
    reply: { status: 200 },
  },
  secrets: "the app's client secret; for webhooks made by an administrator the store's own",
  checked: ['published formula', 'fixtures of Shopify/shopify_python_api (bodies, no headers)'],
  unverified: ['eight retries in four hours'],
})
