import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: a secret in the address. `id`, `action` such as `answer.create`, `created_at`, `payload.survey_id`,
 * `payload.answer_id`. Source: wjx.md of the vendor facts.
 */
export default definePreset({
  title: 'Tencent Survey (腾讯问卷)',
  category: 'forms',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    events: {
      type: 'action',
      types: { 'answer.delete': { object: 'answer', kind: 'delete' }, '*.*': { object: '{1}' } },
      id: ['payload.survey_id', 'payload.answer_id?'],
      payload: 'payload',
      vendorEventId: 'id',
      occurredAt: 'created_at',
      zone: '+08:00',
    },
    reply: { status: 200 },
  },
  secrets: 'a secret of your own in the address',
  checked: [],
  unverified: ['everything beyond the names of the fields'],
})
