import type { RawRequest, Reply, Secrets } from '../kit.ts'
import { anySecret } from '../signature.ts'
import { locateTexts, parseLocator } from './locator.ts'
import type { HandshakeSettings, InboundSettings } from './settings.ts'

const ECHO_MAX = 4096

/** Answers challenges and probes; undefined when the request is an event. */
export function answerHandshake(request: RawRequest, settings: InboundSettings, secrets: Secrets): Reply | undefined {
  for (const handshake of settings.handshakes) {
    const reply = answerChallenge(request, handshake, secrets)
    if (reply !== undefined) return reply
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
  if (!settings.probes) return { status: 405, headers: { allow: 'POST' } }
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: request.method === 'GET' ? 'ok' : '' }
}

function answerChallenge(request: RawRequest, handshake: HandshakeSettings, secrets: Secrets): Reply | undefined {
  const at = (locator: string) => {
    const parsed = parseLocator(locator)
    return parsed && locateTexts(parsed, request)[0]
  }
  const challenge = at(handshake.echo)
  if (challenge === undefined || challenge.length > ECHO_MAX) return undefined
  if (Object.entries(handshake.when).some(([locator, value]) => at(locator) !== value)) return undefined
  if (handshake.verifyToken !== undefined) {
    const given = at(handshake.verifyToken)
    if (given === undefined || !anySecret(secrets['webhookVerifyToken'] ?? [], given)) {
      return { status: 403, headers: { 'content-type': 'text/plain' }, body: 'the verify token does not match' }
    }
  }
  // The text comes from outside: never as HTML, never sniffed.
  const headers = { 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'" }
  if (handshake.member === undefined) {
    return { status: 200, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' }, body: challenge }
  }
  const body = JSON.stringify({ [handshake.member]: challenge })
  return { status: 200, headers: { ...headers, 'content-type': 'application/json' }, body }
}
