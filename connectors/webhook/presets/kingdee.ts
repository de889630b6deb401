import { definePreset } from '#connector/inbound/preset.ts'
import signed from './hub-signature.ts'

/**
 * Kingdee has no webhook of its own that was found: a plug-in of the site posts, with the signature of our own. Fields as
 * proposed in kingdee-k3cloud.md of the vendor facts; times are Beijing time. The record is read back by `http`.
 */
export default definePreset({
  ...signed,
  title: 'Kingdee Galaxy (金蝶云星空)',
  category: 'erp',
  inbound: {
    ...signed.inbound,
    events: {
      type: 'op',
      object: 'formId',
      types: { Delete: { kind: 'delete' }, '*': { thin: true } },
      id: 'id | number',
      payload: '',
      vendorEventId: [['eventId'], ['formId', 'id', 'op', 'modifyDate']],
      occurredAt: 'modifyDate',
      zone: '+08:00',
    },
  },
  setUp:
    'Body of the plug-in: `{"eventId":"<guid>","formId":"SAL_SaleOrder","op":"Audit","id":"100123","number":"XSDD000123","modifyDate":"2026-12-03T09:30:00"}`.',
  unverified: ['that there is no native webhook'],
})
