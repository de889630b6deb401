import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { RawRequest } from '#connector/kit.ts'
import type { JsonObject } from '#model/json.ts'
import connector from '../../connectors/http/connector.ts'
import { createSandbox } from '../../connectors/http/example/sandboxes/all.ts'
import { campaignWebhook } from '../../connectors/http/example/sandboxes/marketing.ts'
import type { Sandbox, VendorName } from '../../connectors/http/example/sandboxes/sandbox.ts'
import { exampleAccess } from './harness.ts'

const running: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of running.splice(0)) await stop()
})

/** The first webhook that a vendor sends after `act`, as the hub's gateway would hand it to the connector. */
async function webhookOf(name: VendorName, act: (sandbox: Sandbox) => void): Promise<RawRequest> {
  const { promise, resolve } = Promise.withResolvers<RawRequest>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://hub')
      const path = url.pathname.replace(`/in/${name}`, '')
      const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]))
      const body = Buffer.concat(chunks)
      response.writeHead(202).end()
      resolve({ method: 'POST', path, query: url.searchParams, headers, body, publicUrl: url.href, remoteAddress: '' })
    })
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const sandbox = createSandbox(name, { seed: 1, webhookTarget: `http://127.0.0.1:${port}/in/${name}` })
  running.push(sandbox.stop, () => new Promise(closed => (server.closeAllConnections(), server.close(() => closed()))))
  act(sandbox)
  return promise
}

async function received(name: VendorName, request: RawRequest) {
  const access = exampleAccess(name, 'http://127.0.0.1:1')
  const webhook = connector.webhook!
  const result = await webhook.split(request, access, Date.now())
  const forged = {
    ...request,
    body: Buffer.from('{}'),
    headers: { ...request.headers, 'x-crm-signature': '00' },
    query: new URLSearchParams(),
    path: '/wrong',
  }
  return {
    verdict: webhook.verify(request, access, Date.now()),
    forged: webhook.verify(forged, access, Date.now()),
    event: result.ok ? result.events[0] : undefined,
  }
}

const cases: [VendorName, (sandbox: Sandbox) => void, JsonObject][] = [
  [
    'crm',
    crm => crm.edit('contact', undefined, { firstName: 'Ana' }),
    {
      object: 'contact',
      kind: 'snapshot',
      remoteId: '100001',
      author: 'user:sales',
      whole: true,
      vendorEventId: expect.any(String),
      occurredAtMs: expect.any(Number),
    },
  ],
  [
    'helpdesk',
    helpdesk => helpdesk.edit('user', undefined, { name: 'Ana' }),
    {
      object: 'user',
      kind: 'snapshot',
      remoteId: '9001001',
      author: '77',
      whole: false,
      vendorEventId: expect.any(String),
    },
  ],
  [
    'erp',
    erp => erp.edit('partner', undefined, { name: 'Acme', is_company: true }),
    { object: 'company', kind: 'snapshot', remoteId: '41', author: '2', whole: false },
  ],
  [
    'erp',
    erp => erp.edit('invoice', undefined, { name: 'INV/1' }),
    { object: 'invoice', remoteId: '7001', whole: false },
  ],
  [
    'marketing',
    marketing => marketing.edit('subscriber', undefined, { email: 'a@x.test', tags: ['b', 'a'] }),
    { object: 'subscriber', kind: 'snapshot', remoteId: '203001', author: 'admin', whole: true },
  ],
  [
    'marketing',
    marketing =>
      marketing.emit(
        campaignWebhook({
          id: 'c-1',
          type: 'click',
          email: 'a@x.test',
          subscriberId: '203001',
          campaign: 'News',
          atMs: 0,
        }),
      ),
    { object: 'event', kind: 'fact', type: 'campaign.click', remoteId: 'c-1', vendorEventId: 'c-1' },
  ],
]

test.each(cases)(
  '%s: its webhook is verified and read by settings alone; a forged one is refused',
  async (name, act, expected) => {
    const { verdict, forged, event } = await received(name, await webhookOf(name, act))
    expect(verdict).toEqual({ ok: true })
    expect(forged.ok).toBe(false)
    expect(event).toMatchObject(expected)
  },
)

test('marketing: bracketed form names become members of the payload', async () => {
  const request = await webhookOf('marketing', marketing =>
    marketing.edit('subscriber', undefined, { email: 'a@x.test', tags: ['b', 'a'] }),
  )
  const { event } = await received('marketing', request)
  expect(JSON.parse(Buffer.from(event?.payload ?? []).toString())).toEqual({
    id: '203001',
    email: 'a@x.test',
    tags: ['a', 'b'],
  })
})
