import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `signature` or `msg_signature` in the query: hex SHA-1 over the sorted token, timestamp (ms), nonce and `encrypt`; AES as
 * WeChat's, with the AppKey at the end. Every answer, to the check of the address too, is `success` in the same envelope.
 * Decrypted: `EventType`, `EventTime` (ms), `eventId`, and the record's id by type. Source: snapshot of open.dingtalk.com
 * (event push, callbacks) and the Java demo named there.
 */
export default definePreset({
  title: 'DingTalk (钉钉)',
  category: 'messaging',
  inbound: {
    authentication: {
      scheme: 'hmac',
      keyed: false,
      algorithm: 'sha1',
      signature: 'query:msg_signature | query:signature',
      signed: ['{secret}', '{timestamp}', '{query:nonce}', '{body:encrypt}'],
      timestamp: { from: 'query:timestamp', unit: 'ms' },
    },
    encryption: { scheme: 'wechat', from: 'body:encrypt' },
    handshakes: [{ when: { 'body:EventType': 'check_url' }, signed: true, echo: 'value:success', sealed: 'dingtalk' }],
    shapes: [
      {
        when: { 'body:UserId[0]': '*' },
        items: 'UserId[*]',
        type: 'body:EventType',
        types: { user_leave_org: { object: 'user', kind: 'delete' }, '*': { object: 'user', thin: true } },
        id: '',
        payload: 'body:',
        vendorEventId: [
          ['body:eventId', ''],
          ['body:EventType', '', 'body:EventTime | body:TimeStamp'],
        ],
        occurredAt: 'body:EventTime | body:TimeStamp',
      },
      {
        when: { 'body:DeptId[0]': '*' },
        items: 'DeptId[*]',
        type: 'body:EventType',
        types: { org_dept_remove: { object: 'department', kind: 'delete' }, '*': { object: 'department', thin: true } },
        id: '',
        payload: 'body:',
        vendorEventId: [
          ['body:eventId', ''],
          ['body:EventType', '', 'body:EventTime | body:TimeStamp'],
        ],
        occurredAt: 'body:EventTime | body:TimeStamp',
      },
    ],
    events: {
      type: 'EventType',
      types: {
        bpms_instance_change: { object: 'approval', id: 'processInstanceId' },
        bpms_task_change: { object: 'approval-task', id: 'taskId' },
        '*': { object: 'event', kind: 'fact' },
      },
      id: 'BizId | eventId',
      payload: '',
      vendorEventId: [
        ['eventId'],
        ['EventType', 'taskId | processInstanceId | BizId', 'type?', 'EventTime | finishTime | createTime'],
      ],
      occurredAt: 'EventTime | finishTime | createTime',
    },
    reply: { status: 200, body: 'success', sealed: 'dingtalk' },
  },
  secrets: 'the token; `webhookEncryptionKey`: the aes_key',
  setUp:
    'Set `encryption: { receiveId: <AppKey> }` (CorpId for events registered by the API): answers are sealed with it.',
  example: { encryption: { receiveId: 'dingappkey01' } },
  checked: ['vectors of the vendor facts'],
  unverified: ['the name of the signature parameter (both are read)', 'whether retries are signed anew'],
})
