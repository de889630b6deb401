import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: a secret in a header, as Basic password or in the path, set in the automation rule. The simple body is
 * wrapped in `freshdesk_webhook`, an advanced one is what its author wrote. There is no event id, and a time only if the
 * author added one: repeats are told by their content. Source: support.freshdesk.com 132589; zulip/zulip fixtures.
 */
export default definePreset({
  title: 'Freshdesk',
  category: 'helpdesk',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    events: {
      unwrap: 'freshdesk_webhook',
      type: 'triggered_event | event',
      types: { '*': { object: 'ticket' } },
      id: 'ticket_id | id',
      payload: '',
      vendorEventId: ['event_id'],
      occurredAt: 'ticket_updated_at | updated_at | ticket_created_at',
    },
    reply: { status: 200 },
  },
  secrets: 'a secret of your own, in the header `X-Hub-Token`, as Basic password or in the path',
  absent: {
    time: 'a rule sends no time unless its author adds one; the time of receipt counts',
    eventId: 'Freshdesk gives events no id; a repeat is known by its content',
  },
  checked: ['fixtures of zulip/zulip'],
  unverified: ['the form of `triggered_event`', 'names of placeholders for times', 'retries'],
})
