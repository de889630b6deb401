import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: a secret in the path. A list of reports (`biz_id`, `phone_number`, `report_time`, Beijing time) or of
 * replies (`content`, `send_time`); no id of the event. The answer is `{"code":0,…}`. Source: help.aliyun.com SmsReport.
 */
export default definePreset({
  title: 'Aliyun SMS (阿里云短信)',
  category: 'messaging',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    shapes: [
      {
        when: { 'body:[0].content': '*' },
        items: '[*]',
        type: 'value:sms.up',
        types: { '*': { object: 'sms', kind: 'fact' } },
        id: [['sequence_id'], ['phone_number', 'send_time']],
        payload: '',
        vendorEventId: [['sequence_id'], ['phone_number', 'send_time', 'dest_code?']],
        occurredAt: 'send_time',
        zone: '+08:00',
      },
    ],
    events: {
      items: '[*]',
      type: 'value:sms.report',
      types: { '*': { object: 'sms-report', kind: 'fact' } },
      id: ['biz_id', 'phone_number', 'report_time'],
      payload: '',
      vendorEventId: ['biz_id', 'phone_number', 'report_time'],
      occurredAt: 'report_time | send_time',
      zone: '+08:00',
    },
    reply: { status: 200, contentType: 'application/json', body: '{"code":0,"msg":"接收成功"}' },
  },
  secrets: 'a secret of your own in the path',
  checked: ["the example of the vendor's documentation"],
  unverified: ['fields of replies (SmsUp)'],
})
