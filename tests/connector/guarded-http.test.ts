import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import {
  closeSharedAgents,
  createHttpClient,
  type Exchange,
  type HttpClientOptions,
} from '#connector/network/guarded-http.ts'

const servers: { close(): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})
afterAll(closeSharedAgents)

async function serve(listener: (...given: Parameters<RequestListener>) => unknown): Promise<string> {
  const server: Server = createServer((request, response) => void listener(request, response))
  servers.push({ close: () => server.closeAllConnections() ?? server.close() })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const exchanges: Exchange[] = []
function client(options: Partial<HttpClientOptions> = {}) {
  exchanges.length = 0
  return createHttpClient({
    allowPrivate: true,
    timeoutMs: 5000,
    bodyBytesMax: 100_000,
    record: exchange => exchanges.push(exchange),
    ...options,
  })
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

describe('calls', () => {
  it('sends JSON, query and headers, and answers status, headers, text and JSON with exact ids', async () => {
    const url = await serve(async (request, response) => {
      const body = await bodyOf(request)
      response.writeHead(201, {
        'content-type': 'application/json',
        'set-cookie': ['a=1; Expires=Mon, 1 Jan 2035', 'b=2'],
      })
      const { 'user-agent': agent, traceparent, 'content-type': type } = request.headers
      response.end(
        `{"id":9007199254740993,"echo":${JSON.stringify([request.method, request.url, agent, traceparent, type, body])}}`,
      )
    })
    const reply = await client({ userAgent: 'Patchbay', traceparent: '00-a-b-01' }).request({
      method: 'POST',
      url: `${url}/x?a=1`,
      query: { q: 'ü&' },
      json: { n: 1 },
    })
    expect(reply).toMatchObject({ ok: true, status: 201 })
    if (!reply.ok) return
    expect(reply.headers['set-cookie']).toBe('a=1; Expires=Mon, 1 Jan 2035\nb=2')
    expect(reply.json).toEqual({
      id: '9007199254740993',
      echo: ['POST', '/x?a=1&q=%C3%BC%26', 'Patchbay', '00-a-b-01', 'application/json', '{"n":1}'],
    })
  })

  it('keeps connections and sends exact text and bytes', async () => {
    const ports = new Set<number | undefined>()
    const bodies: string[] = []
    const url = await serve(async (request, response) => {
      ports.add(request.socket.remotePort)
      bodies.push(`${request.headers['content-type']}|${await bodyOf(request)}`)
      response.end()
    })
    const http = client()
    await http.request({ method: 'POST', url, body: '{"a" : 1}', headers: { 'Content-Type': 'application/json' } })
    await client().request({ method: 'POST', url, body: Buffer.from('<x/>'), headers: { 'content-type': 'text/xml' } })
    expect(bodies).toEqual(['application/json|{"a" : 1}', 'text/xml|<x/>'])
    expect(ports.size).toBe(1)
  })

  it('answers 4xx and 5xx as replies, and no JSON where there is none', async () => {
    const url = await serve((_, response) => response.writeHead(503).end('<html>'))
    expect(await client().request({ method: 'GET', url })).toMatchObject({
      ok: true,
      status: 503,
      text: '<html>',
      json: undefined,
    })
  })
})

describe('the address guard', () => {
  it.each([
    'http://127.0.0.1:PORT',
    'http://localhost:PORT',
    'http://[::ffff:127.0.0.1]:PORT',
    'http://2130706433:PORT',
    'http://0x7f.1:PORT',
    'https://127.0.0.1:PORT',
  ])('refuses %s unless private addresses are allowed, without a byte sent', async pattern => {
    let connections = 0
    const server = createTcpServer(() => connections++)
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = pattern.replace('PORT', String((server.address() as AddressInfo).port))
    const refused = await client({ allowPrivate: false }).request({ method: 'POST', url, json: {} })
    expect(refused).toMatchObject({ ok: false, kind: 'address_refused', sent: false })
    expect(connections).toBe(0)
  })

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
    'http://0.0.0.0/',
    'http://[fe80::1]/',
  ])('always refuses %s', async url =>
    expect(await client().request({ method: 'GET', url })).toMatchObject({
      ok: false,
      kind: 'address_refused',
      sent: false,
    }),
  )

  it('judges every redirect hop', async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end())
    expect(await client().request({ method: 'GET', url })).toMatchObject({ ok: false, kind: 'address_refused' })
  })

  it('uses no proxy of the environment', async () => {
    const seen: (string | undefined)[] = []
    const proxy = await serve((request, response) => {
      seen.push(request.url)
      response.end('proxied')
    })
    const url = await serve((_, response) => response.end('direct'))
    process.env['http_proxy'] = proxy
    try {
      expect(await client().request({ method: 'GET', url })).toMatchObject({ text: 'direct' })
    } finally {
      delete process.env['http_proxy']
    }
    expect(seen).toEqual([])
  })

  it.each(['file:///etc/passwd', 'gopher://x', '/relative', ''])('refuses the URL %j', async url => {
    expect(await client().request({ method: 'GET', url })).toMatchObject({ ok: false, kind: 'protocol', sent: false })
  })
})

describe('redirects', () => {
  it('follows reads, at most three times, and hands credentials to no other origin', async () => {
    const seen: (string | undefined)[] = []
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers['x-api-key'] as string | undefined)
      response.end('there')
    })
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(302, { location: request.url === '/loop' ? '/loop' : other }).end()
    })
    const headers = { Authorization: 'Bearer secret-token', 'X-Api-Key': 'k' }
    expect(await client().request({ method: 'GET', url, headers })).toMatchObject({ status: 200, text: 'there' })
    expect(seen).toEqual(['Bearer secret-token', undefined, undefined])
    seen.length = 0
    expect(await client().request({ method: 'GET', url: `${url}/loop` })).toMatchObject({ ok: false, kind: 'protocol' })
    expect(seen).toHaveLength(4)
  })

  it('never follows a write', async () => {
    const url = await serve((_, response) => response.writeHead(307, { location: '/again' }).end())
    expect(await client().request({ method: 'POST', url, json: {} })).toMatchObject({ ok: true, status: 307 })
  })
})

describe('failures say whether the request may have arrived', () => {
  it('a closed port and an unknown name: not sent', async () => {
    const closed = createTcpServer()
    closed.listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    closed.close()
    await once(closed, 'close')
    expect(await client().request({ method: 'POST', url: `http://127.0.0.1:${port}`, json: {} })).toMatchObject({
      ok: false,
      kind: 'connect',
      sent: false,
    })
    expect(await client().request({ method: 'POST', url: 'http://nowhere.invalid', json: {} })).toMatchObject({
      ok: false,
      kind: 'connect',
      sent: false,
    })
  })

  it('a time-out after the request was written: sent', async () => {
    const url = await serve(() => {})
    expect(await client().request({ method: 'POST', url, json: {}, timeoutMs: 100 })).toMatchObject({
      ok: false,
      kind: 'timeout',
      sent: true,
    })
  })

  it('a connection cut after the request: sent; a body that trickles too long: time-out', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/cut') request.socket.destroy()
      else response.writeHead(200).write('x')
    })
    expect(await client().request({ method: 'POST', url: `${url}/cut`, json: {} })).toMatchObject({
      ok: false,
      kind: 'connect',
      sent: true,
    })
    expect(await client().request({ method: 'POST', url, json: {}, timeoutMs: 100 })).toMatchObject({
      ok: false,
      kind: 'timeout',
      sent: true,
    })
  })

  it('TLS that fails: not sent; an answer that is no HTTP: protocol', async () => {
    const url = await serve((_, response) => response.end())
    expect(await client().request({ method: 'POST', url: url.replace('http:', 'https:'), json: {} })).toMatchObject({
      ok: false,
      kind: 'connect',
      sent: false,
    })
    const odd = createTcpServer(socket => void socket.end('HELLO\r\n\r\n'))
    servers.push(odd)
    odd.listen(0, '127.0.0.1')
    await once(odd, 'listening')
    expect(
      await client().request({
        method: 'POST',
        url: `http://127.0.0.1:${(odd.address() as AddressInfo).port}`,
        json: {},
      }),
    ).toMatchObject({ ok: false, kind: 'protocol', sent: true })
  })

  it('a reply over the limit, also a compressed one', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/zip')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000)))
      else response.end('x'.repeat(200_000))
    })
    expect(await client().request({ method: 'GET', url })).toMatchObject({ ok: false, kind: 'too_large', sent: true })
    expect(await client().request({ method: 'GET', url: `${url}/zip` })).toMatchObject({
      ok: false,
      kind: 'too_large',
      sent: true,
    })
  })

  it('repeats a read once on a kept connection that broke, never a write', async () => {
    let calls = 0
    const url = await serve((request, response) => {
      if (++calls === 2) request.socket.destroy()
      else response.end('ok')
    })
    const http = client()
    await http.request({ method: 'GET', url })
    expect(await http.request({ method: 'GET', url })).toMatchObject({ ok: true, text: 'ok' })
    expect(calls).toBe(3)
    calls = 0
    await http.request({ method: 'GET', url })
    expect(await http.request({ method: 'POST', url, json: {} })).toMatchObject({
      ok: false,
      kind: 'connect',
      sent: true,
    })
    expect(calls).toBe(2)
  })
})

describe('records', () => {
  it('keeps excerpts without secrets', async () => {
    const url = await serve((_, response) =>
      response.end('{"access_token":"at-123456","name":"Ana","echo":"hunter2-long"}'),
    )
    const http = client({ secrets: ['hunter2-long', 'k"y5'] })
    await http.request({
      method: 'post',
      url: `${url.replace('http://', 'http://user:pass@')}/p?api_key=abc&x=1`,
      json: { password: 'p"w', nested: 'hunter2-long', quoted: 'k"y5', email: 'ana@example.com' },
      headers: { authorization: 'Bearer hunter2-long' },
    })
    const [exchange] = exchanges
    expect(exchange).toMatchObject({ method: 'POST', url: `${url}/p?api_key=[redacted]&x=1`, status: 200 })
    expect(exchange?.request).toBe(
      '{"password":"[redacted]","nested":"[redacted]","quoted":"[redacted]","email":"ana@example.com"}',
    )
    expect(exchange?.response).toBe('{"access_token":"[redacted]","name":"Ana","echo":"[redacted]"}')
    expect(exchange?.durationMs).toBeGreaterThan(0)
  })

  it('cuts long texts, and no secret in half', async () => {
    const url = await serve((_, response) => response.end('y'.repeat(5000)))
    await client({ secrets: ['S'.repeat(100)] }).request({
      method: 'POST',
      url,
      body: `${'x'.repeat(2000)}${'S'.repeat(100)}`,
    })
    expect(exchanges[0]?.request).not.toContain('S')
    expect(exchanges[0]?.response?.length).toBeLessThanOrEqual(2049)
  })

  it('records failures too', async () => {
    await client({ allowPrivate: false }).request({ method: 'GET', url: 'http://127.0.0.1:9/' })
    expect(exchanges).toMatchObject([
      { failure: 'address_refused', response: expect.stringContaining('private') as string },
    ])
  })
})
