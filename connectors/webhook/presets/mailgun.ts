import { definePreset } from '#connector/inbound/preset.ts'

/**
 * The signature stands in the body: hex HMAC-SHA256 over timestamp and token. It covers nothing else, so the token serves
 * as the id of the event: one that was used is a repeat. Events in `event-data`; a route's mail is a form with the same
 * three fields at the top. Source: anymail/django-anymail anymail/webhooks/mailgun.py. `event-data.id` is unique within a
 * day only.
 */
export default definePreset({
  title: 'Mailgun',
  category: 'mail',
  inbound: {
    authentication: {
      scheme: 'hmac',
      signature: 'body:signature.signature | body:signature',
      signed: '{body:signature.timestamp | body:timestamp}{body:signature.token | body:token}',
      // Retries go on for eight hours, and may carry the time of the first attempt.
      timestamp: { from: 'body:signature.timestamp | body:timestamp', toleranceSeconds: 43_200 },
    },
    shapes: [
      {
        when: { 'body:event-data.event': null, 'body:event': null, 'body:recipient': '*' },
        type: 'value:inbound',
        types: { '*': { object: 'mail', kind: 'fact' } },
        id: 'Message-Id | message-id | token',
        payload: '',
        vendorEventId: 'token',
        occurredAt: 'timestamp',
      },
      {
        when: { 'body:event-data.event': null, 'body:event': '*' },
        type: 'event',
        types: { '*': { object: 'mail-event', kind: 'fact' } },
        id: [['Message-Id | message-id', 'event', 'timestamp'], ['event', 'recipient', 'timestamp'], ['token']],
        payload: '',
        vendorEventId: [
          ['token'],
          ['Message-Id | message-id', 'event', 'recipient?', 'timestamp'],
          ['event', 'recipient', 'timestamp'],
        ],
        occurredAt: 'timestamp',
      },
    ],
    events: {
      type: 'event-data.event',
      types: { '*': { object: 'mail-event', kind: 'fact' } },
      id: [
        ['event-data.message.headers.message-id', 'event-data.event', 'event-data.timestamp'],
        ['event-data.id', 'event-data.timestamp?'],
        ['signature.token'],
      ],
      payload: 'event-data',
      vendorEventId: [
        ['signature.token'],
        ['event-data.message.headers.message-id', 'event-data.event', 'event-data.recipient?', 'event-data.timestamp'],
        ['event-data.id', 'event-data.timestamp?'],
      ],
      occurredAt: 'event-data.timestamp',
    },
    reply: { status: 200 },
  },
  secrets: "the account's HTTP webhook signing key",
  checked: ['computed signature vectors', 'samples of anymail/django-anymail'],
  unverified: ['whether retries are signed anew', '`parent-signature` of sub-accounts', 'the plan of retries'],
})
