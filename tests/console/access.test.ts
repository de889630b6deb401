import { describe, expect, it } from 'vitest'
import { startTestConsole } from './running-console.ts'

const hub = await startTestConsole()
const admin = await hub.token('admin')
const masked = await hub.token('read-masked')

describe('access', () => {
  it('nobody comes in without a token, on loopback neither', async () => {
    const reply = await hub.call(undefined, 'GET', '/api/v1/events')
    expect(reply.status).toBe(401)
    expect(reply.headers.get('content-type')).toContain('application/problem+json')
    expect(reply.headers.get('www-authenticate')).toBe('Bearer')
    expect(reply.json).toMatchObject({ code: 'token_missing', status: 401, type: 'urn:patchbay:token_missing' })
    expect((await hub.call(undefined, 'GET', '/api/v1/nothing')).status).toBe(401)
  })

  it('a token may do what its scopes say, and no more', async () => {
    const operate = await hub.token('operate')
    const read = await hub.token('read')
    expect((await hub.call(masked, 'GET', '/api/v1/me')).json).toEqual({ name: 'read-masked', scopes: ['read-masked'] })
    expect((await hub.call(admin, 'GET', '/api/v1/me')).json.scopes).toHaveLength(5)
    const refused = await hub.call(masked, 'POST', '/api/v1/refused-requests/verify', { system: 'crm' })
    expect(refused.json).toMatchObject({
      status: 403,
      code: 'scope_missing',
      detail: 'The token lacks the scope "operate".',
    })
    expect((await hub.call(operate, 'POST', '/api/v1/refused-requests/verify', { system: 'crm' })).json).toEqual({
      accepted: 1,
      refused: 2,
    })
    expect((await hub.call(operate, 'GET', '/api/v1/exports/person')).status).toBe(403)
    expect((await hub.call(read, 'GET', '/api/v1/exports/person')).status).toBe(200)
    for (const token of [masked, operate, read])
      expect((await hub.call(token, 'GET', '/api/v1/tokens')).status).toBe(403)
  })

  it('a made token works until it is revoked; only its hash is stored', async () => {
    const made = await hub.call(admin, 'POST', '/api/v1/tokens', { name: 'ci', scopes: ['read'] })
    expect(made.status).toBe(201)
    expect(made.json.value).toMatch(/^pb_[\w-]{43}$/)
    expect((await hub.call(made.json.value, 'GET', '/api/v1/me')).status).toBe(200)
    const stored = await hub.db
      .selectFrom('api_token')
      .selectAll()
      .where('id', '=', made.json.id)
      .executeTakeFirstOrThrow()
    expect(JSON.stringify(stored)).not.toContain(made.json.value)
    expect((await hub.call(admin, 'DELETE', `/api/v1/tokens/${made.json.id}`)).json.revokedAt).not.toBeNull()
    expect((await hub.call(made.json.value, 'GET', '/api/v1/me')).json.code).toBe('token_invalid')
    const list = await hub.call(admin, 'GET', '/api/v1/tokens')
    expect(list.text).not.toContain('pb_')
  })

  it('an expired token is refused', async () => {
    const made = await hub.call(admin, 'POST', '/api/v1/tokens', {
      name: 'x',
      scopes: ['read'],
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    })
    await hub.db
      .updateTable('api_token')
      .set({ expires_at: new Date(Date.now() - 1) })
      .where('id', '=', made.json.id)
      .execute()
    expect((await hub.call(made.json.value, 'GET', '/api/v1/me')).status).toBe(401)
    const past = await hub.call(admin, 'POST', '/api/v1/tokens', {
      name: 'x',
      scopes: ['read'],
      expiresAt: '2020-01-01T00:00:00Z',
    })
    expect(past.json).toMatchObject({ code: 'request_invalid', errors: [{ path: '/body/expiresAt' }] })
  })

  it('every write leaves an audit row', async () => {
    const rows = (await hub.call(admin, 'GET', '/api/v1/audit')).json.items
    expect(rows.map((row: { action: string }) => row.action)).toEqual(
      expect.arrayContaining(['token.create', 'token.revoke', 'refused.verify']),
    )
  })

  it('requests that do not fit the description are refused with the places', async () => {
    const reply = await hub.call(admin, 'POST', '/api/v1/tokens', { name: '', scopes: ['root'], more: 1 })
    expect(reply.json).toMatchObject({ status: 400, code: 'request_invalid' })
    expect(reply.json.errors.length).toBeGreaterThanOrEqual(2)
    expect((await hub.call(admin, 'GET', '/api/v1/events?limit=9999')).json.code).toBe('request_invalid')
    expect((await hub.call(admin, 'GET', '/api/v1/events?colour=red')).json.code).toBe('request_invalid')
    expect((await hub.call(admin, 'GET', '/api/v1/nothing')).json.code).toBe('not_found')
    expect((await hub.call(admin, 'PUT', '/api/v1/events')).json.code).toBe('method_not_allowed')
    expect((await hub.call(admin, 'POST', '/api/v1/tokens', '{"name": ')).json.code).toBe('request_invalid')
    expect((await hub.call(admin, 'POST', '/api/v1/tokens', 'a,b', 'text/plain')).json.code).toBe('media_type_unknown')
  })

  it('wrong tokens are slowed down, right ones are not', async () => {
    const codes = new Set<string>()
    for (let count = 0; count < 25; count++) codes.add((await hub.call('pb_wrong', 'GET', '/api/v1/me')).json.code)
    expect([...codes]).toEqual(['token_invalid', 'too_many_failures'])
    const blocked = await hub.call('pb_wrong', 'GET', '/api/v1/me')
    expect(blocked.status).toBe(429)
    expect(blocked.headers.get('retry-after')).toBe('60')
    expect((await hub.call(admin, 'GET', '/api/v1/me')).status).toBe(200)
  })
})

describe('pages', () => {
  it('the landing page says what is where in both languages', async () => {
    const reply = await hub.call(undefined, 'GET', '/about')
    expect(reply.status).toBe(200)
    expect(reply.text).toContain('href="/docs"')
    expect(reply.text).toContain('主记录')
  })

  it('the documentation page needs nothing from elsewhere and no script inside the page', async () => {
    const page = await hub.call(undefined, 'GET', '/docs/')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    const assets = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(match => match[1] ?? '')
    expect(assets.length).toBe(3)
    expect(page.text).not.toMatch(/<script>|https?:/)
    for (const asset of [...assets, '/docs/openapi.yaml'])
      expect((await hub.call(undefined, 'GET', asset)).status).toBe(200)
  })

  it('unknown paths are problems', async () => {
    expect((await hub.call(undefined, 'GET', '/wp-admin')).json.code).toBe('not_found')
  })
})

it('every answer fitted its description', () => {
  expect(hub.mismatches.map(error => error.message)).toEqual([])
})
