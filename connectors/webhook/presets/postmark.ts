import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: HTTP Basic inside the address, or a secret in the path. Events have `RecordType`; a received mail has
 * none. Only bounces and complaints bear an `ID`; else record type, message, time and recipient tell events apart.
 * Source: anymail/django-anymail anymail/webhooks/postmark.py.
 */
export default definePreset({
  title: 'Postmark',
  category: 'mail',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    shapes: [
      {
        // Bounces of old webhooks, which name no kind of record.
        when: { 'body:RecordType': null, 'body:BouncedAt': '*' },
        type: 'value:Bounce',
        types: { '*': { object: 'mail-event', kind: 'fact' } },
        id: ['value:Bounce', 'ID | MessageID'],
        payload: '',
        vendorEventId: ['value:Bounce', 'ID | MessageID', 'BouncedAt'],
        occurredAt: 'BouncedAt',
      },
      {
        when: { 'body:RecordType': null, 'body:OriginalRecipient | body:FromFull.Email | body:From': '*' },
        type: 'value:inbound',
        types: { '*': { object: 'mail', kind: 'fact' } },
        id: 'MessageID',
        payload: '',
        vendorEventId: 'MessageID',
        occurredAt: 'Date',
      },
    ],
    events: {
      type: 'RecordType',
      types: { '*': { object: 'mail-event', kind: 'fact' } },
      id: [
        ['RecordType', 'ID'],
        [
          'RecordType',
          'MessageID',
          'DeliveredAt | ReceivedAt | ChangedAt | BouncedAt | ErroredAt',
          'Recipient | Email | From',
          'OriginalLink?',
        ],
      ],
      payload: '',
      vendorEventId: [
        ['RecordType', 'ID', 'BouncedAt?'],
        [
          'RecordType',
          'MessageID',
          'DeliveredAt | ReceivedAt | ChangedAt | BouncedAt | ErroredAt',
          'Recipient | Email | From',
          'OriginalLink?',
        ],
      ],
      occurredAt: 'DeliveredAt | BouncedAt | ReceivedAt | ChangedAt | ErroredAt',
    },
    reply: { status: 200 },
  },
  secrets: 'a password or token of your own: `https://any:<secret>@<hub>/in/<system>` or `/in/<system>/<secret>`',
  checked: ['samples of anymail/django-anymail'],
  unverified: ['custom headers on newer webhooks', 'the plan of retries'],
})
