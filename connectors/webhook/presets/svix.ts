import { definePreset } from '#connector/inbound/preset.ts'
import standardWebhooks from './standard-webhooks.ts'

/**
 * Standard Webhooks under the header names of Svix: `svix-id`, `svix-timestamp`, `svix-signature`. Source:
 * standard-webhooks.md of the vendor facts; the npm package svix.
 */
export default definePreset({
  ...standardWebhooks,
  title: 'Svix',
  inbound: {
    ...standardWebhooks.inbound,
    authentication: { scheme: 'standardWebhooks', headerPrefix: 'svix' },
  },
  setUp: 'For senders who deliver by Svix.',
  checked: ['signature vectors of Standard Webhooks', 'the official SDK as signer'],
})
