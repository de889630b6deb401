import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#model/json.ts'
import connector from '../../connectors/http/connector.ts'
import { item } from '../support/access.ts'
import { accessTo, parseSettings } from './harness.ts'

const running: (() => void)[] = []
afterEach(() => {
  for (const stop of running.splice(0)) stop()
})

interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}
type Answer = { status?: number; json?: Json; headers?: Record<string, string> } | 'drop'

/** A server that answers what the test says and keeps what it saw. */
async function server(answer: (seen: Seen, count: number) => Answer) {
  const seen: Seen[] = []
  const listening = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => (body += String(chunk)))
    request.on('end', () => {
      const call = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
      seen.push(call)
      const given = answer(call, seen.length)
      if (given === 'drop') {
        request.socket.destroy()
        return
      }
      response.writeHead(given.status ?? 200, { 'content-type': 'application/json', ...given.headers })
      response.end(given.json === undefined ? '' : JSON.stringify(given.json))
    })
  })
  await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve))
  running.push(() => (listening.closeAllConnections(), listening.close()))
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, seen }
}

const push = connector.push!
const pull = connector.pull!
const CREATE = { create: { method: 'POST', path: '/things', body: '{{ content }}' } }

function settingsFor(url: string, more: Record<string, Json>, object: Json = CREATE) {
  return parseSettings({ baseUrl: url, objects: { thing: object }, ...more })
}

describe('authentication', () => {
  test('api key in a header or in the query', async () => {
    const { url, seen } = await server(() => ({ json: { id: 1 } }))
    for (const place of ['header', 'query']) {
      const settings = settingsFor(url, { auth: { type: 'apiKey', in: place, name: 'X-Key', prefix: 'k ' } })
      await push.upsert(accessTo(settings, { apiKey: 's3' }), 'thing', [item('g', {})])
    }
    expect(seen[0]?.headers['x-key']).toBe('k s3')
    expect(seen[1]?.url).toBe('/things?X-Key=k+s3')
  })

  test('OAuth2 with basic style, scope and expiry', async () => {
    const { url, seen } = await server(({ url: path }) =>
      path === '/token' ? { json: { access_token: 't1', expires_in: 3600 } } : { json: { id: 1 } },
    )
    const auth = { type: 'oauth2ClientCredentials', tokenUrl: '/token', scope: 'a b' }
    const access = accessTo(settingsFor(url, { auth }), { clientId: 'me:x', clientSecret: 'se' })
    await push.upsert(access, 'thing', [item('g', {})])
    await push.upsert(access, 'thing', [item('h', {})])
    expect(seen.map(call => call.url)).toEqual(['/token', '/things', '/things'])
    expect(Buffer.from(seen[0]?.headers.authorization?.slice(6) ?? '', 'base64').toString()).toBe('me%3Ax:se')
    expect(seen[0]?.body).toBe('grant_type=client_credentials&scope=a+b')
    expect(seen[1]?.headers.authorization).toBe('Bearer t1')
  })

  test('a session whose token is in the body; 401 signs in again, once', async () => {
    let logins = 0
    const { url, seen } = await server(({ url: path, headers }) => {
      if (path === '/login') return { json: { data: { key: `k${++logins}` } } }
      return headers['x-session'] === 'S k2' ? { json: { id: 1 } } : { status: 401, json: {} }
    })
    const auth = {
      type: 'session',
      login: {
        method: 'POST',
        path: '/login',
        form: true,
        body: { user: '{{ secrets.username }}', pass: '{{ secrets.password }}' },
      },
      token: { from: 'body', name: 'data.key' },
      send: { in: 'header', name: 'X-Session', value: 'S {{ token }}' },
    }
    const access = accessTo(settingsFor(url, { auth }), { username: 'u&', password: 'p' })
    expect(await push.upsert(access, 'thing', [item('g', {})])).toMatchObject([{ kind: 'delivered', remoteId: '1' }])
    expect(seen.map(call => call.url)).toEqual(['/login', '/things', '/login', '/things'])
    expect(seen[0]?.body).toBe('user=u%26&pass=p')
  })

  test('a missing secret is disconnected and nothing is sent', async () => {
    const { url, seen } = await server(() => ({ json: {} }))
    const access = accessTo(settingsFor(url, { auth: { type: 'bearer' } }), {})
    expect(await push.upsert(access, 'thing', [item('g', {})])).toEqual([
      { kind: 'disconnected', reason: 'the secret "token" is not set for system test' },
    ])
    expect(seen).toEqual([])
  })
})

describe('writes', () => {
  test('a form: nested members as their own fields, or as JSON; null is an empty field', async () => {
    const { url, seen } = await server(() => ({ json: { id: 1 } }))
    const content = { name: 'Ana & Co', age: 7, city: null, address: { line: ['a', 'b'], to: null } }
    for (const form of ['nested', true]) {
      const settings = settingsFor(url, {}, { create: { ...CREATE.create, form } })
      await push.upsert(accessTo(settings, {}), 'thing', [item('g', content)])
    }
    const start = 'name=Ana & Co&age=7&city='
    expect(seen.map(({ body }) => decodeURIComponent(body.replaceAll('+', ' ')))).toEqual([
      `${start}&address[line][0]=a&address[line][1]=b&address[to]=`,
      `${start}&address={"line":["a","b"],"to":null}`,
    ])
    expect(seen[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded')
  })

  test('records that are known by our own ids need none in the reply, and only named rows can fail', async () => {
    const { url } = await server((_, count) => ({
      status: 202,
      json: count === 2 ? { errors: [{ external_id: 'h', message: 'no' }] } : { job: 'j' },
    }))
    const upsert = { method: 'PUT', path: '/things', body: '{{ content }}' }
    const match = { row: 'external_id', item: 'externalId' }
    const rowRules = [{ when: '$exists(row.message)', outcome: 'rejected', reason: 'message' }]
    const batch = { ...upsert, body: '{{ items }}', max: 9, results: 'errors', match, rowRules }
    const one = accessTo(settingsFor(url, {}, { ownIds: true, upsert }), {})
    const many = accessTo(settingsFor(url, {}, { ownIds: true, batch: { upsert: batch } }), {})
    const items = [item('g', {}), item('h', {})]
    expect(await push.upsert(one, 'thing', [item('g', {})])).toEqual([{ kind: 'delivered', remoteId: 'g' }])
    expect(await push.upsert(many, 'thing', items)).toEqual([
      { kind: 'delivered', remoteId: 'g' },
      { kind: 'rejected', reason: 'no' },
    ])
  })

  test('a create whose connection drops after it was sent is unknown; an update is a retry', async () => {
    const { url } = await server(() => 'drop')
    const object = { ...CREATE, update: { method: 'PUT', path: '/things/{{ remoteId }}', body: '{{ changed }}' } }
    const access = accessTo(settingsFor(url, {}, object), {})
    const outcomes = await push.upsert(access, 'thing', [item('g', {}), item('h', {}, { remoteId: '7' })])
    expect(outcomes.map(outcome => outcome.kind)).toEqual(['unknown', 'retry'])
  })

  test('a success without an id is unknown, not delivered', async () => {
    const { url } = await server(() => ({ json: { done: true } }))
    expect(await push.upsert(accessTo(settingsFor(url, {}), {}), 'thing', [item('g', {})])).toMatchObject([
      { kind: 'unknown' },
    ])
  })

  test('rows of a batch are matched by key, whatever their order; a missing row is unknown', async () => {
    const { url } = await server(() => ({
      json: [
        { mail: 'B@x.test', id: 2 },
        { mail: 'a@x.test', id: 1 },
      ],
    }))
    const batch = {
      upsert: {
        method: 'POST',
        path: '/many',
        max: 10,
        body: '{{ [items.content] }}',
        match: { row: 'mail', item: 'content.mail' },
      },
    }
    const items = ['a@x.test', 'b@x.test', 'c@x.test'].map(mail => item(mail, { mail }))
    const outcomes = await push.upsert(accessTo(settingsFor(url, {}, { batch }), {}), 'thing', items)
    expect(outcomes).toMatchObject([
      { kind: 'delivered', remoteId: '1' },
      { kind: 'delivered', remoteId: '2' },
      { kind: 'unknown' },
    ])
  })

  test('a path that would come out empty is rejected before anything is sent', async () => {
    const { url, seen } = await server(() => ({ json: {} }))
    const object = { upsert: { method: 'PUT', path: '/things/{{ content.code }}', body: '{{ content }}' } }
    expect(await push.upsert(accessTo(settingsFor(url, {}, object), {}), 'thing', [item('g', {})])).toMatchObject([
      { kind: 'rejected' },
    ])
    expect(seen).toEqual([])
  })
})

describe('lists', () => {
  const rows = (ids: number[]): Json => ids.map(id => ({ id, at: `2026-11-21T10:00:0${id}Z` }))
  async function pages(paging: Json, answer: (seen: Seen, count: number) => Answer) {
    const { url, seen } = await server(answer)
    const list = {
      method: 'GET',
      path: '/things',
      query: { page: '{{ page }}', since: '{{ since }}' },
      results: 'rows',
      paging,
    }
    const access = accessTo(settingsFor(url, {}, { modified: 'at', list }), {})
    const first = await pull.changes!(access, 'thing', undefined)
    if (!first.ok) return { first, seen }
    const second = await pull.changes!(access, 'thing', first.cursor)
    return { first, second, seen, url }
  }

  test('a Link header', async () => {
    const { first, second, seen } = await pages({ type: 'link' }, (_seen, count) =>
      count === 1
        ? { json: { rows: rows([1, 2]) }, headers: { link: '</things?c=9&x=1>; rel="next", </things>; rel="first"' } }
        : { json: { rows: rows([3]) } },
    )
    expect(first).toMatchObject({ ok: true, more: true })
    expect(second).toMatchObject({ ok: true, more: false, cursor: { sinceMs: Date.parse('2026-11-21T10:00:01Z') } })
    expect(seen[1]?.url).toBe('/things?c=9&x=1')
  })

  test('a next URL on another server is refused: credentials would leak', async () => {
    const { second, seen } = await pages({ type: 'nextUrl', next: 'next' }, () => ({
      json: { rows: rows([1]), next: 'http://evil.test/x' },
    }))
    expect(second).toMatchObject({ ok: false, outcome: { kind: 'rejected' } })
    expect(seen).toHaveLength(1)
  })

  test('page numbers end with a page that is not full', async () => {
    const { first, second, seen } = await pages({ type: 'page', size: 2 }, (_seen, count) => ({
      json: { rows: rows(count === 1 ? [1, 2] : [3]) },
    }))
    expect([first, second]).toMatchObject([{ more: true }, { more: false }])
    expect(seen.map(call => new URL(call.url, 'http://x').searchParams.get('page'))).toEqual(['1', '2'])
  })
})

describe('settings', () => {
  test('every mistake in templates and expressions is told at once', () => {
    const settings = {
      baseUrl: 'https://x.test',
      expired: 'body.(',
      objects: { thing: { create: { method: 'POST', path: '/{{ a', body: { x: '{{ 1 + }}' } } } },
    }
    const result = connector.manifest.settings.safeParse(settings)
    const messages = result.success ? [] : result.error.issues.map(issue => issue.message)
    expect(messages).toHaveLength(2)
    expect(messages.join('\n')).toContain('objects.thing.create.path')
    expect(messages.join('\n')).toContain('expired')
  })

  test('idempotency follows from what is configured', () => {
    const { idempotency } = connector.manifest
    const of = (object: Json) =>
      typeof idempotency === 'function' ? idempotency(settingsFor('http://x.test', {}, object), 'thing') : idempotency
    const call = { method: 'POST', path: '/x' }
    expect(of({ upsert: call })).toBe('upsert')
    expect(of({ create: call, find: call })).toBe('find')
    expect(of({ create: call })).toBe('atLeastOnce')
    expect(of({ create: call, upsert: call })).toBe('atLeastOnce')
  })
})

describe('lists of ids', () => {
  const idsOf = async (more: JsonObject, answer: (seen: Seen, count: number) => Answer, cursor?: Json) => {
    const { url, seen } = await server(answer)
    const list = { method: 'GET', path: '/ids', query: { page: '{{ page }}' }, ...more }
    const access = accessTo(settingsFor(url, {}, { deleted: 'gone', ids: list }), {})
    return { result: await pull.ids!(access, 'thing', cursor), seen, access }
  }

  test('page by page, as texts, numbers or records, without the deleted ones', async () => {
    const paging = { type: 'page', size: 2 }
    const texts = await idsOf({ results: 'ids', paging }, () => ({ json: { ids: ['a', 7] } }))
    expect(texts.result).toMatchObject({ ok: true, ids: ['a', '7'], more: true })
    const cursor = texts.result.ok ? texts.result.cursor : null
    const last = await idsOf({ results: 'ids', paging }, () => ({ json: { ids: ['b'] } }), cursor)
    expect(last.seen[0]?.url).toBe('/ids?page=2')
    expect(last.result).toEqual({ ok: true, ids: ['b'], cursor: null, more: false })
    const records = await idsOf({ id: 'key' }, () => ({ json: [{ key: 1 }, { key: 2, gone: true }] }))
    expect(records.result).toMatchObject({ ok: true, ids: ['1'], more: false })
  })

  test('fail as other calls do, and cannot be had where none is described', async () => {
    expect((await idsOf({}, () => ({ status: 503 }))).result).toMatchObject({ ok: false, outcome: { kind: 'retry' } })
    const { access } = await idsOf({}, () => ({ json: [] }))
    expect(pull.canListIds!('thing', access.settings)).toBe(true)
    expect(pull.canListIds!('other', access.settings)).toBe(false)
    expect(await pull.ids!(access, 'other', undefined)).toMatchObject({ ok: false, outcome: { kind: 'rejected' } })
  })
})
