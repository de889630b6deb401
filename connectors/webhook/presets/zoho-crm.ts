import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: the `token` given with the channel stands in the body; the address may hold a secret too. Thin: `module`,
 * `operation`, `ids`, each an event here, `server_time` (ms). Workflow webhooks have a body of the administrator's own.
 * Source: zoho/crm-oas notifications.json; zoho.com notifications/overview.
 */
export default definePreset({
  title: 'Zoho CRM',
  category: 'crm',
  inbound: {
    authentication: {
      scheme: 'anyOf',
      schemes: [{ scheme: 'sharedSecret' }, { scheme: 'token', in: 'body', name: 'token' }],
    },
    shapes: [
      {
        when: { 'body:ids': null, 'body:ids[0]': null, 'body:id': '*' },
        type: 'operation | event | value:update',
        object: 'module',
        types: { delete: { kind: 'delete' }, '*': {} },
        id: 'id',
        payload: '',
        vendorEventId: ['module', 'id', 'operation?', 'Modified_Time'],
        occurredAt: 'Modified_Time',
      },
    ],
    events: {
      items: 'ids[*]',
      type: 'body:operation',
      object: 'body:module',
      types: { delete: { kind: 'delete' }, '*': { thin: true } },
      id: '',
      payload: 'body:',
      vendorEventId: ['body:channel_id', 'body:operation', '', 'body:server_time'],
      occurredAt: 'body:server_time',
    },
    reply: { status: 200 },
  },
  secrets: 'the `token` given with the channel (at most 50 characters), or a secret in the address',
  setUp: 'Channels end after a week at most: renew them, and poll as well.',
  checked: ["Zoho's OpenAPI document", 'a payload quoted in public code'],
  unverified: ['operations other than insert', 'time-out and retries'],
})
