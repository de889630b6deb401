import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `X-Frappe-Webhook-Signature`, base64 HMAC-SHA256 over the body, with "Enable Security"; no time. The body is what the
 * administrator's template says: event, doctype, name, modified, doc. `modified` is in the site's zone. Source:
 * frappe/frappe integrations/doctype/webhook/webhook.py.
 */
export default definePreset({
  title: 'ERPNext / Frappe',
  category: 'erp',
  inbound: {
    authentication: { scheme: 'hmac', signature: 'header:X-Frappe-Webhook-Signature', encoding: 'base64' },
    events: {
      type: 'event | value:on_update',
      object: 'doctype | doc.doctype',
      types: { on_trash: { kind: 'delete' }, after_delete: { kind: 'delete' }, '*': {} },
      id: 'name | doc.name',
      payload: 'doc',
      vendorEventId: ['doctype | doc.doctype', 'name | doc.name', 'event?', 'modified | doc.modified'],
      occurredAt: 'modified | doc.modified',
    },
    reply: { status: 200 },
  },
  secrets: 'the webhook secret',
  setUp:
    'Template: `{"event": "on_update", "doctype": "{{ doc.doctype }}", "name": "{{ doc.name }}", "modified": "{{ doc.modified }}", "doc": …}`. Set `events: { zone: "+08:00" }` to the zone of the site.',
  checked: ['published formula', 'vectors of the vendor facts'],
  unverified: ['bodies with a form as content type'],
})
