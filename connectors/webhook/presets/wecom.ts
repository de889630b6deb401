import { definePreset } from '#connector/inbound/preset.ts'
import { wechatSignature } from '#connector/inbound/authentication/wechat-signature.ts'

/**
 * `msg_signature` in the query: hex SHA-1 over the sorted token, timestamp, nonce and the encrypted text; AES-256 with the
 * EncodingAESKey, the CorpID at the end. The check of the address is a GET whose decrypted `echostr` is the answer.
 * Events: `Event`, `ChangeType`, `CreateTime`; they have no id, so that their fields make the key; messages have `MsgId`.
 * Source: WxJava util/crypto, WxCpXmlMessage, WxCpConsts; developer.work.weixin.qq.com 91144, 92277.
 */
export default definePreset({
  title: 'WeCom (企业微信)',
  category: 'messaging',
  inbound: {
    authentication: wechatSignature({
      signature: 'query:msg_signature',
      nonce: 'query:nonce',
      text: 'body:xml.Encrypt | body:encrypt | query:echostr',
      timestamp: { from: 'query:timestamp' },
    }),
    encryption: { scheme: 'wechat', from: 'body:xml.Encrypt | body:encrypt', echo: 'query:echostr' },
    events: {
      unwrap: 'xml',
      type: 'ChangeType | Event | MsgType | InfoType',
      types: {
        'del_*_contact': { object: 'external-contact', kind: 'fact' },
        del_follow_user: { object: 'external-contact', kind: 'fact' },
        '*_external_contact': { object: 'external-contact', thin: true },
        transfer_fail: { object: 'external-contact', kind: 'fact' },
        '*_user': { object: 'user', thin: true },
        '*_party': { object: 'department', thin: true },
        '*_tag': { object: 'tag', thin: true },
        '*_approval_change': { object: 'approval', id: 'ApprovalInfo.SpNo | ApprovalInfo.ThirdNo', payload: '' },
        delete: { kind: 'delete' },
        dismiss: { object: 'external-chat', kind: 'delete' },
        '*': {},
      },
      object: 'Event | MsgType',
      objectNames: {
        change_external_contact: 'external-contact',
        change_external_chat: 'external-chat',
        change_external_tag: 'external-tag',
        change_contact: 'contact',
        text: 'message',
        image: 'message',
        voice: 'message',
        video: 'message',
        location: 'message',
        link: 'message',
      },
      id: 'ExternalUserID | ChatId | MsgId | UserID | Id | OpenKfId | ApprovalInfo.SpNo | FromUserName',
      payload: '',
      vendorEventId: [
        ['MsgId'],
        [
          'ToUserName',
          'Event',
          'ChangeType?',
          'UserID?',
          'ExternalUserID?',
          'ChatId?',
          'Id?',
          'ApprovalInfo.SpNo?',
          'ApprovalInfo.SpStatus?',
          'CreateTime',
        ],
        ['SuiteId', 'InfoType', 'AuthCorpId?', 'TimeStamp'],
      ],
      occurredAt: 'CreateTime | TimeStamp',
    },
    reply: { status: 200 },
  },
  secrets: 'the Token of the app; `webhookEncryptionKey`: its EncodingAESKey',
  setUp:
    'Set `encryption: { receiveId: <CorpID> }` (SuiteID for events of a suite), so that texts for others are refused.',
  checked: ['vectors of the WeChat crypto samples', 'vectors of the vendor facts'],
  unverified: ['bodies in JSON', 'inner fields of approval events', 'the spacing of retries'],
})
