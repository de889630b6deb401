import { definePreset } from '#connector/inbound/preset.ts'
import signed from './hub-signature.ts'

/**
 * NetSuite has no webhooks: a User Event script posts, with the signature of our own (`N/crypto`). Fields as proposed in
 * netsuite.md of the vendor facts; `lastModified` should be RFC 3339.
 */
export default definePreset({
  ...signed,
  title: 'NetSuite',
  category: 'erp',
  inbound: {
    ...signed.inbound,
    events: {
      type: 'event',
      object: 'recordType',
      types: { delete: { kind: 'delete' }, '*': { thin: true } },
      id: 'id',
      payload: '',
      vendorEventId: [['eventId'], ['recordType', 'id', 'event', 'lastModified']],
      occurredAt: 'lastModified',
    },
  },
  setUp:
    'Body of the script: `{"event":"edit","recordType":"customer","id":"42","externalId":"C-17","lastModified":"…"}`.',
  unverified: ['that there are no event subscriptions'],
})
