import { definePreset } from '#connector/inbound/preset.ts'
import { wechatSignature } from '#connector/inbound/authentication/wechat-signature.ts'

/**
 * The check of the address is a GET with `signature`, hex SHA-1 over the sorted token, timestamp and nonce; `echostr` goes
 * back as it is. Posts are encrypted (safe mode): `msg_signature` covers the text too, the AppID stands at its end; the
 * answer is `success`. Messages have `MsgId`, events none. Source: WxJava weixin-java-mp; notes from
 * developers.weixin.qq.com.
 */
export default definePreset({
  title: 'WeChat Official Account (微信公众号)',
  category: 'messaging',
  inbound: {
    authentication: wechatSignature({
      signature: 'query:msg_signature',
      nonce: 'query:nonce',
      text: 'body:xml.Encrypt | body:Encrypt',
      timestamp: { from: 'query:timestamp' },
    }),
    encryption: { scheme: 'wechat', from: 'body:xml.Encrypt | body:Encrypt' },
    handshakes: [
      {
        when: { 'query:echostr': '*' },
        echo: 'query:echostr',
        proof: wechatSignature({
          signature: 'query:signature',
          nonce: 'query:nonce',
          timestamp: { from: 'query:timestamp' },
        }),
      },
    ],
    events: {
      unwrap: 'xml',
      type: 'Event | MsgType',
      types: {
        '*JOBFINISH': { object: 'event', kind: 'fact', id: ['Event', 'MsgID | MsgId'] },
        subscribe: { object: 'follower' },
        unsubscribe: { object: 'follower' },
        SCAN: { object: 'event', kind: 'fact', id: ['FromUserName', 'CreateTime', 'Event'] },
        CLICK: { object: 'event', kind: 'fact', id: ['FromUserName', 'CreateTime', 'Event'] },
        VIEW: { object: 'event', kind: 'fact', id: ['FromUserName', 'CreateTime', 'Event'] },
        LOCATION: { object: 'event', kind: 'fact', id: ['FromUserName', 'CreateTime', 'Event'] },
        '*': { object: 'message', kind: 'fact', id: [['MsgId'], ['FromUserName', 'CreateTime', 'Event | MsgType']] },
      },
      id: 'FromUserName',
      payload: '',
      vendorEventId: [['MsgId'], ['FromUserName', 'CreateTime', 'Event', 'EventKey?']],
      occurredAt: 'CreateTime',
    },
    reply: { status: 200, body: 'success' },
  },
  secrets: 'the Token; `webhookEncryptionKey`: the EncodingAESKey',
  setUp: 'Choose safe mode (安全模式). Set `encryption: { receiveId: <AppID> }`.',
  checked: ['vectors of the vendor facts'],
  unverified: ['the spacing of retries', 'bodies in JSON'],
})
