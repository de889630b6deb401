import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-Zendesk-Webhook-Signature`, base64 HMAC-SHA256 over timestamp and body; the five minutes are ours. Events have a
 * fixed form: `type`, `id`, `time`, `subject` (`zen:ticket:35436`), `detail.id`; a trigger's body is what its author
 * wrote: it should bear event, ticket_id and updated_at. Source: developer.zendesk.com webhooks/verifying, event-types.
 */
export default definePreset({
  title: 'Zendesk',
  category: 'helpdesk',
  inbound: {
    authentication: {
      scheme: 'hmac',
      signature: 'header:X-Zendesk-Webhook-Signature',
      encoding: 'base64',
      signed: '{timestamp}{body}',
      timestamp: { from: 'header:X-Zendesk-Webhook-Signature-Timestamp', unit: 'rfc3339' },
    },
    shapes: [
      {
        when: { 'body:ticket_id': '*' },
        type: 'event | value:ticket.updated',
        types: { '*': { object: 'ticket' } },
        id: 'ticket_id',
        payload: '',
        vendorEventId: [['event_id'], ['header:X-Zendesk-Webhook-Invocation-Id']],
        occurredAt: 'updated_at',
      },
    ],
    events: {
      types: {
        'zen:event-type:*.deleted': { object: '{1}', kind: 'delete' },
        'zen:event-type:*.soft_deleted': { object: '{1}', kind: 'delete' },
        'zen:event-type:*.permanently_deleted': { object: '{1}', kind: 'delete' },
        'zen:event-type:*.undeleted': { object: '{1}', kind: 'restore' },
        'zen:event-type:*.merged': { object: '{1}', kind: 'merge' },
        'zen:event-type:*.*': { object: '{1}' },
      },
      id: 'detail.id',
      payload: 'detail',
      vendorEventId: 'id',
      occurredAt: 'time',
      mergedInto:
        'event.merged_into.id | event.target_ticket_id | event.user.id | event.organization.id | event.current',
    },
    reply: { status: 200 },
  },
  secrets: 'the signing secret of the webhook',
  checked: ['computed signature vectors'],
  unverified: ['where a merge names the record that survives', 'whether the invocation id is the same on retries'],
})
