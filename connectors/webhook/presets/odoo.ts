import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature and no headers of one's own: a secret in the path. One record per request: `_model`, `_id`, `_action` (the
 * action's name and number) and the chosen fields; times are UTC. An action named `… deleted` deletes. Odoo waits one
 * second and never repeats. Source: odoo/odoo ir_actions.py `_run_action_webhook`.
 */
export default definePreset({
  title: 'Odoo',
  category: 'erp',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    events: {
      type: '_action',
      object: '_model',
      types: { '*deleted*': { kind: 'delete' }, '*': {} },
      id: '_id',
      payload: '',
      occurredAt: 'write_date | create_date',
      author: 'write_uid[0] | write_uid',
    },
    reply: { status: 200 },
  },
  secrets: 'a secret of your own: `https://<hub>/in/<system>/<secret>`',
  setUp: 'Let the action send `write_date` and `write_uid` too.',
  absent: {
    time: 'the action must send `write_date`',
    eventId: 'Odoo gives none; `write_date` has no parts of a second, and would hide a second change within one',
  },
  checked: ["Odoo's source"],
  unverified: ['other versions than 17 to 19'],
})
