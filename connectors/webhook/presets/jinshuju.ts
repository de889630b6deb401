import { definePreset } from '#connector/inbound/preset.ts'

/**
 * No signature: a secret in the address. `form`, `entry.serial_number`, `entry.created_at`, `entry.updated_at`; there is
 * no event type and no id of the event: an entry was made when both times are the same, else edited. Source: snapshot of
 * the vendor's open-api site.
 */
export default definePreset({
  title: 'Jinshuju (金数据)',
  category: 'forms',
  inbound: {
    authentication: { scheme: 'sharedSecret' },
    events: {
      type: 'value:entry',
      types: { entry: { object: 'entry' } },
      id: ['form', 'entry.serial_number'],
      payload: '',
      vendorEventId: ['form', 'entry.serial_number', 'entry.updated_at'],
      occurredAt: 'entry.updated_at | entry.created_at',
    },
    reply: { status: 200 },
  },
  secrets: 'a secret of your own in the address',
  checked: ["the example of the vendor's documentation"],
  unverified: ['whether writes by the API are pushed too'],
})
