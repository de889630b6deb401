import { createPublicKey, verify as verifySignature, type KeyObject } from 'node:crypto'
import type { Verdict } from './kit.ts'
import { checkTimestamp, digestMatches, hmacDigest } from './signature.ts'

/** The reference library's tolerance, in both directions. */
export const STANDARD_TOLERANCE_MS = 5 * 60 * 1000

/** Signatures beyond this many are not looked at: rotation needs two, and each ed25519 check costs time. */
const SIGNATURES_MAX = 8

export interface StandardRequest {
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>
  body: Uint8Array
  /** `whsec_…` (or bare base64) for v1, `whpk_…` for v1a; all live ones while a key rotates. */
  secrets: readonly string[]
  nowMs: number
  /** Null: the time is not checked. */
  toleranceMs?: number | null
  /** `svix` for senders that still use the older header names. */
  headerPrefix?: 'webhook' | 'svix'
}

/**
 * Verifies a request by Standard Webhooks 1.0.0: any known signature by any live key passes; unknown versions are skipped.
 * Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
 */
export function verifyStandardWebhook(request: StandardRequest): Verdict {
  const prefix = request.headerPrefix ?? 'webhook'
  const id = request.headers[`${prefix}-id`]
  const timestamp = request.headers[`${prefix}-timestamp`]
  const signatures = request.headers[`${prefix}-signature`]
  if (id === undefined || id === '' || signatures === undefined || signatures === '') {
    const message = `the headers ${prefix}-id and ${prefix}-signature are expected`
    return { ok: false, code: 'signature_missing', message }
  }
  const toleranceMs = request.toleranceMs === null ? undefined : (request.toleranceMs ?? STANDARD_TOLERANCE_MS)
  const time = checkTimestamp(timestamp, 's', toleranceMs, request.nowMs)
  if (!time.ok) return time
  const entries = signatures.split(' ', SIGNATURES_MAX)
  const start = `${id}.${timestamp}.`
  let valid = false
  for (const secret of request.secrets) if (matchesOne(secret, start, request.body, entries)) valid = true
  if (valid) return { ok: true }
  const message =
    request.secrets.length === 0 ? 'no signing secret is configured' : 'no signature matches a configured secret'
  return { ok: false, code: 'signature_wrong', message }
}

function matchesOne(secret: string, start: string, body: Uint8Array, entries: readonly string[]): boolean {
  if (secret.startsWith('whpk_')) {
    const key = publicKey(secret)
    if (key === undefined) return false
    const signed = Buffer.concat([Buffer.from(start), body])
    return entries.some(
      entry => entry.startsWith('v1a,') && verifySignature(null, signed, key, Buffer.from(entry.slice(4), 'base64')),
    )
  }
  const key = symmetricKey(secret)
  if (key === undefined) return false
  const digest = hmacDigest('sha256', key, [start, body])
  let found = false
  for (const entry of entries) {
    if (entry.startsWith('v1,') && digestMatches(digest, entry.slice(3), 'base64')) found = true
  }
  return found
}

/** Bytes of a `whsec_` secret, whose prefix may be missing; undefined when it is no base64 or empty. */
export function symmetricKey(secret: string): Buffer | undefined {
  const text = secret.startsWith('whsec_') ? secret.slice(6) : secret
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined
  const key = Buffer.from(text, 'base64')
  return key.length > 0 ? key : undefined
}

/** SubjectPublicKeyInfo of an ed25519 key up to its 32 bytes (RFC 8410). */
const SPKI_START = Buffer.from('302a300506032b6570032100', 'hex')
const publicKeys = new Map<string, KeyObject | undefined>()

/** Building a key object costs more than a verification, so a few are kept. */
function publicKey(secret: string): KeyObject | undefined {
  if (!publicKeys.has(secret)) {
    if (publicKeys.size >= 1000) publicKeys.clear()
    const bytes = Buffer.from(secret.slice(5), 'base64')
    const der = Buffer.concat([SPKI_START, bytes])
    publicKeys.set(secret, bytes.length === 32 ? createPublicKey({ key: der, format: 'der', type: 'spki' }) : undefined)
  }
  return publicKeys.get(secret)
}

/**
 * Headers that sign an outgoing webhook with every live secret (newest first), so that receivers can rotate.
 * `id` must be the same for every retry of one message, and hold no full stop; the timestamp is that of the attempt.
 * Undefined when a secret is not usable.
 */
export function signStandardWebhook(
  id: string,
  nowMs: number,
  body: string,
  secrets: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const timestamp = String(Math.floor(nowMs / 1000))
  const signatures: string[] = []
  for (const secret of secrets) {
    const key = symmetricKey(secret)
    if (key === undefined) return undefined
    signatures.push(`v1,${hmacDigest('sha256', key, [`${id}.${timestamp}.`, body]).toString('base64')}`)
  }
  if (signatures.length === 0) return undefined
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
