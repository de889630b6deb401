import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: Basic or a bearer token (OAuth 2). A list of `{"msys": {"<class>_event": {…}}}`: `type`, `event_id`,
 * `timestamp` (s, as text), `message_id`, `rcpt_to`. The test of an address is `[{"msys": {}}]`. Relayed mail is
 * `relay_message`. Source: anymail/django-anymail anymail/webhooks/sparkpost.py.
 */
export default definePreset({
  title: 'SparkPost',
  category: 'mail',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    events: {
      items: '[*].msys.*',
      type: 'type | key:',
      types: { relay_message: { object: 'mail', kind: 'fact' }, '*': { object: 'mail-event', kind: 'fact' } },
      id: [['event_id'], ['message_id', 'type', 'timestamp'], ['webhook_id', 'rcpt_to', 'msg_from?']],
      payload: '',
      vendorEventId: [['event_id'], ['message_id', 'type', 'timestamp', 'rcpt_to?']],
      occurredAt: 'timestamp',
    },
    reply: { status: 200 },
  },
  secrets: 'the password or token given when the webhook is made',
  absent: {
    time: 'events without a `timestamp` count from their receipt',
    eventId: 'events without an `event_id` are told by their content',
    id: 'events without an `event_id` have no id; the mapping may make one of `rcpt_to`',
  },
  checked: ['samples of anymail/django-anymail'],
  unverified: ['the plan of retries'],
})
