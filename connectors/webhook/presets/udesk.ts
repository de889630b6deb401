import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature was found: triggers call an address with a body of the administrator's own, so a secret goes into a header
 * or the path. Source: helpdesk-cn.md of the vendor facts.
 */
export default definePreset({
  title: 'Udesk (优德)',
  category: 'helpdesk',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    events: {
      type: 'event | value:updated',
      types: { deleted: { object: 'ticket', kind: 'delete' }, '*': { object: 'ticket' } },
      id: 'ticket_id | id',
      payload: '',
      vendorEventId: ['event?', 'ticket_id | id', 'updated_at'],
      occurredAt: 'updated_at | created_at',
      zone: '+08:00',
    },
    reply: { status: 200 },
  },
  secrets: 'a secret of your own, in the header `X-Hub-Token` or in the path',
  setUp: 'Body of the trigger: `{"ticket_id":"{{id}}","event":"updated","updated_at":"…"}`. Also for Sobot (智齿).',
  absent: { time: 'the trigger must send `updated_at`', eventId: 'the trigger must send `updated_at`' },
  checked: [],
  unverified: ['everything on the side of Udesk and Sobot'],
})
