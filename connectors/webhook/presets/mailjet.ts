import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: Basic inside the address, or a secret in the path. One event, or a list where events are grouped:
 * `event`, `time` (s), `MessageID`, `email`; no id of the event. Received mail (Parse API) has `Headers` and `Date`.
 * Source: anymail/django-anymail anymail/webhooks/mailjet.py.
 */
export default definePreset({
  title: 'Mailjet',
  category: 'mail',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    shapes: [
      {
        when: { 'body:Sender': '*', 'body:Recipient': '*' },
        type: 'value:inbound',
        types: { '*': { object: 'mail', kind: 'fact' } },
        id: 'Headers.Message-ID | Headers.Message-Id',
        payload: '',
        vendorEventId: ['Headers.Message-ID | Headers.Message-Id', 'Recipient'],
        occurredAt: 'Date | Headers.Date',
      },
    ],
    events: {
      items: '[*]',
      type: 'event',
      types: { '*': { object: 'mail-event', kind: 'fact' } },
      id: ['event', 'MessageID | mj_message_id', 'time', 'email?'],
      payload: '',
      vendorEventId: ['event', 'MessageID | mj_message_id', 'time', 'email?', 'url?'],
      occurredAt: 'time',
    },
    reply: { status: 200 },
  },
  secrets: 'a password or token of your own',
  checked: ['samples of anymail/django-anymail'],
  unverified: ['the plan of retries'],
})
