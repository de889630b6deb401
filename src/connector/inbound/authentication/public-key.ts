import { createPublicKey, verify as verifySignature, type KeyObject } from 'node:crypto'
import { isJsonObject, type Json } from '#model/json.ts'
import type { RawRequest, Verdict } from '../../kit.ts'
import type { JwtSettings, PublicKeySettings } from './settings.ts'
import { checkTime, timestampOf } from './hmac.ts'
import { locateTexts, parseLocator } from '../values/locator.ts'
import { refused, wrongSignature } from '../refused.ts'
import { parseSigned, signedParts } from './signed-content.ts'

/** Building a key object costs more than a verification, so a few are kept. */
const built = new Map<string, readonly KeyObject[]>()

/** The public keys that a secret holds: PEM, base64 DER (SPKI), a JWK or a JWK set; none when it is no key. */
function keysOf(secret: string): readonly KeyObject[] {
  let keys = built.get(secret)
  if (keys === undefined) {
    if (built.size >= 1000) built.clear()
    keys = buildKeys(secret.trim())
    built.set(secret, keys)
  }
  return keys
}

function buildKeys(secret: string): readonly KeyObject[] {
  try {
    if (secret.startsWith('{')) {
      const json = JSON.parse(secret) as Json
      const jwks = isJsonObject(json) && Array.isArray(json['keys']) ? json['keys'] : [json]
      return jwks.flatMap(key => (isJsonObject(key) ? [createPublicKey({ key, format: 'jwk' })] : []))
    }
    if (secret.startsWith('-----')) return [createPublicKey(secret)]
    return [createPublicKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'spki' })]
  } catch {
    return []
  }
}

function signatureFits(
  algorithm: string | null,
  signed: Uint8Array,
  secrets: readonly string[],
  signature: Buffer,
): boolean {
  let valid = false
  for (const key of secrets.flatMap(keysOf)) {
    try {
      if (verifySignature(algorithm, signed, key, signature)) valid = true
    } catch {
      // A key of another kind than the signature verifies nothing.
    }
  }
  return valid
}

/** Verifies a signature by the sender's private key over what the template names; ECDSA signatures are DER. */
export function verifyPublicKey(
  request: RawRequest,
  settings: PublicKeySettings,
  live: readonly string[],
  nowMs: number,
): Verdict {
  const locator = parseLocator(settings.signature)
  const [given] = locator === undefined ? [] : locateTexts(locator, request)
  if (given === undefined) {
    return refused('signature_missing', `a signature is expected in ${settings.signature}`)
  }
  const timestamp = timestampOf(request, settings.timestamp)
  const inTime = settings.timestamp === undefined ? undefined : checkTime(timestamp, settings.timestamp, nowMs)
  if (inTime?.ok === false) return inTime
  const context = { timestamp: timestamp ?? '', secret: '', url: request.publicUrl }
  const parts = signedParts(parseSigned(settings.signed) ?? [], request, context)
  const signed = Buffer.concat(parts.map(part => Buffer.from(part)))
  const valid = signatureFits(settings.algorithm, signed, live, Buffer.from(given, 'base64'))
  return valid ? { ok: true } : wrongSignature(live)
}

/** Verifies a JSON Web Token signed with RS256: its signature, issuer, audience and times. It says nothing of the body. */
export function verifyJwt(request: RawRequest, settings: JwtSettings, live: readonly string[], nowMs: number): Verdict {
  const locator = parseLocator(settings.token)
  const [token] = locator === undefined ? [] : locateTexts(locator, request)
  if (token === undefined) return refused('signature_missing', `a token is expected in ${settings.token}`)
  const [head = '', claims = '', signature = ''] = token.split('.', 3)
  const header = jsonOf(head)
  const body = jsonOf(claims)
  if (header?.['alg'] !== 'RS256' || body === undefined) return refused('signature_wrong', 'no token signed with RS256')
  const signed = Buffer.from(`${head}.${claims}`)
  if (!signatureFits('sha256', signed, live, Buffer.from(signature, 'base64url'))) return wrongSignature(live)
  const audience = [body['aud']].flat()
  if (body['iss'] !== settings.issuer || !audience.includes(settings.audience)) {
    return refused('signature_wrong', 'the token is of another issuer or for another audience')
  }
  if (settings.toleranceSeconds === null) return { ok: true }
  const expiresMs = claimMs(body['exp'])
  const issuedMs = claimMs(body['iat'])
  if (expiresMs === undefined) return refused('timestamp_missing', 'the token says no time at which it ends')
  const toleranceMs = settings.toleranceSeconds * 1000
  if (nowMs > expiresMs + toleranceMs || (issuedMs !== undefined && nowMs < issuedMs - toleranceMs)) {
    return refused('timestamp_stale', 'the token is not valid at this time. Is a clock wrong?')
  }
  return { ok: true }
}

function jsonOf(part: string) {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Json
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Seconds by the standard; some senders write milliseconds. */
function claimMs(value: Json | undefined): number | undefined {
  if (typeof value !== 'number') return undefined
  return value < 100_000_000_000 ? value * 1000 : value
}
