import { definePreset } from '#connector/inbound/preset.ts'

/**
 * With an Encrypt Key: `X-Lark-Signature`, hex SHA-256 over timestamp, nonce, key and body, and `{"encrypt": …}`, AES-256
 * with the hashed key. Without one: the Verification Token in the body. The challenge may be encrypted too, and is told
 * by its token. v2: `header.event_id`, `header.event_type`, `header.create_time` (ms or µs); v1: `uuid`, `ts`,
 * `event.type`. Source: larksuite/node-sdk dispatcher/request-handle.ts, utils/aes-cipher.ts; oapi-sdk-go.
 */
export default definePreset({
  title: 'Feishu / Lark (飞书)',
  category: 'messaging',
  inbound: {
    authentication: {
      scheme: 'anyOf',
      schemes: [
        {
          scheme: 'hmac',
          keyed: false,
          signature: 'header:X-Lark-Signature',
          signed: '{timestamp}{header:X-Lark-Request-Nonce}{secret}{body}',
          timestamp: { from: 'header:X-Lark-Request-Timestamp', toleranceSeconds: 600 },
        },
        { scheme: 'token', in: 'body', name: 'header.token | body:token' },
      ],
    },
    encryption: { scheme: 'feishu', from: 'body:encrypt', required: false },
    handshakes: [
      {
        when: { 'body:type': 'url_verification', 'body:header.event_id': null },
        echo: 'body:challenge',
        verifyToken: 'body:token',
        member: 'challenge',
      },
    ],
    shapes: [
      {
        when: { 'body:schema': null },
        type: 'event.type | type',
        types: {
          'approval_*': { object: 'approval', id: 'event.instance_code' },
          approval: { object: 'approval', id: 'event.instance_code' },
          '*': { object: 'event', kind: 'fact' },
        },
        id: 'event.open_id | event.open_message_id | uuid | open_message_id',
        payload: 'event',
        vendorEventId: 'uuid',
        occurredAt: 'ts',
      },
    ],
    events: {
      type: 'header.event_type',
      types: {
        'contact.scope.*': { object: 'scope', kind: 'fact', id: 'header.event_id' },
        'contact.*.deleted_*': { object: '{1}', kind: 'delete' },
        'contact.*.*': { object: '{1}' },
        'im.message.receive_*': { object: 'message', kind: 'fact', id: 'event.message.message_id' },
        'im.*': { object: 'message', kind: 'fact', id: 'header.event_id' },
        'drive.file.bitable_record_changed_*': {
          object: 'bitable',
          id: 'event.table_id | event.file_token',
          thin: true,
        },
        'approval.*': { object: 'approval', id: 'event.instance_code | event.object.instance_code' },
        '*': { object: 'event', kind: 'fact', id: 'header.event_id' },
      },
      id: 'event.object.open_id | event.object.open_department_id | event.object.department_id | event.object.user_id | event.open_id',
      payload: 'event',
      vendorEventId: [['event.message.message_id'], ['header.event_id']],
      occurredAt: 'header.create_time',
    },
    reply: { status: 200, contentType: 'application/json', body: '{}' },
  },
  secrets: 'the Encrypt Key, or without one the Verification Token; `webhookVerifyToken`: the Verification Token',
  checked: [
    'the vectors of the official SDKs for decryption and signature',
    'the sample of larksuite/oapi-sdk-go',
    'vectors of the vendor facts',
  ],
  unverified: ['whether retries are signed anew (ten minutes are ours)', 'approval events in version 4'],
})
