import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: Basic with the name and password given when the webhook is made. v2: `meta.entity`, `meta.entity_id`,
 * `meta.action`, `meta.id` (of the event), the record in `data`. v1: `meta.object`, `meta.id` (of the record), the record
 * in `current`; a delete has only `previous`. A merge in v2 is a delete with `meta.merged_to_id`. Source:
 * pipedrive.readme.io guide-for-webhooks-v2, webhooks-v2-migration-guide; sample of hull/hull-connectors.
 */
export default definePreset({
  title: 'Pipedrive',
  category: 'crm',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    shapes: [
      {
        when: { 'body:meta.entity': '*', 'body:meta.merged_to_id': '*' },
        type: 'value:merged',
        object: 'meta.entity',
        types: { merged: { kind: 'merge' } },
        id: 'meta.entity_id',
        payload: 'previous',
        vendorEventId: 'meta.id',
        occurredAt: 'meta.timestamp',
        mergedInto: 'meta.merged_to_id',
      },
      {
        when: { 'body:meta.entity': '*' },
        type: 'meta.action',
        object: 'meta.entity',
        types: { delete: { kind: 'delete', payload: 'previous' }, '*': {} },
        id: 'meta.entity_id | data.id',
        payload: 'data',
        vendorEventId: [['meta.id'], ['meta.entity', 'meta.entity_id', 'meta.action', 'meta.timestamp']],
        occurredAt: 'meta.timestamp',
        author: 'meta.user_id',
      },
    ],
    events: {
      type: 'meta.action',
      object: 'meta.object',
      types: { deleted: { kind: 'delete', payload: 'previous' }, '*': {} },
      id: 'current.id | previous.id | meta.id',
      payload: 'current',
      vendorEventId: ['meta.object', 'meta.id', 'meta.action', 'meta.timestamp_micro | meta.timestamp'],
      occurredAt: 'meta.timestamp',
      author: 'meta.user_id',
    },
    reply: { status: 200 },
  },
  secrets: 'the password given as `http_auth_password`, or a secret in the address',
  checked: ['a v1 test event of hull/hull-connectors', "Pipedrive's guides"],
  unverified: ['v2 with real events', 'retries'],
})
