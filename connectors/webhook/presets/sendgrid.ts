import { definePreset } from '#connector/inbound/preset.ts'

/**
 * Event webhook: ECDSA P-256 with SHA-256 over timestamp and body (its last CRLF too), the public key in base64 DER.
 * Source: sendgrid/sendgrid-nodejs packages/eventwebhook. Events come as a list: `event`, `sg_event_id`, `timestamp`,
 * `sg_message_id`, `email`. Inbound Parse posts a form without id or time; its mail is known by the Message-ID.
 */
export default definePreset({
  title: 'SendGrid',
  category: 'mail',
  inbound: {
    authentication: {
      scheme: 'publicKey',
      signature: 'header:X-Twilio-Email-Event-Webhook-Signature',
      signed: '{timestamp}{body}',
      // A retry may carry the time of the first attempt, and there are retries for a day; ids tell repeats.
      timestamp: { from: 'header:X-Twilio-Email-Event-Webhook-Timestamp', toleranceSeconds: 86_400 },
    },
    shapes: [
      {
        when: { 'body:envelope': '*', 'body:from': '*' },
        type: 'value:inbound',
        types: { '*': { object: 'mail', kind: 'fact' } },
        id: ['headers', 'envelope'],
        payload: '',
        vendorEventId: ['headers', 'envelope'],
      },
    ],
    events: {
      items: '[*]',
      type: 'event',
      types: { '*': { object: 'mail-event', kind: 'fact' } },
      id: [['sg_event_id'], ['sg_message_id | smtp-id', 'event', 'timestamp']],
      payload: '',
      vendorEventId: [['sg_event_id'], ['sg_message_id | smtp-id', 'event', 'timestamp', 'email']],
      occurredAt: 'timestamp',
    },
    reply: { status: 200 },
  },
  secrets: 'the verification key that SendGrid shows (base64)',
  setUp:
    'Without the signed event webhook, and for Inbound Parse: `authentication: { scheme: sharedSecret }` and a secret in the address.',
  absent: { time: 'Inbound Parse sends no time but the `Date` inside `headers`' },
  checked: ['signature vectors of the official SDK', 'samples of anymail/django-anymail and of SendGrid'],
  unverified: ['signatures on Inbound Parse', 'retries for a day'],
})
