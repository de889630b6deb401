import type { WebhookPart } from '../kit.ts'
import { verifyRequest } from './authentication.ts'
import { splitRequest } from './events.ts'
import { answerHandshake } from './handshake.ts'
import { parseLocator } from './locator.ts'
import type { InboundSettings } from './settings.ts'

/**
 * The receiving side by settings alone: any signature, token or handshake scheme, any shape of events. For the webhook
 * connector, and for any connector whose vendor's webhooks the operator describes. `inboundOf` picks the settings;
 * undefined means that this system takes no webhooks, and refuses all.
 */
export function createWebhookPart<Settings>(
  inboundOf: (settings: Settings) => InboundSettings | undefined,
): WebhookPart<Settings> {
  return {
    methods: ['POST', 'PUT', 'GET', 'HEAD'],
    malformedStatus: 400,
    redact: settings => redactions(inboundOf(settings)),
    verify(request, { settings, secrets }, nowMs) {
      const inbound = inboundOf(settings)
      if (inbound !== undefined) return verifyRequest(request, inbound.authentication, secrets, nowMs)
      return { ok: false, code: 'credentials_missing', message: 'this system is not configured to take webhooks' }
    },
    handshake(request, { settings, secrets }) {
      const inbound = inboundOf(settings)
      return inbound && answerHandshake(request, inbound, secrets)
    },
    split(request, { settings }) {
      const inbound = inboundOf(settings)
      if (inbound !== undefined) return splitRequest(request, inbound)
      return { ok: false, code: 'malformed', message: 'this system is not configured to take webhooks' }
    },
    reply(_, { settings }, { eventIds }) {
      const reply = inboundOf(settings)?.reply
      if (reply !== undefined) {
        return { status: reply.status, headers: { 'content-type': reply.contentType }, body: reply.body }
      }
      const body = JSON.stringify({ status: 'accepted', events: eventIds })
      return { status: 202, headers: { 'content-type': 'application/json' }, body }
    },
  }
}

function redactions(inbound: InboundSettings | undefined) {
  const headers = ['authorization', 'cookie']
  const query: string[] = []
  const authentication = inbound?.authentication
  if (authentication?.scheme === 'token') {
    ;(authentication.in === 'header' ? headers : query).push(authentication.name)
  }
  for (const { verifyToken } of inbound?.handshakes ?? []) {
    const locator = verifyToken === undefined ? undefined : parseLocator(verifyToken)
    if (locator?.source === 'header') headers.push(locator.name)
    else if (locator?.source === 'query') query.push(locator.name)
  }
  return { headers, query, path: authentication?.scheme === 'pathToken' }
}
