import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: a bearer token, Basic, or a secret in the address. Events of mails: `event`, `message-id`, `email`, times
 * `ts_epoch` (ms) or `ts_event`, `ts` (s); there is no id of the event. Contacts of lists bear `id` or `list_id`.
 * Source: anymail/django-anymail anymail/webhooks/brevo.py.
 */
export default definePreset({
  title: 'Brevo',
  category: 'mail',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    shapes: [
      {
        when: { 'body:msg_status': '*' },
        type: 'msg_status',
        types: { '*': { object: 'sms-event', kind: 'fact' } },
        id: ['messageId', 'msg_status'],
        payload: '',
        vendorEventId: ['messageId', 'msg_status', 'ts_event | date'],
        occurredAt: 'ts_event | date',
      },
      {
        when: { 'body:items[0].MessageId | body:items[0].Uuid[0]': '*' },
        items: 'items[*]',
        type: 'value:inbound',
        types: { '*': { object: 'mail', kind: 'fact' } },
        id: 'MessageId | Uuid[0]',
        payload: '',
        vendorEventId: 'Uuid[0] | MessageId',
        occurredAt: 'SentAtDate',
      },
    ],
    events: {
      type: 'event',
      types: {
        // `id` is the webhook's, and a list of addresses may come at once.
        contact_deleted: { object: 'contact', kind: 'delete', id: 'email[0] | email' },
        'contact_*': { object: 'contact', id: 'email[0] | email' },
        list_addition: { object: 'contact', id: 'email[0] | email' },
        '*': { object: 'mail-event', kind: 'fact' },
      },
      id: [
        ['event', 'message-id', 'email?', 'ts_epoch | ts_event | ts | date', 'link?'],
        ['event', 'email', 'ts_event | ts | date'],
      ],
      payload: '',
      vendorEventId: [
        ['event', 'message-id', 'email?', 'ts_epoch | ts_event | ts | date', 'link?'],
        ['event', 'email', 'ts_event | ts | date'],
        ['event', 'id', 'ts_event | ts | date'],
      ],
      occurredAt: 'ts_epoch | ts_event | ts | date',
    },
    reply: { status: 200 },
  },
  secrets: 'a token or password of your own',
  checked: ['samples of anymail/django-anymail'],
  unverified: [
    'the zone of `date`, which is taken for UTC where no epoch time is there',
    'events of contacts, lists and text messages',
  ],
})
