import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-Tsign-Open-SIGNATURE`: hex HMAC-SHA256 with the AppSecret over the timestamp (ms), the values of the address's
 * parameters sorted by name, and the body. `action`, `signFlowId`, `timestamp` (ms, the same on retries); no id of the
 * event. Source: notes from open.esign.cn (callbacks, auth-and-signing).
 */
export default definePreset({
  title: 'eSign (e签宝)',
  category: 'generic',
  inbound: {
    authentication: {
      scheme: 'hmac',
      signature: 'header:X-Tsign-Open-SIGNATURE',
      signed: '{timestamp}{queryValues}{body}',
      // There are up to 16 retries at times that are not known.
      timestamp: { from: 'header:X-Tsign-Open-TIMESTAMP', unit: 'ms', toleranceSeconds: 86_400 },
    },
    events: {
      type: 'action',
      types: {
        'AUTH*': { object: 'auth-flow', id: 'authFlowId' },
        '*': { object: 'sign-flow' },
      },
      id: 'signFlowId | flowId | authFlowId',
      payload: '',
      vendorEventId: ['action', 'signFlowId | flowId | authFlowId', 'timestamp', 'signOrder?', 'customBizNum?'],
      occurredAt: 'timestamp',
    },
    reply: { status: 200, contentType: 'application/json', body: '{"code":"200","msg":"success"}' },
  },
  secrets: 'the AppSecret',
  checked: ['a vector of the vendor facts'],
  unverified: ['names of rarer fields', 'the spacing of retries'],
})
