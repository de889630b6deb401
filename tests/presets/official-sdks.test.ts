import { createHash, createSign, generateKeyPairSync } from 'node:crypto'
import { EventWebhook } from '@sendgrid/eventwebhook'
import { Stripe } from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { getExpectedTwilioSignature, validateRequestWithBody } from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, it } from 'vitest'
import type { InboundSettings } from '#connector/inbound/settings.ts'
import { createWebhookPart } from '#connector/inbound/webhook-part.ts'
import type { RawRequest } from '#connector/kit.ts'
import { receivingSettings } from '../../connectors/webhook/presets.ts'

// The senders' own packages sign what the presets verify, or verify what the presets accept.

const NOW_MS = Date.UTC(2026, 10, 21, 10)
const SECONDS = Math.floor(NOW_MS / 1000)
const BODY = '{"id":"evt_1","type":"invoice.paid","name":"Zoë 张三"}'
const part = createWebhookPart<InboundSettings>(settings => settings)

function verdict(preset: string, secret: string, change: Partial<RawRequest>): string {
  const publicUrl = change.publicUrl ?? 'https://hub.example.com/in/x'
  const request: RawRequest = {
    method: 'POST',
    path: '',
    query: new URL(publicUrl).searchParams,
    headers: {},
    body: Buffer.from(BODY),
    publicUrl,
    remoteAddress: '203.0.113.7',
    ...change,
  }
  const settings = receivingSettings.parse({ preset })
  const found = part.verify(request, { settings, secrets: { webhookSecret: ['whsec_b3RoZXI=', secret] } }, NOW_MS)
  return found.ok ? 'ok' : found.code
}

describe('stripe', () => {
  const sign = (timestamp: number) => ({
    'stripe-signature': new Stripe('sk_test_own').webhooks.generateTestHeaderString({
      payload: BODY,
      secret: 'whsec_own',
      timestamp,
    }),
  })

  it('signs what passes, and what is stale', () => {
    expect(verdict('stripe', 'whsec_own', { headers: sign(SECONDS) })).toBe('ok')
    expect(verdict('stripe', 'whsec_own', { headers: sign(SECONDS - 301) })).toBe('timestamp_stale')
    expect(verdict('stripe', 'whsec_own', { headers: sign(SECONDS), body: Buffer.from(`${BODY} `) })).toBe(
      'signature_wrong',
    )
  })
})

describe('svix', () => {
  it('signs what passes under its header names', () => {
    const secret = `whsec_${Buffer.from('svix-secret-of-our-own!!').toString('base64')}`
    const headers = {
      'svix-id': 'msg_1',
      'svix-timestamp': String(SECONDS),
      'svix-signature': new SvixWebhook(secret).sign('msg_1', new Date(NOW_MS), BODY),
    }
    expect(verdict('resend', secret, { headers })).toBe('ok')
    expect(verdict('resend', secret, { headers: { ...headers, 'svix-id': 'msg_2' } })).toBe('signature_wrong')
    expect(verdict('svix', secret, { headers })).toBe('ok')
  })
})

describe('twilio', () => {
  const form = { Body: 'on my way', From: '+14155550198', MediaUrl: ['b', 'a', 'a'], Empty: '' }
  const encoded = new URLSearchParams([
    ['Body', 'on my way'],
    ['From', '+14155550198'],
    ['MediaUrl', 'b'],
    ['MediaUrl', 'a'],
    ['MediaUrl', 'a'],
    ['Empty', ''],
  ]).toString()
  const headersOf = (url: string, fields: object) => ({
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': getExpectedTwilioSignature('token-1', url, fields as Record<string, unknown>),
  })

  it.each(['https://hub.example.com/in/x?a=1&b=%20c', 'https://hub.example.com:443/in/x?a=1&b=%20c'])(
    'signs what passes for %s',
    url => {
      const publicUrl = 'https://hub.example.com/in/x?a=1&b=%20c'
      const body = Buffer.from(encoded)
      expect(verdict('twilio', 'token-1', { publicUrl, body, headers: headersOf(url, form) })).toBe('ok')
    },
  )

  it('covers a JSON body by its hash', () => {
    const publicUrl = `https://hub.example.com/in/x?bodySHA256=${createHash('sha256').update(BODY).digest('hex')}`
    const headers = { ...headersOf(publicUrl, {}), 'content-type': 'application/json' }
    expect(validateRequestWithBody('token-1', headers['x-twilio-signature'], publicUrl, BODY)).toBe(true)
    expect(verdict('twilio', 'token-1', { publicUrl, headers })).toBe('ok')
    expect(verdict('twilio', 'token-1', { publicUrl, headers, body: Buffer.from('{}') })).toBe('signature_wrong')
  })
})

describe('sendgrid', () => {
  it('agrees with the verifier of the official package', () => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const publicKey = keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
    const signature = createSign('sha256').update(`${SECONDS}${BODY}`).sign(keys.privateKey, 'base64')
    const official = new EventWebhook()
    const agrees = (body: string, expected: boolean) => {
      const key = official.convertPublicKeyToECDSA(publicKey)
      expect(official.verifySignature(key, body, signature, String(SECONDS))).toBe(expected)
      const headers = {
        'x-twilio-email-event-webhook-signature': signature,
        'x-twilio-email-event-webhook-timestamp': String(SECONDS),
      }
      expect(verdict('sendgrid', publicKey, { headers, body: Buffer.from(body) })).toBe(
        expected ? 'ok' : 'signature_wrong',
      )
    }
    agrees(BODY, true)
    agrees(`${BODY}\r\n`, false)
  })
})
