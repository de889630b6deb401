import { definePreset } from '#connector/inbound/preset.ts'
import signed from './hub-signature.ts'

/**
 * e-cology has no webhook: a node action posts, with the signature of our own. Fields as proposed in weaver-ecology.md of
 * the vendor facts. A request of a workflow is the record.
 */
export default definePreset({
  ...signed,
  title: 'Weaver e-cology (泛微)',
  category: 'generic',
  inbound: {
    ...signed.inbound,
    events: {
      type: 'status | value:changed',
      types: { '*': { object: 'workflow-request' } },
      id: 'requestId',
      payload: '',
      vendorEventId: [['eventId'], ['workflowId', 'requestId', 'nodeId?', 'status', 'time']],
      occurredAt: 'time',
    },
  },
  setUp:
    'Body: `{"eventId":"<uuid>","workflowId":"88","requestId":"123456","nodeId":"301","status":"archived","time":1764800000000}`.',
  unverified: ['that there is no native webhook'],
})
