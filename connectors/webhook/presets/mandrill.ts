import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-Mandrill-Signature`, base64 HMAC-SHA1 over the URL and the sorted form. The form's `mandrill_events` is a list as
 * JSON: `event`, `_id` (of the message), `ts`; changes of the rejection list have `type` and `action` instead.
 * Source: mailchimp.md of the vendor facts; anymail/django-anymail anymail/webhooks/mandrill.py.
 */
export default definePreset({
  title: 'Mandrill (Mailchimp Transactional)',
  category: 'mail',
  inbound: {
    authentication: {
      scheme: 'hmac',
      algorithm: 'sha1',
      signature: 'header:X-Mandrill-Signature',
      encoding: 'base64',
      signed: '{url}{form}',
    },
    events: {
      unwrap: 'mandrill_events',
      items: '[*]',
      type: 'event | action',
      types: {
        inbound: {
          object: 'mail',
          kind: 'fact',
          id: [
            ['msg.headers.Message-Id | msg.headers.Message-ID', 'msg.email?'],
            ['msg.email', 'ts'],
          ],
        },
        add: { object: 'rejection', kind: 'fact', id: ['type', 'reject.email | entry.email', 'ts'] },
        change: { object: 'rejection', kind: 'fact', id: ['type', 'reject.email | entry.email', 'ts'] },
        remove: { object: 'rejection', kind: 'fact', id: ['type', 'reject.email | entry.email', 'ts'] },
        '*': { object: 'mail-event', kind: 'fact' },
      },
      id: ['_id | msg._id', 'event', 'ts'],
      payload: '',
      vendorEventId: [
        ['event', '_id | msg._id', 'ts', 'url?'],
        ['event', 'msg.headers.Message-Id | msg.headers.Message-ID', 'msg.email?', 'ts'],
        ['event', 'msg.email', 'ts'],
        ['type', 'action', 'reject.email | entry.email', 'ts'],
      ],
      occurredAt: 'ts',
    },
    reply: { status: 200 },
  },
  secrets: 'the key of the webhook',
  setUp: 'The public address of the hub must be the one that Mandrill calls: it is signed.',
  checked: ['samples of anymail/django-anymail'],
  unverified: ['retries'],
})
