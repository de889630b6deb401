import { definePreset } from '#connector/inbound/preset.ts'

/**
 * Standard Webhooks under the header names of Svix: `svix-id` (the same on retries), `svix-timestamp`, `svix-signature`.
 * Events: `type` such as `email.delivered`, `created_at`, `data.email_id`. Source: standard-webhooks.md of the vendor
 * facts; anymail/django-anymail anymail/webhooks/resend.py.
 */
export default definePreset({
  title: 'Resend',
  category: 'mail',
  inbound: {
    authentication: { scheme: 'standardWebhooks', headerPrefix: 'svix' },
    events: {
      types: {
        'contact.deleted': { object: 'contact', kind: 'delete', id: 'data.id' },
        'contact.*': { object: 'contact', id: 'data.id' },
        'domain.deleted': { object: 'domain', kind: 'delete', id: 'data.id' },
        'domain.*': { object: 'domain', id: 'data.id' },
        'email.received': { object: 'mail', kind: 'fact', id: 'data.email_id' },
        '*': { object: 'mail-event', kind: 'fact' },
      },
      id: ['data.email_id', 'type', 'created_at'],
      payload: 'data',
      vendorEventId: [['header:svix-id'], ['type', 'data.email_id | data.id', 'created_at']],
      occurredAt: 'created_at',
    },
    reply: { status: 200 },
  },
  secrets: 'the signing secret of the webhook (`whsec_…`)',
  checked: ['signature vectors of Standard Webhooks', 'samples of anymail/django-anymail'],
})
