import type { RawRequest, Verdict } from '../../kit.ts'
import { checkTimestamp, digestMatches, hmacDigest, keyBytes, plainDigest, type SignedParts } from '../../signature.ts'
import type { HmacSettings } from './settings.ts'
import { locateTexts, parseLocator } from '../values/locator.ts'
import { refused, wrongSignature } from '../refused.ts'
import { parseSigned, signedParts, type SignedTemplate, type SigningContext } from './signed-content.ts'
import { signedUrls } from './signed-url.ts'

/** A vendor may send one signature per live key; more than this many are not looked at. */
const SIGNATURES_MAX = 100

/** Verifies an HMAC, or a plain hash over a secret, as the settings describe it; any live secret and signature passes. */
export function verifyHmac(
  request: RawRequest,
  settings: HmacSettings,
  live: readonly string[],
  nowMs: number,
): Verdict {
  const locator = parseLocator(settings.signature)
  const templates = [settings.signed].flat().map(text => parseSigned(text) ?? [])
  if (locator === undefined) return refused('signature_wrong', 'the settings are not usable')
  const given = locateTexts(locator, request)
    .slice(0, SIGNATURES_MAX)
    .filter(text => text.startsWith(settings.prefix))
    .map(text => text.slice(settings.prefix.length))
  if (given.length === 0) {
    const form = settings.prefix === '' ? '' : ` that begins with ${settings.prefix}`
    return refused('signature_missing', `a signature${form} is expected in ${settings.signature}`)
  }
  const timestamp = timestampOf(request, settings.timestamp)
  const inTime = settings.timestamp === undefined ? undefined : checkTime(timestamp, settings.timestamp, nowMs)
  if (inTime?.ok === false) return inTime
  const hashed = bodyHash(request, settings)
  if (hashed === 'wrong') return refused('signature_wrong', 'the body is not the one whose hash was signed')
  let valid = false
  for (const secret of live) {
    for (const url of secret === '' ? [] : signedUrls(request.publicUrl, settings.url)) {
      const digest = digestOf(settings, templates, request, { timestamp: timestamp ?? '', secret, url })
      for (const text of given) if (digestMatches(digest, text, settings.encoding)) valid = true
    }
  }
  return valid ? { ok: true } : wrongSignature(live)
}

type Timestamp = NonNullable<HmacSettings['timestamp']>

/** The signed time as it stands in the request. */
export function timestampOf(request: RawRequest, settings: Timestamp | undefined): string | undefined {
  const locator = settings && parseLocator(settings.from)
  return locator && locateTexts(locator, request)[0]
}

export function checkTime(timestamp: string | undefined, settings: Timestamp, nowMs: number): Verdict {
  const seconds = settings.toleranceSeconds
  return checkTimestamp(timestamp, settings.unit, seconds === null ? undefined : seconds * 1000, nowMs)
}

/**
 * Whether a hash of the body that stands in the request is right. Absent is right as well when the template signs the body
 * itself; a template that signs a form covers no other body.
 */
function bodyHash(request: RawRequest, settings: HmacSettings): 'right' | 'wrong' {
  if (settings.bodyHash === undefined) return 'right'
  const locator = parseLocator(settings.bodyHash)
  const [given] = locator === undefined ? [] : locateTexts(locator, request)
  if (given !== undefined) return digestMatches(plainDigest('sha256', [request.body]), given, 'hex') ? 'right' : 'wrong'
  const isForm = /^application\/x-www-form-urlencoded/i.test(request.headers['content-type'] ?? '')
  return isForm || request.body.length === 0 ? 'right' : 'wrong'
}

function digestOf(
  settings: HmacSettings,
  templates: readonly SignedTemplate[],
  request: RawRequest,
  context: SigningContext,
): Buffer {
  const { algorithm, keyOver } = settings
  let parts: SignedParts = templates.flatMap(template => signedParts(template, request, context))
  if (Array.isArray(settings.signed)) parts = sorted(parts)
  if (settings.prehash) parts = [plainDigest('sha256', parts).toString('hex')]
  if (!settings.keyed) return plainDigest(algorithm, parts)
  const secret = keyBytes(context.secret, settings.keyFormat)
  const key =
    keyOver === undefined
      ? secret
      : hmacDigest(algorithm, secret, signedParts(parseSigned(keyOver) ?? [], request, context))
  return hmacDigest(algorithm, key, parts)
}

/** In the order of their bytes, as the WeChat family sorts what it signs. */
function sorted(parts: SignedParts): SignedParts {
  return parts.map(part => Buffer.from(part)).sort((a, b) => Buffer.compare(a, b))
}
