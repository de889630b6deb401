import { generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { anySecret, checkTimestamp, digestMatches, hmacDigest, keyBytes, plainDigest } from '#connector/signature.ts'
import { signStandardWebhook, verifyStandardWebhook } from '#connector/standard-webhooks.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const NOW_MS = 1_614_265_330_000
/** The published test vector of the Standard Webhooks reference library. */
const BODY = '{"test": 2432232314}'
const HEADERS = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}

function verify(change: { headers?: Record<string, string>; body?: string; secrets?: string[]; nowMs?: number } = {}) {
  const headers = change.headers ?? HEADERS
  const body = Buffer.from(change.body ?? BODY)
  const verdict = verifyStandardWebhook({
    headers,
    body,
    secrets: change.secrets ?? [SECRET],
    nowMs: change.nowMs ?? NOW_MS,
  })
  return verdict.ok ? 'ok' : verdict.code
}

const without = (name: string) => Object.fromEntries(Object.entries(HEADERS).filter(([key]) => key !== name))

describe('Standard Webhooks', () => {
  it.each([
    ['the published vector', {}, 'ok'],
    ['a secret without prefix', { secrets: [SECRET.slice(6)] }, 'ok'],
    ['any live secret while one rotates', { secrets: ['whsec_b3RoZXIgc2VjcmV0IQ==', SECRET] }, 'ok'],
    ['a secret that is no base64 beside a good one', { secrets: ['not base64!', SECRET] }, 'ok'],
    ['a changed body', { body: `${BODY} ` }, 'signature_wrong'],
    ['no secret configured', { secrets: [] }, 'signature_wrong'],
    ['an empty secret', { secrets: ['', 'whsec_'] }, 'signature_wrong'],
    ['a missing signature', { headers: without('webhook-signature') }, 'signature_missing'],
    ['a missing id', { headers: without('webhook-id') }, 'signature_missing'],
    ['a missing timestamp', { headers: without('webhook-timestamp') }, 'timestamp_missing'],
    ['a timestamp that is no number', { headers: { ...HEADERS, 'webhook-timestamp': 'hello' } }, 'timestamp_missing'],
    ['5 minutes old', { nowMs: NOW_MS + 300_000 }, 'ok'],
    ['older than 5 minutes', { nowMs: NOW_MS + 301_000 }, 'timestamp_stale'],
    ['more than 5 minutes ahead', { nowMs: NOW_MS - 301_000 }, 'timestamp_stale'],
    [
      'the right digest under another version',
      { headers: { ...HEADERS, 'webhook-signature': HEADERS['webhook-signature'].replace('v1', 'v2') } },
      'signature_wrong',
    ],
    ['a short signature', { headers: { ...HEADERS, 'webhook-signature': 'v1,g0hM9' } }, 'signature_wrong'],
    ['an empty signature', { headers: { ...HEADERS, 'webhook-signature': 'v1,' } }, 'signature_wrong'],
    [
      'several signatures',
      { headers: { ...HEADERS, 'webhook-signature': `v1,AAAA v9,x ${HEADERS['webhook-signature']}` } },
      'ok',
    ],
  ])('%s', (_, change, expected) => expect(verify(change)).toBe(expected))

  it('verifies what the reference library signs, and signs what it verifies', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), fc.string({ unit: 'grapheme' }), (key, body) => {
        const secret = `whsec_${Buffer.from(key).toString('base64')}`
        const now = new Date()
        const reference = new Webhook(secret)
        const headers = {
          'webhook-id': 'msg_1',
          'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
          'webhook-signature': reference.sign('msg_1', now, body),
        }
        expect(verify({ headers, body, secrets: [secret], nowMs: now.getTime() })).toBe('ok')
        const ours = signStandardWebhook('msg_1', now.getTime(), JSON.stringify(body), [secret])
        expect(reference.verify(JSON.stringify(body), { ...ours })).toEqual(body)
      }),
      { numRuns: 50 },
    )
  })

  it('verifies v1a by an ed25519 public key, and skips what is not one', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const whpk = `whpk_${publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('base64')}`
    const signed = Buffer.from(`${HEADERS['webhook-id']}.${HEADERS['webhook-timestamp']}.${BODY}`)
    const signature = sign(null, signed, privateKey).toString('base64')
    const headers = { ...HEADERS, 'webhook-signature': `v1a,${signature}` }
    expect(verify({ headers, secrets: [whpk] })).toBe('ok')
    expect(verify({ headers, secrets: [whpk], body: '{}' })).toBe('signature_wrong')
    expect(verify({ headers: { ...HEADERS, 'webhook-signature': 'v1a,AAAA' }, secrets: [whpk] })).toBe(
      'signature_wrong',
    )
    expect(verify({ headers, secrets: ['whpk_AAAA'] })).toBe('signature_wrong')
    // A public key is no HMAC key: whoever knows it must not be able to sign v1 with it.
    const forged = hmacDigest('sha256', Buffer.from(whpk.slice(5), 'base64'), [signed]).toString('base64')
    expect(verify({ headers: { ...HEADERS, 'webhook-signature': `v1,${forged}` }, secrets: [whpk] })).toBe(
      'signature_wrong',
    )
  })

  it('never throws, whatever the headers, body and secrets', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (id, time, signature, secret) => {
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': time,
          'webhook-signature': `v1,${signature} v1a,${signature}`,
        }
        expect(verify({ headers, secrets: [secret, `whsec_${secret}`, `whpk_${secret}`] })).not.toBe('ok')
      }),
    )
  })

  it('does not sign with a secret that is none', () => {
    expect(signStandardWebhook('a', NOW_MS, '', [])).toBeUndefined()
    expect(signStandardWebhook('a', NOW_MS, '', ['not base64!'])).toBeUndefined()
  })

  const shared = new URL('../../../shared/signature-vectors.json', import.meta.url)
  const here = existsSync(shared)
  it.skipIf(!here && process.env['CI'] !== 'true')(
    'passes the shared vectors (skipped where ../shared is absent)',
    () => {
      const vectors = (JSON.parse(readFileSync(shared, 'utf8')) as Vector[]).filter(
        v => v.vendor === 'standard-webhooks',
      )
      expect(vectors.length).toBeGreaterThan(5)
      for (const vector of vectors) {
        const headers = Object.fromEntries(Object.entries(vector.headers).map(([k, v]) => [k.toLowerCase(), v]))
        const got = verify({ headers, body: vector.body, secrets: [vector.secret], nowMs: vector.now * 1000 })
        expect(got === 'ok', vector.id).toBe(vector.expect === 'valid')
      }
    },
  )
})

interface Vector {
  id: string
  vendor: string
  expect: string
  headers: Record<string, string>
  body: string
  secret: string
  now: number
}

describe('building blocks', () => {
  it('computes published digests', () => {
    // stripe-node test/crypto/helpers.ts
    expect(hmacDigest('sha256', keyBytes('test_secret', 'text'), ['\u{1F600}']).toString('hex')).toBe(
      '837da296d05c4fe31f61d5d7ead035099d9585a5bcde87de952012a78f0b0c43',
    )
    expect(plainDigest('sha1', ['a', 'bc']).toString('hex')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
  })

  it.each([
    ['hex', 'ABCD', true],
    ['hex', 'abcd', true],
    ['hex', 'abce', false],
    ['hex', 'abcd00', false],
    ['hex', '', false],
    ['base64', 'q80=', true],
    ['base64', 'q80', true],
    ['base64', 'q80\n', false],
    ['base64url', 'q80', true],
    ['hex', 'ａｂｃｄ', false],
  ] as const)('compares %s %j: %s', (encoding, given, expected) => {
    expect(digestMatches(Buffer.from('abcd', 'hex'), given, encoding)).toBe(expected)
  })

  it('finds a secret among the live ones and never an empty one', () => {
    expect(anySecret(['new', 'old'], 'old')).toBe(true)
    expect(anySecret(['new', 'old'], 'older')).toBe(false)
    expect(anySecret([''], '')).toBe(false)
    expect(anySecret([], '')).toBe(false)
  })

  it.each([
    ['1614265330', 's', 'ok'],
    ['1614265330000', 'ms', 'ok'],
    ['2021-02-25T15:02:10Z', 'rfc3339', 'ok'],
    ['2021-02-25T14:02:10Z', 'rfc3339', 'timestamp_stale'],
    ['-1', 's', 'timestamp_missing'],
    ['1e9', 's', 'timestamp_missing'],
    ['', 's', 'timestamp_missing'],
    ['yesterday', 'rfc3339', 'timestamp_missing'],
  ] as const)('time %j in %s: %s', (text, unit, expected) => {
    const verdict = checkTimestamp(text, unit, 300_000, NOW_MS)
    expect(verdict.ok ? 'ok' : verdict.code).toBe(expected)
  })
})
