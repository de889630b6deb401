import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-Twilio-Signature`, base64 HMAC-SHA1 with the auth token over the public URL and the sorted form; a JSON body is
 * covered by `bodySHA256` in the query. The URL counts with and without its port. Source: twilio/twilio-node
 * src/webhooks/webhooks.ts. Messages and calls have no event id and mostly no time: the key is the SID and the status.
 */
export default definePreset({
  title: 'Twilio',
  category: 'messaging',
  inbound: {
    authentication: {
      scheme: 'hmac',
      algorithm: 'sha1',
      signature: 'header:X-Twilio-Signature',
      encoding: 'base64',
      signed: '{url}{form}',
      url: 'anyPort',
      bodyHash: 'query:bodySHA256',
    },
    probes: false,
    shapes: [
      {
        when: { 'body:CallSid': '*' },
        type: 'CallStatus | value:call',
        types: { '*': { object: 'call' } },
        id: 'CallSid',
        payload: '',
        vendorEventId: ['CallSid', 'CallStatus?', 'SequenceNumber?', 'RecordingSid?'],
        occurredAt: 'Timestamp',
      },
      {
        when: { 'body:MessageSid | body:SmsSid': '*' },
        type: 'MessageStatus | SmsStatus',
        types: { '*': { object: 'message' } },
        id: 'MessageSid | SmsSid',
        payload: '',
        vendorEventId: ['MessageSid | SmsSid', 'MessageStatus | SmsStatus'],
        occurredAt: 'RawDlrDoneDate',
      },
    ],
    events: {
      items: '[*]',
      type: 'type | EventType',
      types: { '*': { object: 'event', kind: 'fact' } },
      id: 'id | MessageSid | ConversationSid | Sid',
      payload: '',
      vendorEventId: [
        ['id'],
        ['EventType', 'MessageSid | ConversationSid | Sid', 'DateUpdated | DateCreated | Timestamp'],
      ],
      occurredAt: 'time | DateUpdated | DateCreated | Timestamp',
    },
    reply: { status: 200, contentType: 'text/xml', body: '<Response/>' },
  },
  secrets: 'the auth token of the account or sub-account',
  setUp: 'The public address of the hub (`hub.publicUrl`) must be the one that Twilio calls: it is signed.',
  absent: { time: 'Twilio sends no time with messages and incoming calls; the time of receipt counts' },
  checked: ['signature vectors with the values of the official SDK'],
  unverified: ['whether options behind `#` are part of what is signed', 'the form of `RawDlrDoneDate`'],
})
