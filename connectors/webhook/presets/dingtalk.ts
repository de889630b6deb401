import { definePreset } from '#connector/inbound/preset.ts'
import { wechatSignature } from '#connector/inbound/authentication/wechat-signature.ts'

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
    authentication: wechatSignature({
      signature: 'query:msg_signature | query:signature',
      nonce: 'query:nonce',
      text: 'body:encrypt',
      timestamp: { from: 'query:timestamp', unit: 'ms' },
    }),
    encryption: { scheme: 'wechat', from: 'body:encrypt' },
    handshakes: [{ when: { 'body:EventType': 'check_url' }, signed: true, echo: 'value:success', sealed: 'dingtalk' }],
    shapes: [changeOf('UserId', 'user', 'user_leave_org'), changeOf('DeptId', 'department', 'org_dept_remove')],
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

/** A change of the address book names its records in a list: each is an event here. */
function changeOf(list: string, object: string, removal: string) {
  return {
    when: { [`body:${list}[0]`]: '*' },
    items: `${list}[*]`,
    type: 'body:EventType',
    types: { [removal]: { object, kind: 'delete' as const }, '*': { object, thin: true } },
    id: '',
    payload: 'body:',
    vendorEventId: [
      ['body:eventId', ''],
      ['body:EventType', '', 'body:EventTime | body:TimeStamp'],
    ],
    occurredAt: 'body:EventTime | body:TimeStamp',
  }
}
