import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: a secret in a custom header or in the path. The body is what the administrator's template says: event,
 * lead_id, email, campaign, at; there is no id of the event. Source: experienceleague.adobe.com; marketo.md of the vendor
 * facts.
 */
export default definePreset({
  title: 'Adobe Marketo Engage',
  category: 'marketing',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    events: {
      type: 'event',
      types: { '*': { object: 'lead' } },
      id: 'lead_id | id',
      payload: '',
      vendorEventId: ['event', 'lead_id | id', 'campaign?', 'at'],
      occurredAt: 'at',
    },
    reply: { status: 200, contentType: 'application/json', body: '{}' },
  },
  secrets: 'a secret of your own, in the header `X-Hub-Token`',
  setUp:
    'Template: `{"event":"mql","lead_id":"{{lead.Id}}","email":"{{lead.Email Address}}","campaign":"{{campaign.id}}","at":"{{system.dateTime}}"}`.',
  absent: { time: 'the template must bear `at`', eventId: 'the template must bear `at`' },
  checked: ['the documented way of webhooks in campaigns'],
  unverified: ['time-out and retries', 'the form of `{{system.dateTime}}`'],
})
