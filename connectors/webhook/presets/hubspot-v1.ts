import { definePreset } from '#connector/inbound/preset.ts'
import hubspot from './hubspot.ts'

/**
 * The first signature of HubSpot's app webhooks: hex SHA-256 over client secret and body. It bears no time, so a request
 * that somebody caught passes again; the ids of its events then tell the repeat. Source: HubSpot/hubspot-api-nodejs
 * src/utils/signature.ts.
 */
export default definePreset({
  ...hubspot,
  title: 'HubSpot, signature v1',
  inbound: {
    ...hubspot.inbound,
    authentication: {
      scheme: 'hmac',
      keyed: false,
      signature: 'header:X-HubSpot-Signature',
      signed: '{secret}{body}',
    },
  },
  setUp: 'Only where v3 cannot be had, as behind a proxy that changes the address.',
})
