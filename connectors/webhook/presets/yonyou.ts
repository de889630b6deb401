import { definePreset } from '#connector/inbound/preset.ts'
import { wechatSignature } from '#connector/inbound/authentication/wechat-signature.ts'

/**
 * Two generations of the signature in the body, of which one is enough: `msgSignature`, hex SHA-1 over the sorted
 * appSecret, timestamp, nonce and encrypt; or base64 HMAC-SHA256 with the appSecret over the sorted timestamp, nonce and
 * encrypt. AES as WeChat's with a key made of the appSecret, the appKey at the end. `CHECK_URL` comes first. Source:
 * yonyoucloud-open/corp-demo; yonyou.md of the vendor facts.
 */
export default definePreset({
  title: 'Yonyou YonBIP / YonSuite (用友)',
  category: 'erp',
  inbound: {
    authentication: {
      scheme: 'anyOf',
      schemes: [
        wechatSignature({
          signature: 'body:msgSignature | body:signature',
          nonce: 'body:nonce',
          text: 'body:encrypt',
          // Retries go on for a day.
          timestamp: { from: 'body:timestamp', unit: 'ms', toleranceSeconds: 86_400 },
        }),
        {
          scheme: 'hmac',
          signature: 'body:signature | body:msgSignature',
          encoding: 'base64',
          signed: ['{timestamp}', '{body:nonce}', '{body:encrypt}'],
          timestamp: { from: 'body:timestamp', unit: 'ms', toleranceSeconds: 86_400 },
        },
      ],
    },
    encryption: { scheme: 'wechat', from: 'body:encrypt', key: 'appSecret' },
    handshakes: [{ when: { 'body:type': 'CHECK_URL' }, signed: true, echo: 'value:success' }],
    shapes: [
      {
        when: { 'body:staffId[0] | body:deptId[0] | body:userId[0]': '*' },
        type: 'type',
        types: {
          'STAFF_*': { object: 'staff', id: 'staffId[0]', thin: true },
          'DEPT_*': { object: 'department', id: 'deptId[0]', thin: true },
          'USER_*': { object: 'user', id: 'userId[0]', thin: true },
          '*': { object: 'event', kind: 'fact', id: 'eventId' },
        },
        payload: '',
        vendorEventId: 'eventId',
      },
    ],
    events: {
      types: {
        '*_MERCHANT_DELETE': { object: 'merchant', kind: 'delete' },
        '*_MERCHANT_*': { object: 'merchant' },
        'SALE_DELETEORDER_*': { object: 'voucherorder', kind: 'delete' },
        'SALE_*': { object: 'voucherorder', thin: true },
        st_purchaseorder_delete: { object: 'purchaseorder', kind: 'delete' },
        'st_purchaseorder_*': { object: 'purchaseorder' },
        '*': { object: 'event', kind: 'fact', id: 'eventId' },
      },
      id: 'billId | BILL_INFO.billId | id | billCode',
      payload: '',
      vendorEventId: 'eventId',
    },
    reply: { status: 200, body: 'success' },
  },
  secrets: 'the appSecret, which is the key of the envelope as well',
  setUp:
    'Set `encryption: { receiveId: <appKey> }`. If the platform wants its answers encrypted: `reply: { body: success, sealed: yonyou }`, and the same in the handshake.',
  checked: ['vectors of the vendor facts, both generations'],
  unverified: [
    'which signature a data centre uses',
    'the form of the answer',
    'inner fields of staff and voucher events',
  ],
})
