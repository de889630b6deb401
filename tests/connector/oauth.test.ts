import { generateKeyPairSync, verify } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createHttpClient } from '#connector/network/guarded-http.ts'
import type { Access, TokenStore } from '#connector/kit.ts'
import { obtainToken, requestWithToken, requiredSecret, SignInFailed, signedJwt } from '#connector/oauth.ts'
import { serveSandbox, type SandboxAnswer } from '#connector/sandbox.ts'

const NOW = Date.parse('2026-11-21T10:00:00Z')
let tokenAnswer: SandboxAnswer = { status: 200 }
let live = 'token-1'
const asked: { form: Record<string, string>; authorization: string | undefined }[] = []
const server = await serveSandbox(({ path, headers, body }) => {
  if (path === '/token') {
    const form = Object.fromEntries(new URLSearchParams(Buffer.from(body).toString()))
    asked.push({ form, authorization: headers.authorization })
    return tokenAnswer
  }
  return headers.authorization === `Bearer ${live}` ? { status: 200, json: { ok: true } } : { status: 401 }
})
afterAll(server.close)

const stored = new Map<string, string>()
const tokens: TokenStore = {
  async get(name, obtain, rejected) {
    const held = stored.get(name)
    if (held !== undefined && held !== rejected) return held
    const { value } = await obtain()
    stored.set(name, value)
    return value
  },
}
const http = createHttpClient({ allowPrivate: true, timeoutMs: 5000, bodyBytesMax: 10_000 })
const access: Access<unknown> = { system: 'crm', settings: {}, secrets: {}, http, tokens, nowMs: () => NOW }
const request = {
  url: `${server.url}/token`,
  form: { grant_type: 'client_credentials' },
  client: { id: 'id:1', secret: 'a b', in: 'body' as const },
}

beforeEach(() => {
  stored.clear()
  asked.length = 0
  live = 'token-1'
  tokenAnswer = { status: 200, json: { access_token: 'token-1', expires_in: 120 } }
})

describe('a token request', () => {
  it('sends the client in the form, or as HTTP Basic with its parts encoded', async () => {
    expect(await obtainToken(access, request)).toEqual({ value: 'token-1', expiresAtMs: NOW + 120_000 })
    await obtainToken(access, { ...request, client: { ...request.client, in: 'basic' } })
    expect(asked[0]?.form).toEqual({ grant_type: 'client_credentials', client_id: 'id:1', client_secret: 'a b' })
    expect(asked[1]?.form).toEqual({ grant_type: 'client_credentials' })
    expect(asked[1]?.authorization).toBe(`Basic ${Buffer.from('id%3A1:a%20b').toString('base64')}`)
  })

  it('takes a token without an end as one that lasts', async () => {
    tokenAnswer = { status: 200, json: { access_token: 'token-2' } }
    expect(await obtainToken(access, request)).toEqual({ value: 'token-2' })
  })

  it.each([
    [400, { error: 'invalid_grant', error_description: 'expired' }, { kind: 'disconnected' }],
    [404, {}, { kind: 'disconnected' }],
    [200, {}, { kind: 'disconnected' }],
    [429, {}, { kind: 'retry', throttled: true }],
    [503, {}, { kind: 'retry' }],
  ])('that is answered with %i %j fails', async (status, json, outcome) => {
    tokenAnswer = { status, json }
    const failed = await obtainToken(access, request).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(SignInFailed)
    expect(failed).toMatchObject({ outcome })
  })
})

describe('a call with a token', () => {
  const call = { method: 'GET', url: `${server.url}/me` }
  const token = { name: 'oauth', obtain: () => obtainToken(access, request) }

  it('keeps its token until the vendor refuses it, and then asks for one new one', async () => {
    expect(await requestWithToken(access, call, token)).toMatchObject({ status: 200 })
    expect(await requestWithToken(access, call, token)).toMatchObject({ status: 200 })
    expect(asked).toHaveLength(1)
    live = 'token-2'
    tokenAnswer = { status: 200, json: { access_token: 'token-2' } }
    expect(await requestWithToken(access, call, token)).toMatchObject({ status: 200 })
    expect(asked).toHaveLength(2)
  })

  it('does not go round for ever when every token is refused', async () => {
    live = 'none'
    expect(await requestWithToken(access, call, token)).toMatchObject({ status: 401 })
    expect(asked).toHaveLength(2)
  })

  it('says why no token could be had', async () => {
    tokenAnswer = { status: 400, json: { error: 'invalid_client' } }
    expect(await requestWithToken(access, call, token)).toMatchObject({
      kind: 'sign_in',
      outcome: { kind: 'disconnected' },
    })
    const obtain = () => Promise.resolve({ value: requiredSecret(access, 'clientSecret') })
    expect(await requestWithToken(access, call, { name: 'oauth', obtain })).toMatchObject({
      outcome: { reason: 'the secret "clientSecret" is not set for system crm' },
    })
  })
})

it('signs assertions that the public key verifies', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwt = signedJwt({ iss: 'client', exp: 1 }, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const [header = '', claims = '', signature = ''] = jwt.split('.')
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
  expect(read(header)).toEqual({ alg: 'RS256', typ: 'JWT' })
  expect(read(claims)).toEqual({ iss: 'client', exp: 1 })
  expect(verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(
    true,
  )
})
