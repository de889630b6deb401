import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `checksum` in the query: hex SHA-1 over appSecret, the hex MD5 of the body, and `time` (s), valid for five minutes.
 * What `eventType` means and what the bodies hold could not be read: any of ticketId, id, sheetId names the ticket, which
 * is to be read back. Source: qiyukf.com/docs/guide/server 2.
 */
export default definePreset({
  title: 'NetEase Qiyu (网易七鱼)',
  category: 'helpdesk',
  inbound: {
    authentication: {
      scheme: 'hmac',
      keyed: false,
      algorithm: 'sha1',
      signature: 'query:checksum',
      signed: '{secret}{bodyMd5}{timestamp}',
      timestamp: { from: 'query:time' },
    },
    events: {
      type: 'query:eventType | value:ticket',
      types: { '*': { object: 'ticket', thin: true } },
      id: 'ticketId | id | sheetId',
      payload: '',
      vendorEventId: [['eventId'], ['query:eventType?', 'ticketId | id | sheetId', 'query:time']],
      occurredAt: 'updateTime | createTime | query:time',
    },
    reply: { status: 200, contentType: 'application/json', body: '{"code":200}' },
  },
  secrets: 'the appSecret',
  checked: ['a vector of the vendor facts'],
  unverified: ['types, bodies, the answer and retries'],
})
