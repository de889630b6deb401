import { definePreset } from '#connector/inbound/preset.ts'

/**
 * Standard Webhooks 1.0.0 with the body that it recommends: `type`, `timestamp`, `data`. What comes before the first full
 * stop of the type names the record type. Source: standard-webhooks/standard-webhooks spec/standard-webhooks.md.
 */
export default definePreset({
  title: 'Standard Webhooks',
  category: 'generic',
  inbound: {
    authentication: { scheme: 'standardWebhooks' },
    events: {
      types: {
        '*.deleted': { object: '{1}', kind: 'delete' },
        '*.*': { object: '{1}' },
        '*': { object: 'event', kind: 'fact' },
      },
      id: 'data.id',
    },
  },
  secrets: '`whsec_…`, or `whpk_…` for ed25519',
  setUp: 'For senders with the header names of Svix: the preset `svix`.',
  checked: ['signature vectors of the reference library', 'its npm package as signer'],
})
