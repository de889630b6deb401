import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `Webhook-Signature`, bare base64 HMAC-SHA256 over the body (the header of Standard Webhooks, another scheme); no time.
 * The body is an object of lists by event type, whose entries bear the record and a `timestamp`; no id of the event. On
 * a delete only the entry has the id. Source: mautic/mautic WebhookBundle; mautic/developer-documentation-new.
 */
export default definePreset({
  title: 'Mautic',
  category: 'marketing',
  inbound: {
    authentication: { scheme: 'hmac', signature: 'header:Webhook-Signature', encoding: 'base64' },
    events: {
      items: '*[*]',
      type: 'key:',
      types: {
        'mautic.lead_post_delete': { object: 'contact', kind: 'delete', id: 'id | contact.id | lead.id' },
        'mautic.company_post_delete': { object: 'company', kind: 'delete', id: 'id | company.id' },
        'mautic.lead_*': { object: 'contact', id: 'contact.id | lead.id', payload: 'contact | lead' },
        'mautic.company_*': { object: 'company', id: 'company.id', payload: 'company' },
        'mautic.form_on_submit': { object: 'submission', kind: 'fact', id: 'submission.id' },
        'mautic.email_*': { object: 'mail-event', kind: 'fact', id: ['key:', 'stat.id | email.id', 'timestamp'] },
        'mautic.page_on_hit': { object: 'page-hit', kind: 'fact', id: 'hit.id' },
        '*': { object: 'event', kind: 'fact', id: ['key:', 'timestamp'] },
      },
      payload: '',
      vendorEventId: [
        ['key:', 'contact.id | lead.id | company.id | submission.id | hit.id | stat.id | email.id | id', 'timestamp'],
        ['key:', 'timestamp'],
      ],
      occurredAt: 'timestamp',
    },
    reply: { status: 200 },
  },
  secrets: 'the secret of the webhook; never an empty one',
  checked: ['published formula', 'vectors of the vendor facts'],
  unverified: ['retries of newer versions', 'fields of mail and page events'],
})
