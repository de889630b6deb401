import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: a secret in the path. A list of reports (`sid`, `mobile`, `user_receive_time`, Beijing time), or a reply
 * (`text`, `mobile`, `time`); no id of the event. The answer is `{"result":0,"errmsg":"OK"}`. Source: cloud.tencent.com,
 * SMS callbacks.
 */
export default definePreset({
  title: 'Tencent Cloud SMS (腾讯云短信)',
  category: 'messaging',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    shapes: [
      {
        when: { 'body:text': '*' },
        type: 'value:sms.up',
        types: { '*': { object: 'sms', kind: 'fact' } },
        id: ['nationcode?', 'mobile', 'time'],
        payload: '',
        vendorEventId: ['nationcode?', 'mobile', 'time', 'extend?'],
        occurredAt: 'time',
        zone: '+08:00',
      },
    ],
    events: {
      items: '[*]',
      type: 'value:sms.report',
      types: { '*': { object: 'sms-report', kind: 'fact' } },
      id: ['sid', 'mobile'],
      payload: '',
      vendorEventId: ['sid', 'mobile', 'report_status', 'user_receive_time?'],
      occurredAt: 'user_receive_time',
      zone: '+08:00',
    },
    reply: { status: 200, contentType: 'application/json', body: '{"result":0,"errmsg":"OK"}' },
  },
  secrets: 'a secret of your own in the path',
  checked: ["fields of the vendor's documentation"],
  unverified: ['retries', 'fields of replies'],
})
