import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `sign` in the body: hex SHA-1 over activity, index and the push key, in any case. It covers neither answers nor time.
 * One answer sheet per request: `joinid`, `submittime` (Beijing time). Source: showdoc.com.cn/wjxopenapi 7664690808275512.
 */
export default definePreset({
  title: 'Wjx (问卷星)',
  category: 'forms',
  inbound: {
    authentication: {
      scheme: 'hmac',
      keyed: false,
      algorithm: 'sha1',
      signature: 'body:sign',
      signed: '{body:activity}{body:index}{secret}',
    },
    events: {
      type: 'value:answer.submitted',
      types: { '*': { object: 'answer' } },
      id: 'joinid',
      payload: '',
      vendorEventId: ['joinid', 'submittime'],
      occurredAt: 'submittime',
      zone: '+08:00',
    },
    reply: { status: 200, body: 'ok' },
  },
  secrets: 'the pushKey that the vendor gives',
  setUp: 'Without a pushKey: `authentication: { scheme: sharedSecret }` and a secret in the address.',
  checked: ['a vector of the vendor facts'],
  unverified: ['the body of the answer', 'other kinds of push (jump by POST, lottery)'],
})
