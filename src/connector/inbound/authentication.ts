import { assertNever } from '#model/assert.ts'
import type { RawRequest, RefusalCode, Secrets, Verdict } from '../kit.ts'
import { anySecret, checkTimestamp, digestMatches, hmacDigest, keyBytes, plainDigest } from '../signature.ts'
import { verifyStandardWebhook } from '../standard-webhooks.ts'
import { locateTexts, parseLocator } from './locator.ts'
import type { Authentication, HmacSettings } from './settings.ts'
import { parseSigned, signedParts } from './signed-content.ts'

const SIGNATURES_MAX = 8

/** Decides whether a request comes from whom it says; pure, constant time, any live secret passes. */
export function verifyRequest(
  request: RawRequest,
  authentication: Authentication,
  secrets: Secrets,
  nowMs: number,
): Verdict {
  const live = secrets['webhookSecret'] ?? []
  switch (authentication.scheme) {
    case 'standardWebhooks':
      return verifyStandardWebhook({
        headers: request.headers,
        body: request.body,
        secrets: live,
        nowMs,
        toleranceMs: authentication.toleranceSeconds * 1000,
        headerPrefix: authentication.headerPrefix,
      })
    case 'hmac':
      return verifyHmac(request, authentication, live, nowMs)
    case 'basic':
      return verifyCredential(
        live,
        basicPassword(request.headers['authorization'], authentication.username),
        'basic credentials',
      )
    case 'bearer':
      return verifyCredential(
        live,
        /^Bearer +(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1],
        'a bearer token',
      )
    case 'token': {
      const given =
        authentication.in === 'header'
          ? request.headers[authentication.name.toLowerCase()]
          : request.query.get(authentication.name)
      return verifyCredential(live, given ?? undefined, `a token in the ${authentication.in} ${authentication.name}`)
    }
    case 'pathToken':
      return verifyCredential(live, pathToken(request.path), 'a token in the path')
    case 'none':
      return { ok: true }
    default:
      return assertNever(authentication)
  }
}

function refused(code: RefusalCode, message: string): Verdict {
  return { ok: false, code, message }
}

function verifyCredential(live: readonly string[], given: string | undefined, what: string): Verdict {
  if (given === undefined || given === '') return refused('credentials_missing', `${what} is expected`)
  if (anySecret(live, given)) return { ok: true }
  return refused('credentials_wrong', live.length === 0 ? 'no webhookSecret is configured' : `${what} does not match`)
}

/** The password of HTTP basic, with a wrong user name treated like a wrong password. */
function basicPassword(header: string | undefined, username: string): string | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return anySecret([username], text.slice(0, Math.max(colon, 0))) ? text.slice(colon + 1) : '\0'
}

function pathToken(path: string): string | undefined {
  try {
    return decodeURIComponent(path.slice(1))
  } catch {
    return undefined
  }
}

function verifyHmac(request: RawRequest, settings: HmacSettings, live: readonly string[], nowMs: number): Verdict {
  const locator = parseLocator(settings.signature)
  const template = parseSigned(settings.signed)
  if (locator === undefined || template === undefined) return refused('signature_wrong', 'the settings are not usable')
  const given = locateTexts(locator, request)
    .slice(0, SIGNATURES_MAX)
    .filter(text => text.startsWith(settings.prefix))
    .map(text => text.slice(settings.prefix.length))
  if (given.length === 0) {
    const form = settings.prefix === '' ? '' : ` that begins with ${settings.prefix}`
    return refused('signature_missing', `a signature${form} is expected in ${settings.signature}`)
  }
  const timestamp = settings.timestamp && locateTexts(parseLocator(settings.timestamp.from) ?? locator, request)[0]
  if (settings.timestamp !== undefined) {
    const seconds = settings.timestamp.toleranceSeconds
    const verdict = checkTimestamp(
      timestamp,
      settings.timestamp.unit,
      seconds === null ? undefined : seconds * 1000,
      nowMs,
    )
    if (!verdict.ok) return verdict
  }
  let valid = false
  for (const secret of live) {
    if (secret === '') continue
    const parts = signedParts(template, request, { timestamp: timestamp ?? '', secret })
    const digest = settings.keyed
      ? hmacDigest(settings.algorithm, keyBytes(secret, settings.keyFormat), parts)
      : plainDigest(settings.algorithm, parts)
    for (const text of given) if (digestMatches(digest, text, settings.encoding)) valid = true
  }
  if (valid) return { ok: true }
  return refused(
    'signature_wrong',
    live.length === 0 ? 'no webhookSecret is configured' : 'no signature matches a configured secret',
  )
}
