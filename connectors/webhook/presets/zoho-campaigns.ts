import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: a secret in the path or as a parameter. Form or JSON with the fields that the administrator maps: event,
 * email, list_key, campaign_key, contact_id, time; no id of the event. Source: zoho-campaigns.md of the vendor facts
 * (mostly from memory there).
 */
export default definePreset({
  title: 'Zoho Campaigns / Marketing Automation',
  category: 'marketing',
  inbound: {
    authentication: {
      scheme: 'anyOf',
      schemes: [
        { scheme: 'sharedSecret', query: 'secret' },
        { scheme: 'token', in: 'body', name: 'secret' },
      ],
    },
    events: {
      type: 'event',
      types: { '*': { object: 'contact' } },
      id: 'contact_id | email',
      payload: '',
      vendorEventId: ['event', 'email | contact_id', 'list_key?', 'campaign_key?', 'time'],
      occurredAt: 'time',
    },
    reply: { status: 200 },
  },
  secrets: 'a secret of your own',
  setUp:
    'Map event, email, list_key, campaign_key, contact_id, time. Set `events: { zone: … }` to the zone of the account.',
  absent: { time: 'the mapping must send `time`', eventId: 'the mapping must send `time`' },
  checked: [],
  unverified: ['everything on the side of Zoho'],
})
