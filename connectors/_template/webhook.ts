import { inboundSettings } from '#connector/inbound/settings.ts'
import { createWebhookPart } from '#connector/inbound/webhook-part.ts'
import type { Settings } from './settings.ts'

/**
 * The vendor's scheme, fixed: what it signs and what its events mean. The kit's settings express most schemes (see the
 * webhook connector's README); where they do not, write a `WebhookPart` with the blocks of `#connector/signature.ts`.
 */
const inbound = inboundSettings.parse({
  authentication: {
    scheme: 'hmac',
    signature: 'header:X-Signature',
    signed: '{timestamp}.{body}',
    timestamp: { from: 'header:X-Timestamp' },
  },
  events: {
    type: 'event',
    id: 'contact.id',
    payload: 'contact',
    vendorEventId: 'id',
    occurredAt: 'at',
    types: {
      'contact.created': { object: 'contact' },
      'contact.updated': { object: 'contact' },
      'contact.deleted': { object: 'contact', kind: 'delete' },
    },
  },
})

export const webhook = createWebhookPart<Settings>(() => inbound)
