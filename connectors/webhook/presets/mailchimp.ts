import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: a secret in the address. A form with names such as `data[merges][FNAME]`; on saving Mailchimp sends a GET
 * or an empty POST. The member is `data[id]`; a change of address bears `new_id`. `fired_at` names no zone (UTC). There is
 * no id of the event. Source: mailchimp.md of the vendor facts; samples of hull/hull-connectors.
 */
export default definePreset({
  title: 'Mailchimp',
  category: 'marketing',
  inbound: {
    authentication: { scheme: 'sharedSecret', query: 'secret' },
    handshakes: [{ when: { 'body:type': null, 'header:content-length': '0' }, echo: 'value:ok' }],
    events: {
      nestedNames: true,
      types: {
        campaign: { object: 'campaign', kind: 'fact', id: 'data.id' },
        upemail: { object: 'member', id: 'data.new_id' },
        cleaned: { object: 'member', id: 'data.id | data.email' },
        '*': { object: 'member' },
      },
      vendorEventId: [['type', 'data.list_id', 'data.email | data.new_email | data.id', 'fired_at']],
      occurredAt: 'fired_at',
    },
    reply: { status: 200 },
  },
  secrets: 'a secret of your own: `https://<hub>/in/<system>/<secret>`, or `?secret=`',
  setUp: 'Switch off the source `api` of the webhook, so that our own writes do not come back.',
  absent: {
    time: 'a body without `fired_at` counts from its receipt',
    eventId: 'without `fired_at` a repeat is known by its content',
  },
  checked: ['samples of hull/hull-connectors (forms as objects)'],
  unverified: ['the zone of `fired_at`', 'GROUPINGS', 'the plan of retries'],
})
