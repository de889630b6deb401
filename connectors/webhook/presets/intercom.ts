import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-Hub-Signature: sha1=<hex>`, HMAC-SHA1 over the body with the app's client secret; no time. One notification per
 * request: `id` (`notif_…`), `topic`, `created_at`, `data.item` with `type` and `id`. Topics of tags put the contact and
 * the tag below the item. `ping` is only a test. Source: developers.intercom.com webhook-notifications; samples of
 * hull/hull-connectors.
 */
export default definePreset({
  title: 'Intercom',
  category: 'helpdesk',
  inbound: {
    authentication: { scheme: 'hmac', algorithm: 'sha1', signature: 'header:X-Hub-Signature', prefix: 'sha1=' },
    handshakes: [{ when: { 'body:topic': 'ping' }, signed: true, echo: 'value:ok' }],
    events: {
      type: 'topic',
      object: 'data.item.type',
      // Items that wrap what they are about count as that.
      objectNames: {
        user: 'contact',
        lead: 'contact',
        contact_tag: 'contact',
        contact_subscription: 'contact',
        granular_unsubscribe: 'contact',
        company_contact: 'contact',
        conversation_deletion: 'conversation',
        conversation_part_tag: 'conversation',
        ticket_note: 'ticket',
      },
      types: {
        'contact.merged': { object: 'contact', kind: 'merge' },
        'contact.archived': { object: 'contact', kind: 'delete' },
        'contact.tag.*': { object: 'contact', id: 'data.item.contact.id | data.item.id' },
        'user.tag.*': { object: 'contact', id: 'data.item.user.id | data.item.id' },
        'contact.deleted': { object: 'contact', kind: 'delete' },
        'user.deleted': { object: 'contact', kind: 'delete' },
        'company.deleted': { kind: 'delete' },
        'conversation.deleted': { kind: 'delete', id: 'data.item.id | data.item.conversation_id' },
        'event.*': { object: 'event', kind: 'fact', id: 'id' },
        '*': {},
      },
      id: 'data.item.id | data.item.contact.id | data.item.user.id | data.item.conversation_id | data.item.conversation.id | data.item.ticket.id | data.item.from.id | id',
      payload: 'data.item',
      vendorEventId: 'id',
      occurredAt: 'created_at',
      mergedInto: 'data.item.merged_into.id | data.item.to.id',
    },
    reply: { status: 200 },
  },
  secrets: "the app's client secret",
  checked: ['computed signature vectors', 'samples of hull/hull-connectors'],
  unverified: ['where a merge names the contact that survives', 'the plan of retries'],
})
