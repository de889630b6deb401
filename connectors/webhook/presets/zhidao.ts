import { definePreset } from '#connector/inbound/preset.ts'
import signed from './hub-signature.ts'

/**
 * Nothing public was found: a form or flow node posts a body of its author's own, with a fixed header, a secret in the
 * path, or the signature of our own. Fields as proposed in zhidao.md of the vendor facts; times are Beijing time.
 */
export default definePreset({
  ...signed,
  title: 'Zhidao (支道)',
  inbound: { ...signed.inbound, events: { ...signed.inbound.events, zone: '+08:00' } },
  setUp:
    'Body: `{"eventId":"…","event":"updated","form":"customer","id":"…","updatedAt":"2026-12-03 09:30:00","data":{…}}`.',
  unverified: ['everything on the side of the platform'],
})
