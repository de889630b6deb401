import { definePreset } from '#connector/inbound/preset.ts'
import { wechatSignature } from '#connector/inbound/authentication/wechat-signature.ts'

/**
 * App events: `sig` in the body, hex SHA-1 over the sorted token, timeStamp, nonce and content; `content` is encrypted as
 * WeChat does, and the answer `success`. Changes in the CRM are posted by a workflow of the tenant: with the signature of
 * our own, as `{eventId, apiName, dataId, op, time}`. Source: openfxiaoke/demo; fxiaoke.md of the vendor facts.
 */
export default definePreset({
  title: 'Fxiaoke (纷享销客)',
  category: 'crm',
  inbound: {
    authentication: {
      scheme: 'anyOf',
      schemes: [
        wechatSignature({
          signature: 'body:sig',
          nonce: 'body:nonce',
          text: 'body:content',
          timestamp: { from: 'body:timeStamp', unit: 'ms' },
        }),
        {
          scheme: 'hmac',
          signature: 'header:X-Hub-Signature',
          prefix: 'sha256=',
          signed: '{timestamp}.{body}',
          timestamp: { from: 'header:X-Hub-Timestamp' },
        },
      ],
    },
    encryption: { scheme: 'wechat', from: 'body:content', required: false },
    shapes: [
      {
        when: { 'body:apiName': '*' },
        type: 'op',
        object: 'apiName',
        types: { d: { kind: 'delete' }, invalid: { kind: 'delete' }, '*': { thin: true } },
        id: 'dataId',
        payload: '',
        vendorEventId: [['eventId'], ['apiName', 'dataId', 'op', 'time']],
        occurredAt: 'time',
      },
    ],
    events: {
      types: { Message: { object: 'message', kind: 'fact' }, '*': { object: 'event', kind: 'fact' } },
      id: 'messageId',
      payload: '',
      occurredAt: 'createTime',
    },
    reply: { status: 200, body: 'success' },
  },
  secrets: 'the token of the app; `webhookEncryptionKey`: its encodingAesKey. For workflows: a secret of your own',
  absent: {
    id: 'app events name no record',
    time: 'the time stands outside the encrypted text; the time of receipt counts',
    eventId: 'app events have no id; a repeat within ten minutes is known by its content',
  },
  checked: ['the official demo of 2015 to 2017 (read, not run)'],
  unverified: ['a push of changes by the CRM itself', 'the id at the end of the encrypted text'],
})
