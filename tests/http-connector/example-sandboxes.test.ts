import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { CRM_SECRETS } from '../../connectors/http/example/sandboxes/crm.ts'
import { HELPDESK_SECRETS } from '../../connectors/http/example/sandboxes/helpdesk.ts'
import { ERP_SECRETS } from '../../connectors/http/example/sandboxes/erp.ts'
import { MARKETING_SECRETS } from '../../connectors/http/example/sandboxes/marketing.ts'
import { createSandbox } from '../../connectors/http/example/sandboxes/all.ts'
import type { Sandbox, VendorName } from '../../connectors/http/example/sandboxes/sandbox.ts'

const running: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of running.splice(0)) await stop()
})

async function started(name: VendorName, fast = true, webhookTarget?: string): Promise<Sandbox> {
  const sandbox = createSandbox(name, { seed: 1, fast, ...(webhookTarget === undefined ? {} : { webhookTarget }) })
  await sandbox.start()
  running.push(sandbox.stop)
  return sandbox
}

/** A hub that only listens: what it received, and a wait for the n-th webhook. */
async function listener() {
  const received: { url: string; headers: Record<string, unknown>; body: string }[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => (body += String(chunk)))
    request.on('end', () => {
      received.push({ url: request.url ?? '', headers: request.headers, body })
      response.writeHead(202).end()
      for (const { count, resolve } of waiting) if (received.length >= count) resolve()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  running.push(() => new Promise(resolve => (server.closeAllConnections(), server.close(() => resolve()))))
  const { port } = server.address() as AddressInfo
  const arrived = (count: number): Promise<void> =>
    new Promise(resolve => (received.length >= count ? resolve() : waiting.push({ count, resolve })))
  return { url: `http://127.0.0.1:${port}/in/x`, received, arrived }
}

async function call(sandbox: Sandbox, method: string, path: string, headers: Record<string, string>, json?: unknown) {
  const reply = await fetch(sandbox.url() + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  const text = await reply.text()
  return { status: reply.status, headers: reply.headers, json: text === '' ? undefined : JSON.parse(text) }
}

async function crmToken(sandbox: Sandbox): Promise<Record<string, string>> {
  const { clientId, clientSecret } = CRM_SECRETS
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  })
  const reply = await fetch(`${sandbox.url()}/oauth/token`, { method: 'POST', body: form })
  const { access_token: token } = (await reply.json()) as { access_token: string }
  return { authorization: `Bearer ${token}` }
}

describe('crm', () => {
  test('capitalises names, answers 409 with the existing id on a duplicate mail, and pages by modified time', async () => {
    const crm = await started('crm')
    const token = await crmToken(crm)
    const first = await call(crm, 'POST', '/v1/contacts', token, {
      firstName: ' ludwig  van',
      phone: '+86 138-0013-8000',
      email: 'L@x.test',
    })
    expect(first).toMatchObject({ status: 201, json: { firstName: 'Ludwig Van', phone: '+8613800138000' } })
    const second = await call(crm, 'POST', '/v1/contacts', token, { email: 'l@X.test' })
    expect(second).toMatchObject({ status: 409, json: { error: { existingId: first.json.id } } })

    const inputs = Array.from({ length: 100 }, (_, i) => ({
      properties: { email: `a${i}@x.test`, externalId: `e${i}` },
    }))
    await call(crm, 'POST', '/v1/contacts/batch', token, { inputs })
    const page = await call(crm, 'GET', '/v1/contacts?limit=60', token)
    const rest = await call(crm, 'GET', `/v1/contacts?limit=60&after=${page.json.paging.next.after}`, token)
    const ids = [...page.json.results, ...rest.json.results].map((row: { id: string }) => row.id)
    expect([new Set(ids).size, rest.json.paging.next]).toEqual([101, null])
  })

  test('does not find a record in its first 300 ms', async () => {
    let nowMs = 1_000_000
    const crm = createSandbox('crm', { seed: 1, nowMs: () => nowMs })
    await crm.start()
    running.push(crm.stop)
    const token = await crmToken(crm)
    await call(crm, 'POST', '/v1/contacts', token, { externalId: 'g-1' })
    const body = { anyOf: [{ property: 'externalId', value: 'g-1' }] }
    expect((await call(crm, 'POST', '/v1/contacts/search', token, body)).json.results).toEqual([])
    nowMs += 301
    expect((await call(crm, 'POST', '/v1/contacts/search', token, body)).json.results).toHaveLength(1)
  })

  test('signs its webhooks and names the author', async () => {
    const hub = await listener()
    const crm = await started('crm', false, hub.url)
    crm.edit('contact', undefined, { firstName: 'ana' })
    await hub.arrived(1)
    const [webhook] = hub.received
    const timestamp = String(webhook?.headers['x-crm-timestamp'])
    const expected = createHmac('sha256', CRM_SECRETS.webhookSecret)
      .update(`${timestamp}.${webhook?.body}`)
      .digest('hex')
    expect(webhook?.headers['x-crm-signature']).toBe(expected)
    expect(JSON.parse(webhook?.body ?? '')).toMatchObject({
      type: 'contact.created',
      actor: 'user:sales',
      record: { firstName: 'Ana' },
    })
  })
})

test('helpdesk: create_or_update finds by external id, cuts names, answers 429 while throttled', async () => {
  const helpdesk = await started('helpdesk', false)
  const key = Buffer.from(`${HELPDESK_SECRETS.username}:${HELPDESK_SECRETS.password}`).toString('base64')
  const headers = { authorization: `Basic ${key}` }
  const user = { external_id: 'g-1', name: 'x'.repeat(50), email: 'Ana@X.test' }
  const first = await call(helpdesk, 'POST', '/api/v2/users/create_or_update', headers, { user })
  expect(first).toMatchObject({ status: 201, json: { user: { name: 'x'.repeat(40), email: 'ana@x.test' } } })
  const again = await call(helpdesk, 'POST', '/api/v2/users/create_or_update_many', headers, {
    users: [user, { name: '' }],
  })
  expect(again.json.job_status.results).toMatchObject([
    { id: first.json.user.id, status: 'Updated' },
    { status: 'Failed' },
  ])
  helpdesk.faults.throttle(60_000)
  const refused = await call(helpdesk, 'GET', '/api/v2/users/me', headers)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2'])
})

test('erp: errors are HTTP 200, a create of many is all or nothing, empty is false', async () => {
  const erp = await started('erp')
  const rpc = async (path: string, params: unknown, cookie = '') =>
    call(erp, 'POST', path, { cookie }, { jsonrpc: '2.0', method: 'call', id: 1, params })
  const login = await rpc('/web/session/authenticate', {
    db: 'demo',
    login: ERP_SECRETS.username,
    password: ERP_SECRETS.password,
  })
  const cookie = login.headers.get('set-cookie') ?? ''
  const partner = (method: string, ...args: unknown[]) =>
    rpc('/web/dataset/call_kw', { model: 'res.partner', method, args, kwargs: {} }, cookie)

  expect(await rpc('/web/dataset/call_kw', {})).toMatchObject({ status: 200, json: { error: { code: 100 } } })
  const created = await partner('create', [
    { name: 'Ana', x_hub_id: 'g-1', email: '' },
    { name: 'Bo', x_hub_id: 'g-2' },
  ])
  expect(created.json.result).toHaveLength(2)
  const failed = await partner('create', [{ name: 'Cy', x_hub_id: 'g-3' }, { name: '' }])
  expect(failed.json.error.data.name).toBe('odoo.exceptions.ValidationError')
  const found = await partner('search_read', [['x_hub_id', 'in', ['g-1', 'g-3']]])
  expect(found.json.result).toMatchObject([{ id: created.json.result[0], email: false, write_uid: [7, 'Patchbay'] }])
})

test('marketing: batch upsert by mail answers per row; unplugged it refuses connections and comes back', async () => {
  const marketing = await started('marketing')
  const headers = { authorization: `Bearer ${MARKETING_SECRETS.token}` }
  const subscribers = [{ email: 'Ana@X.test', tags: ['b', 'a'] }, { email: 'no address' }]
  const reply = await call(marketing, 'POST', '/v3/subscribers/batch', headers, { subscribers })
  expect(reply.json.results).toMatchObject([
    { status: 'created', subscriber: { email: 'ana@x.test', tags: ['a', 'b'] } },
    { status: 'error' },
  ])
  expect(marketing.takeArrivals().map(([mark]) => mark)).toEqual(['ana@x.test'])
  const back = marketing.faults.unplug(50)
  await expect(fetch(`${marketing.url()}/v3/ping`, { headers })).rejects.toThrow()
  await back
  expect((await call(marketing, 'GET', '/v3/ping', headers)).status).toBe(200)
})
