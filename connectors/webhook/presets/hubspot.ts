import { definePreset } from '#connector/inbound/preset.ts'

/**
 * v3: base64 HMAC-SHA256 with the client secret over method, URL, body and timestamp (ms), five minutes. v1 and v2 are
 * plain hashes without a time and must be asked for. Source: HubSpot/hubspot-api-nodejs src/utils/signature.ts. Events are
 * a list of thin ones: `subscriptionType`, `objectId`, `occurredAt`; `eventId` is not promised to be unique.
 */
export default definePreset({
  title: 'HubSpot',
  category: 'crm',
  inbound: {
    authentication: {
      scheme: 'hmac',
      signature: 'header:X-HubSpot-Signature-v3',
      encoding: 'base64',
      signed: '{method}{url}{body}{timestamp}',
      url: 'decodedQuery',
      timestamp: { from: 'header:X-HubSpot-Request-Timestamp', unit: 'ms' },
    },
    events: {
      items: '[*]',
      type: 'subscriptionType',
      object: 'objectTypeId',
      objectNames: { '0-1': 'contact', '0-2': 'company', '0-3': 'deal', '0-5': 'ticket' },
      types: {
        'object.deletion': { kind: 'delete' },
        'object.restore': { kind: 'restore', thin: true },
        'object.merge': { kind: 'merge', id: 'mergedObjectIds[0] | objectId' },
        'object.*': { thin: true },
        '*.deletion': { object: '{1}', kind: 'delete' },
        '*.privacyDeletion': { object: '{1}', kind: 'delete' },
        '*.restore': { object: '{1}', kind: 'restore', thin: true },
        '*.merge': { object: '{1}', kind: 'merge', id: 'mergedObjectIds[0] | objectId' },
        '*.associationChange': { object: '{1}', id: 'fromObjectId', thin: true },
        '*.*': { object: '{1}', thin: true },
      },
      id: 'objectId | fromObjectId',
      payload: '',
      vendorEventId: [
        'portalId',
        'subscriptionId?',
        'subscriptionType',
        'objectId | fromObjectId',
        'toObjectId?',
        'propertyName?',
        'occurredAt',
        'eventId?',
      ],
      occurredAt: 'occurredAt',
      author: 'sourceId',
      mergedInto: 'newObjectId | primaryObjectId',
    },
    reply: { status: 200 },
  },
  secrets: "the app's client secret",
  setUp:
    'Events are thin: use the connector `hubspot`, or `http` with `read`, where the mapping needs the whole record.',
  checked: ['signature vectors with the values of the official SDK', 'its sample and those of hull/hull-connectors'],
  unverified: ['fields of merges and association changes', 'object type ids other than 0-3', 'decoding of the query'],
})
