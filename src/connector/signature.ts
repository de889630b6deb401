import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Verdict } from './kit.ts'

export type HashAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'md5'
export type DigestEncoding = 'hex' | 'base64' | 'base64url'
export type KeyFormat = 'text' | 'base64' | 'hex'
export type TimeUnit = 's' | 'ms' | 'rfc3339'

/** What is signed, in order; never re-serialised. */
export type SignedParts = readonly (string | Uint8Array)[]

export function hmacDigest(algorithm: HashAlgorithm, key: Uint8Array, parts: SignedParts): Buffer {
  const hmac = createHmac(algorithm, key)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

/** A plain hash, for vendors that put the secret among the signed parts. */
export function plainDigest(algorithm: HashAlgorithm, parts: SignedParts): Buffer {
  const hash = createHash(algorithm)
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The bytes of an HMAC key that a vendor shows as text. */
export function keyBytes(secret: string, format: KeyFormat): Buffer {
  return Buffer.from(secret, format === 'text' ? 'utf8' : format)
}

/** Compares a computed digest with its text from a request in constant time. Padding and the case of hex say nothing. */
export function digestMatches(digest: Buffer, given: string, encoding: DigestEncoding): boolean {
  const text = encoding === 'hex' ? given.toLowerCase() : given.replace(/={1,2}$/, '')
  const expected = digest.toString(encoding)
  return sameBytes(Buffer.from(encoding === 'base64' ? expected.replace(/=+$/, '') : expected), Buffer.from(text))
}

/**
 * Compares two secrets in constant time: as digests, so that neither content nor length shows in the time it takes.
 */
export function sameSecret(expected: string, given: string): boolean {
  return timingSafeEqual(createHash('sha256').update(expected).digest(), createHash('sha256').update(given).digest())
}

/** True if one of the live secrets equals what was given; looks at all of them. */
export function anySecret(secrets: readonly string[], given: string): boolean {
  let found = false
  for (const secret of secrets) if (secret !== '' && sameSecret(secret, given)) found = true
  return found
}

/** The length of a digest is no secret, its content is. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Milliseconds since the epoch of a signed timestamp, undefined when it is none. */
export function timestampMs(text: string, unit: TimeUnit): number | undefined {
  if (unit === 'rfc3339') {
    const ms = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN
    return Number.isNaN(ms) ? undefined : ms
  }
  if (!/^\d{1,16}$/.test(text)) return undefined
  return unit === 's' ? Number(text) * 1000 : Number(text)
}

/**
 * Refuses a timestamp that is missing, unreadable, or off by more than the tolerance in either direction.
 * A tolerance of undefined means the vendor's retries carry the first attempt's time: it is then not read at all.
 */
export function checkTimestamp(
  text: string | undefined,
  unit: TimeUnit,
  toleranceMs: number | undefined,
  nowMs: number,
): Verdict {
  if (text === undefined || text === '') {
    return { ok: false, code: 'timestamp_missing', message: 'the request bears no timestamp' }
  }
  if (toleranceMs === undefined) return { ok: true }
  const ms = timestampMs(text, unit)
  if (ms === undefined) {
    return { ok: false, code: 'timestamp_missing', message: `the timestamp is not readable as ${unit}` }
  }
  if (Math.abs(nowMs - ms) <= toleranceMs) return { ok: true }
  const offSeconds = Math.round((nowMs - ms) / 1000)
  const message = `the timestamp is ${Math.abs(offSeconds)} s ${offSeconds > 0 ? 'old' : 'ahead'}; at most ${toleranceMs / 1000} s are accepted. Is a clock wrong?`
  return { ok: false, code: 'timestamp_stale', message }
}
