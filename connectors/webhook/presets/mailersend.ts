import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `Signature`, hex HMAC-SHA256 over the body; no time. Events: `type` such as `activity.opened`, `created_at`, `data`
 * with the `id` of the activity and the mail. A received mail is `inbound.message`. Source: anymail/django-anymail
 * anymail/webhooks/mailersend.py.
 */
export default definePreset({
  title: 'MailerSend',
  category: 'mail',
  inbound: {
    authentication: { scheme: 'hmac', signature: 'header:Signature' },
    events: {
      types: {
        'inbound.*': { object: 'mail', kind: 'fact' },
        'activity.*': { object: 'mail-event', kind: 'fact' },
        '*': { object: 'event', kind: 'fact' },
      },
      id: [['data.id | data.email.message.id'], ['type', 'created_at']],
      payload: 'data',
      vendorEventId: [
        ['data.id', 'type'],
        ['data.email.message.id', 'type', 'data.created_at | created_at'],
        ['type', 'created_at'],
      ],
      occurredAt: 'data.created_at | created_at',
    },
    reply: { status: 200 },
  },
  secrets: 'the signing secret of the webhook or inbound route',
  checked: ['samples of anymail/django-anymail'],
  unverified: ['the signature', 'the plan of retries'],
})
