import type { Credentials, IncomingEvent, RawRequest, Secrets, SplitResult, Verdict, WebhookPart } from '../kit.ts'
import { verifyRequest } from './authentication/authentication.ts'
import { unmet } from './values/conditions.ts'
import { splitRequest } from './events/events.ts'
import { answerHandshake } from './handshake.ts'
import { openRequest } from './encryption/opened-request.ts'
import { redactions } from './redactions.ts'
import { refused } from './refused.ts'
import { sealedReply } from './encryption/sealed-reply.ts'
import type { InboundSettings } from './settings.ts'

const NOT_CONFIGURED = 'this system is not configured to take webhooks'

/** A receiving part whose `split` needs no time. */
interface InboundPart<Settings> extends WebhookPart<Settings> {
  split(...given: Parameters<WebhookPart<Settings>['split']>): SplitResult
}

/**
 * The receiving side by settings alone: any signature, token or handshake scheme, any shape of events. For the webhook
 * connector, and for any connector whose vendor's webhooks the operator describes. `inboundOf` picks the settings;
 * undefined means that this system takes no webhooks, and refuses all.
 */
export function createWebhookPart<Settings>(
  inboundOf: (settings: Settings) => InboundSettings | undefined,
): InboundPart<Settings> {
  return {
    methods: ['POST', 'PUT', 'GET', 'HEAD'],
    malformedStatus: 400,
    redact: settings => redactions(inboundOf(settings)),
    verify(request, { settings, secrets }, nowMs) {
      const inbound = inboundOf(settings)
      return inbound ? verifyWhole(request, inbound, secrets, nowMs) : refused('credentials_missing', NOT_CONFIGURED)
    },
    handshake(request, { settings, secrets }, nowMs) {
      const inbound = inboundOf(settings)
      if (inbound === undefined) return undefined
      // What a GET proves stands in its address; a body beside it must not be what the signature fits.
      const proved = request.method === 'GET' ? { ...request, body: new Uint8Array() } : request
      return answerHandshake(request, inbound, secrets, authentication =>
        verifyWhole(proved, authentication === undefined ? inbound : { ...inbound, authentication }, secrets, nowMs),
      )
    },
    split(request, { settings, secrets }) {
      const inbound = inboundOf(settings)
      if (inbound === undefined) return { ok: false, code: 'malformed', message: NOT_CONFIGURED }
      const opened = openRequest(request, inbound, secrets)
      if (!opened.ok) return { ok: false, code: 'malformed', message: opened.message }
      return splitRequest(opened.request, inbound, opened.text)
    },
    reply(request, { settings, secrets }, { eventIds }) {
      const inbound = inboundOf(settings)
      const reply = inbound?.reply
      if (inbound !== undefined && reply?.sealed !== undefined) {
        return sealedReply(reply.body, reply.sealed, { request, settings: inbound, secrets })
      }
      if (reply !== undefined) {
        return { status: reply.status, headers: { 'content-type': reply.contentType }, body: reply.body }
      }
      const body = JSON.stringify({ status: 'accepted', events: eventIds })
      return { status: 202, headers: { 'content-type': 'application/json' }, body }
    },
  }
}

/** The same part, with what an event means to one vendor only: each is made into the events that it stands for. */
export function withEvents<Settings>(
  part: InboundPart<Settings>,
  eventsOf: (event: IncomingEvent, request: RawRequest, credentials: Credentials<Settings>) => readonly IncomingEvent[],
): InboundPart<Settings> {
  return {
    ...part,
    split(request, credentials, nowMs) {
      const result = part.split(request, credentials, nowMs)
      if (!result.ok) return result
      return { ok: true, events: result.events.flatMap(event => eventsOf(event, request, credentials)) }
    },
  }
}

/** The signature or secret, the envelope, and what must stand in every request. */
function verifyWhole(request: RawRequest, inbound: InboundSettings, secrets: Secrets, nowMs: number): Verdict {
  const verdict = verifyRequest(request, inbound.authentication, secrets, nowMs)
  if (!verdict.ok) return verdict
  const opened = openRequest(request, inbound, secrets)
  if (!opened.ok) return refused('signature_wrong', opened.message)
  const missing = unmet(inbound.require, opened.request)
  return missing === undefined ? verdict : refused('credentials_wrong', `${missing} is not what is configured`)
}
