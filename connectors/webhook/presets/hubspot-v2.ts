import { definePreset } from '#connector/inbound/preset.ts'
import hubspot from './hubspot.ts'

/**
 * Workflow webhooks and cards of HubSpot: hex SHA-256 over client secret, method, URL and body. The body of a workflow is
 * the record itself (`objectId` or `vid`, `properties`), without an id of the event. Source: HubSpot/hubspot-api-nodejs
 * src/utils/signature.ts.
 */
export default definePreset({
  ...hubspot,
  title: 'HubSpot, signature v2 (workflows)',
  inbound: {
    ...hubspot.inbound,
    authentication: {
      scheme: 'hmac',
      keyed: false,
      signature: 'header:X-HubSpot-Signature',
      signed: '{secret}{method}{url}{body}',
      url: 'decodedQuery',
    },
    shapes: [
      {
        when: { 'body:[0].subscriptionType': null, 'body:vid | body:objectId': '*' },
        type: 'value:workflow',
        types: { '*': { object: 'contact' } },
        id: 'objectId | vid',
        payload: '',
        occurredAt: 'properties.lastmodifieddate.value | properties.hs_lastmodifieddate',
      },
    ],
  },
  setUp:
    'For workflows of other records than contacts, name the object: `shapes: [ … types: { "*": { object: company } } ]`.',
  absent: { eventId: 'workflows give events no id; a repeat is known by its content' },
  unverified: [...(hubspot.unverified ?? []), 'the form of a workflow body'],
})
