import type { RawRequest, Reply, Secrets, Verdict } from '../kit.ts'
import { anySecret } from '../signature.ts'
import { unmet } from './values/conditions.ts'
import { locateTexts, parseLocator } from './values/locator.ts'
import { openRequest, type Opened } from './encryption/opened-request.ts'
import { sealedReply } from './encryption/sealed-reply.ts'
import type { Authentication } from './authentication/settings.ts'
import type { HandshakeSettings, InboundSettings } from './settings.ts'

const ECHO_MAX = 4096

/** The text comes from outside: never as HTML, never sniffed. */
const SAFE = { 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'" }

/** Whether a request is authentic; by the settings' own authentication unless another is given. */
export type Prove = (authentication?: Authentication) => Verdict

/** Answers challenges and probes; undefined when the request is an event. */
export function answerHandshake(
  request: RawRequest,
  settings: InboundSettings,
  secrets: Secrets,
  prove: Prove,
): Reply | undefined {
  const opened = openRequest(request, settings, secrets)
  for (const handshake of settings.handshakes) {
    const reply = answerChallenge(opened, handshake, { request, settings, secrets, prove })
    if (reply !== undefined) return reply
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
  const sealedCheck = answerSealedCheck(request, settings, opened, prove)
  if (sealedCheck !== undefined) return sealedCheck
  if (!settings.probes) return { status: 405, headers: { allow: 'POST' } }
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: request.method === 'GET' ? 'ok' : '' }
}

/** A GET that proves the address with an encrypted text: the text alone is the answer. */
function answerSealedCheck(
  request: RawRequest,
  { encryption }: InboundSettings,
  opened: Opened,
  prove: Prove,
): Reply | undefined {
  const echo = encryption?.echo === undefined ? undefined : parseLocator(encryption.echo)
  if (echo === undefined || locateTexts(echo, request).length === 0) return undefined
  if (!opened.ok || opened.text === undefined || !prove().ok) return denied('the check of the address is not authentic')
  return { status: 200, headers: { ...SAFE, 'content-type': 'text/plain; charset=utf-8' }, body: opened.text }
}

interface Context {
  request: RawRequest
  settings: InboundSettings
  secrets: Secrets
  prove: Prove
}

function answerChallenge(opened: Opened, handshake: HandshakeSettings, context: Context): Reply | undefined {
  const { secrets } = context
  const request = opened.ok ? opened.request : context.request
  const at = (locator: string) => {
    const parsed = parseLocator(locator)
    return parsed && locateTexts(parsed, request)[0]
  }
  if (unmet(handshake.when, request) !== undefined) return undefined
  const challenge = at(handshake.echo)
  if (challenge === undefined || challenge.length > ECHO_MAX) return undefined
  if ((handshake.signed || handshake.proof !== undefined) && !context.prove(handshake.proof).ok) {
    return denied('the challenge is not authentic')
  }
  // Who could encrypt it has the key; the token says no more.
  const proved = opened.ok && opened.text !== undefined && (secrets['webhookVerifyToken'] ?? []).length === 0
  if (handshake.verifyToken !== undefined && !proved) {
    const given = at(handshake.verifyToken)
    if (given === undefined || !anySecret(secrets['webhookVerifyToken'] ?? [], given)) {
      return denied('the verify token does not match')
    }
  }
  return challengeReply(challenge, handshake, context)
}

function denied(why: string): Reply {
  return { status: 403, headers: { 'content-type': 'text/plain' }, body: why }
}

function challengeReply(challenge: string, handshake: HandshakeSettings, context: Context): Reply {
  if (handshake.sealed !== undefined) return sealedReply(challenge, handshake.sealed, context)
  if (handshake.header !== undefined) return { status: 200, headers: { ...SAFE, [handshake.header]: challenge } }
  if (handshake.member === undefined) {
    return { status: 200, headers: { ...SAFE, 'content-type': 'text/plain; charset=utf-8' }, body: challenge }
  }
  const body = JSON.stringify({ [handshake.member]: challenge })
  return { status: 200, headers: { ...SAFE, 'content-type': 'application/json' }, body }
}
