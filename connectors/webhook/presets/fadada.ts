import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-FASC-Sign`: hex HMAC-SHA256, keyed with HMAC-SHA256(AppSecret, timestamp), over the hex SHA-256 of the sorted
 * headers and `bizContent`. A form with `bizContent` as JSON; the type stands in `X-FASC-Event`, the time in `eventTime`;
 * no id of the event. The answer must hold `success`. Source: notes from dev.fadada.com and the official Python SDK v5.1.
 */
export default definePreset({
  title: 'Fadada (法大大)',
  category: 'generic',
  inbound: {
    authentication: {
      scheme: 'hmac',
      signature: 'header:X-FASC-Sign',
      signed:
        'X-FASC-App-Id={header:X-FASC-App-Id}&X-FASC-Event={header:X-FASC-Event}&X-FASC-Nonce={header:X-FASC-Nonce}&X-FASC-Sign-Type={header:X-FASC-Sign-Type}&X-FASC-Timestamp={timestamp}&bizContent={body:bizContent}',
      prehash: true,
      keyOver: '{timestamp}',
      // Retries go on for eight hours.
      timestamp: { from: 'header:X-FASC-Timestamp', unit: 'ms', toleranceSeconds: 43_200 },
    },
    events: {
      unwrap: 'bizContent',
      type: 'header:X-FASC-Event',
      types: {
        'sign-task-*': { object: 'sign-task' },
        'user-*': { object: 'user', id: 'openUserId | clientUserId' },
        'corp-*': { object: 'corp', id: 'openCorpId | clientCorpId' },
        '*': { object: 'event', kind: 'fact' },
      },
      id: 'signTaskId | signtaskid | openUserId | openCorpId | clientUserId | clientCorpId',
      payload: '',
      vendorEventId: [
        'header:X-FASC-Event',
        'signTaskId | signtaskid | openUserId | openCorpId | clientUserId | clientCorpId',
        'actorId?',
        'eventTime',
      ],
      occurredAt: 'eventTime',
    },
    reply: { status: 200, body: 'success' },
  },
  secrets: 'the AppSecret',
  checked: ['a vector of the vendor facts'],
  unverified: ['callbacks that lack one of the signed headers', 'fields of authorisation events'],
})
