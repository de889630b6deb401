import { definePreset } from '#connector/inbound/preset.ts'

/**
 * `Typeform-Signature: sha256=<base64>`, HMAC-SHA256 over the body, only with a secret set. One submission per request:
 * `event_id`, `event_type`, `form_response.token` (the response), `form_response.submitted_at`. Source: simstudioai/sim
 * and triggerdotdev/trigger.dev typeform.ts.
 */
export default definePreset({
  title: 'Typeform',
  category: 'forms',
  inbound: {
    authentication: { scheme: 'hmac', signature: 'header:Typeform-Signature', prefix: 'sha256=', encoding: 'base64' },
    events: {
      type: 'event_type',
      types: { '*': { object: 'response' } },
      id: 'form_response.token',
      payload: 'form_response',
      vendorEventId: 'event_id',
      occurredAt: 'form_response.submitted_at | form_response.landed_at',
    },
    reply: { status: 200 },
  },
  secrets: 'the secret of the webhook',
  checked: ['computed signature vectors', "Typeform's documentation example"],
  unverified: ['`form_response_partial`', 'the plan of retries'],
})
