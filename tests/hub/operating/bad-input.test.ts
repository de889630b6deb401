import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { signStandardWebhook } from '#connector/standard-webhooks.ts'
import { connectorNamed, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, startScene } from '../scene.ts'

const SECRET = `whsec_${randomBytes(24).toString('base64')}`
const YAML = `
limits: { body: 12mb, requestTimeout: 2s, headers: 8kb }
systems:
  site:
    connector: webhook
    settings: { in: { events: { types: { 'contact.*': { object: contact }, 'deep.*': { object: deep } }, version: data.version, author: data.author } } }
    secrets: { webhookSecret: env:SITE_SECRET }
  form:
    connector: webhook
    settings: { in: { events: { nestedNames: true, types: { 'contact.*': { object: contact } } } } }
    secrets: { webhookSecret: env:SITE_SECRET }
  raw: { connector: raw, objects: { contact: {} } }
  desk: { connector: desk, objects: { contact: {} } }
routes:
  - { entity: person, system: desk, object: contact }
`
const MAPPINGS = {
  'site/contact.in':
    '{"person": {"email": mail, "givenName": name, "jobTitle": big ? $string($length(big)) : $string(number)}}',
  'site/deep.in': '{"person": {"email": mail, "givenName": $string($)}}',
  'form/contact.in': '{"person": {"email": mail, "givenName": name}}',
  'raw/contact.in': '{"person": {"@id": id2, "email": mail, "givenName": name}}',
  'desk/contact.out': '{"ext": $id, "mail": email, "name": givenName, "job": jobTitle}',
}

describe('bad input gets a clear answer and loses nothing', () => {
  const raw = createMemoryVendor('raw')
  const desk = createMemoryVendor('desk')
  let scene: Scene

  beforeAll(async () => {
    scene = await startScene({
      yaml: YAML,
      env: { SITE_SECRET: SECRET },
      connectors: [await connectorNamed('webhook'), raw.connector, desk.connector],
      mappings: MAPPINGS,
    })
  })

  let sent = 0
  function signed(body: string, atMs = Date.now(), secret = SECRET): Record<string, string> {
    sent += 1
    return {
      'content-type': 'application/json',
      ...signStandardWebhook(`msg_${sent}`, atMs, body, [secret]),
    }
  }
  async function post(body: string | Buffer, headers: Record<string, string>, path = '/in/site') {
    const reply = await fetch(`${scene.hub.url}${path}`, { method: 'POST', body, headers })
    const text = await reply.text()
    return { status: reply.status, code: (JSON.parse(text) as { code?: string }).code, text }
  }
  /** Sends a body whose bytes may be no text, behind a valid signature of exactly these bytes. */
  async function postBytes(body: Buffer) {
    sent += 1
    const id = `msg_${sent}`
    const timestamp = String(Math.floor(Date.now() / 1000))
    const digest = createHmac('sha256', Buffer.from(SECRET.slice('whsec_'.length), 'base64'))
      .update(`${id}.${timestamp}.`)
      .update(body)
      .digest('base64')
    return await post(body, {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${digest}`,
    })
  }
  interface Kept {
    state: string
    reason: string | null
    detail: Record<string, unknown> | null
    notes: { code: string; path: string }[] | null
    body: Buffer
  }
  async function lastKept(): Promise<Kept> {
    const [kept] = await scene.rows<Kept>(
      'select e.state, e.reason, e.detail, e.notes, r.body from event e join request r on r.id = e.request_id order by e.id desc limit 1',
    )
    if (kept === undefined) throw new Error('nothing was kept')
    return kept
  }
  const names = () => [...desk.records.values()].map(record => record['name'])

  const good = (name: string, more = '') =>
    `{"type":"contact.updated","data":{"id":"${name}","mail":"${name}@example.com","name":"${name}"${more}}}`

  describe('who may send', () => {
    const BODY = good('signature')
    test.each<[string, () => Record<string, string>, string]>([
      ['no signature', () => ({}), 'signature_missing'],
      ['an empty one', () => ({ ...signed(BODY), 'webhook-signature': '' }), 'signature_missing'],
      ['a wrong one', () => ({ ...signed(`${BODY} `) }), 'signature_wrong'],
      ['a short one', () => ({ ...signed(BODY), 'webhook-signature': 'v1,AAAA' }), 'signature_wrong'],
      ['one that is no base64', () => ({ ...signed(BODY), 'webhook-signature': 'v1,***' }), 'signature_wrong'],
      [
        'of another secret',
        () => signed(BODY, Date.now(), `whsec_${randomBytes(24).toString('base64')}`),
        'signature_wrong',
      ],
      ['a stale one', () => signed(BODY, Date.now() - 6 * 60_000), 'timestamp_stale'],
      ['one from the future', () => signed(BODY, Date.now() + 6 * 60_000), 'timestamp_stale'],
      ['without its time', () => without(signed(BODY), 'webhook-timestamp'), 'timestamp_missing'],
    ])('%s: 401', async (_name, headers, code) => {
      expect(await post(BODY, headers())).toMatchObject({ status: 401, code })
    })

    test('nothing of them is an event; each is kept for another try', async () => {
      expect(await scene.rows(`select id from event where remote_id = 'signature'`)).toEqual([])
      const kept = () => scene.rows<{ code: string }>(`select code from refused_request where system = 'site'`)
      expect((await until(kept, rows => rows.length === 9)).map(row => row.code)).toContain('timestamp_stale')
    })

    test('an unknown system, a method nobody takes, an id that is a name of JavaScript', async () => {
      expect(await post('{}', {}, '/in/nobody')).toMatchObject({ status: 404, code: 'unknown_system' })
      expect(await post('{}', {}, '/in/__proto__')).toMatchObject({ status: 404, code: 'unknown_system' })
      expect(await post('{}', {}, '/in/%E0%A4%A')).toMatchObject({ status: 404, code: 'unknown_system' })
      expect(await post('{}', {}, '/in/')).toMatchObject({ status: 404, code: 'unknown_system' })
      const put = await fetch(`${scene.hub.url}/in/raw`, { method: 'PUT', body: '{}' })
      expect(put.status).toBe(405)
    })

    test('credentials are not stored', async () => {
      await fetch(`${scene.hub.url}/in/raw?token=hidden`, {
        method: 'POST',
        headers: { 'x-token': 't', authorization: 'Bearer hidden', cookie: 'hidden=1' },
        body: '{"id":"redacted"}',
      })
      const [row] = await scene.rows<{ headers: Record<string, string> }>(
        `select r.headers from request r where r.system = 'raw' order by id desc limit 1`,
      )
      expect(row?.headers).toMatchObject({ authorization: '[removed]', cookie: '[removed]', 'x-token': '[removed]' })
    })
  })

  describe('how much may be sent', () => {
    const LIMIT = 12 * 1024 * 1024

    test('a body that says it is larger than the limit: 413 before it is sent', async () => {
      const socket = await dial()
      socket.write(`POST /in/site HTTP/1.1\r\nhost: hub\r\ncontent-length: ${LIMIT + 1}\r\n\r\n`)
      expect(await answer(socket)).toMatch(/^HTTP\/1.1 413 /)
    })

    test('a chunked body that becomes larger: 413 as soon as it is', async () => {
      const socket = await dial()
      const reply = answer(socket)
      socket.write('POST /in/site HTTP/1.1\r\nhost: hub\r\ntransfer-encoding: chunked\r\n\r\n')
      const chunk = Buffer.alloc(1024 * 1024, 97)
      for (let n = 0; n < 13 && !socket.destroyed; n += 1) {
        socket.write(`${chunk.length.toString(16)}\r\n`)
        socket.write(chunk)
        socket.write('\r\n')
      }
      expect(await reply).toMatch(/^HTTP\/1.1 413 /)
    })

    test('headers that are too large: 431', async () => {
      const socket = await dial()
      socket.write(`POST /in/site HTTP/1.1\r\nhost: hub\r\nx-large: ${'a'.repeat(10_000)}\r\n\r\n`)
      expect(await answer(socket)).toMatch(/^HTTP\/1.1 431 /)
    })

    test('a client that sends its headers slowly: 408', async () => {
      const socket = await dial()
      socket.write('POST /in/site HTTP/1.1\r\nhost: hub\r\n')
      expect(await answer(socket)).toMatch(/^HTTP\/1.1 408 /)
    })

    test('a client that sends its body slowly: 408, while others are served', async () => {
      const socket = await dial()
      const reply = answer(socket)
      socket.write('POST /in/site HTTP/1.1\r\nhost: hub\r\ncontent-length: 100\r\n\r\n{"type":')
      const body = good('meanwhile')
      expect(await post(body, signed(body))).toMatchObject({ status: 202 })
      expect(await reply).toMatch(/^HTTP\/1.1 408 /)
    })

    test('what is no HTTP: 400', async () => {
      const socket = await dial()
      socket.write('EHLO example.com\r\n\r\n')
      expect(await answer(socket)).toMatch(/^HTTP\/1.1 400 /)
    })

    test('a text of 10 MB is stored and mapped where the mapping lets it', async () => {
      const body = good('large', `,"big":"${'x'.repeat(10 * 1024 * 1024)}"`)
      expect(await post(body, signed(body))).toMatchObject({ status: 202 })
      await scene.calm(20_000)
      const kept = await lastKept()
      expect(kept.state).toBe('processed')
      expect(kept.body.equals(Buffer.from(body))).toBe(true)
      expect([...desk.records.values()]).toContainEqual(expect.objectContaining({ name: 'large', job: '10485760' }))
    })

    test('a mapping that makes too much of it ends its event, not the hub', async () => {
      const body = JSON.stringify({ type: 'deep.updated', data: { id: 'huge', big: 'x'.repeat(2 * 1024 * 1024) } })
      expect(await post(body, signed(body))).toMatchObject({ status: 202 })
      await scene.calm(20_000)
      expect(await lastKept()).toMatchObject({ state: 'dead', reason: 'mapping_failed' })
    })
  })

  describe('what is no JSON', () => {
    test.each([
      ['broken', '{"type": "contact.updated", '],
      ['empty', ''],
      ['too deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
      ['a bare NUL', '{"type":"contact.updated","data":{"id":"\0"}}'],
    ])('%s: 400, kept as a dead event with its exact bytes', async (_name, body) => {
      const reply = await post(body, signed(body))
      expect(reply).toMatchObject({ status: 400, code: 'malformed' })
      const kept = await lastKept()
      expect(kept).toMatchObject({ state: 'dead', reason: 'malformed', detail: { message: expect.any(String) } })
      expect(kept.body.equals(Buffer.from(body))).toBe(true)
    })
  })

  describe('what is odd JSON is mapped, exact in the request, and noted', () => {
    test.each<[string, Buffer, string[], string]>([
      ['NUL', Buffer.from(good('nul', String.raw`,"name":"a\u0000b"`)), ['duplicate_key', 'nul_replaced'], 'a\uFFFDb'],
      [
        'a lone surrogate',
        Buffer.from(good('lone', String.raw`,"name":"a\ud83d!"`)),
        ['duplicate_key', 'surrogate_replaced'],
        'a\uFFFD!',
      ],
      ['the last of duplicate keys', Buffer.from(good('dup', ',"name":"second"')), ['duplicate_key'], 'second'],
      ['emoji', Buffer.from(good('emoji', ',"name":"👩‍👩‍👧 李"')), ['duplicate_key'], '👩‍👩‍👧 李'],
      [
        'bytes that are no UTF-8',
        Buffer.concat([
          Buffer.from('{"type":"contact.updated","data":{"id":"utf8","mail":"utf8@example.com","name":"a'),
          Buffer.from([0xff]),
          Buffer.from('b"}}'),
        ]),
        ['invalid_utf8'],
        'a\uFFFDb',
      ],
    ])('%s', async (_name, body, codes, name) => {
      expect(await postBytes(body)).toMatchObject({ status: 202 })
      await scene.calm()
      const kept = await lastKept()
      expect(kept.state).toBe('processed')
      expect(kept.body.equals(body)).toBe(true)
      expect([...new Set(kept.notes?.map(note => note.code))].sort()).toEqual(codes)
      expect(names()).toContain(name)
    })

    test('integers beyond 2^53 become texts', async () => {
      const body = good('big', ',"number":9007199254740993')
      await post(body, signed(body))
      await scene.calm()
      expect((await lastKept()).notes).toEqual([expect.objectContaining({ code: 'big_integer' })])
      expect([...desk.records.values()]).toContainEqual(expect.objectContaining({ job: '9007199254740993' }))
    })

    test('an id beyond 2^53 stays itself', async () => {
      const body = '{"type":"contact.updated","data":{"id":9007199254740993,"mail":"id@example.com","name":"id"}}'
      await post(body, signed(body))
      await scene.calm()
      expect(await scene.rows(`select remote_id from source_record where remote_id like '900719925474099%'`)).toEqual([
        { remote_id: '9007199254740993' },
      ])
    })

    test('names of JavaScript are plain members', async () => {
      const body = good('proto', ',"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}')
      expect(await post(body, signed(body))).toMatchObject({ status: 202 })
      await scene.calm()
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
      expect(names()).toContain('proto')
    })

    test('what reading a form changed is noted too, and stays noted after a replay', async () => {
      const body = 'type=contact.new&data[id]=f1&data[mail]=f1@example.com&data[name]=a%00b'
      const headers = { ...signed(body), 'content-type': 'application/x-www-form-urlencoded' }
      expect(await post(body, headers, '/in/form')).toMatchObject({ status: 202 })
      await scene.calm()
      const noted = await lastKept()
      expect(noted.notes).toEqual([{ code: 'nul_replaced', path: expect.any(String), stage: 'receive' }])
      const [event] = await scene.rows<{ id: string }>('select id from event order by id desc limit 1')
      await createActions(scene.hub).replayEvents([event?.id ?? ''])
      await scene.calm()
      expect((await lastKept()).notes).toEqual(noted.notes)
    })

    test('the same in an id, a version, an author, a type and a header fails no batch', async () => {
      const body = String.raw`{"type":"contact.\u0000\ud800","data":{"id":"odd\u0000\udc00id","version":"\u0000","author":"\ud800","mail":"odd@example.com","name":"odd"}}`
      expect(await post(body, { ...signed(body), 'x-odd': 'caf\u00e9' })).toMatchObject({ status: 202 })
      await scene.calm()
      expect((await lastKept()).state).toBe('processed')
      expect(names()).toContain('odd')
    })

    test('and where a connector, a mapping or a vendor makes such texts itself', async () => {
      const item = (id: string, more: object) => ({ id, data: more })
      const events = [
        { ...item('direct\0id', { mail: 'direct@example.com', name: 'direct' }), eventId: 'e\0\ud800', type: 't\0' },
        item('mapped', { mail: 'mapped@example.com', name: 'mapped', id2: 'made\0by\ud800mapping' }),
        item('plain', { mail: 'plain@example.com', name: 'plain' }),
      ]
      desk.answer = (_object, { content }) =>
        content['name'] === 'direct'
          ? { kind: 'rejected', reason: 'no \0 \ud800', field: '\0' }
          : content['name'] === 'mapped'
            ? { kind: 'delivered', remoteId: 'desk\0id' }
            : undefined
      expect((await scene.post('raw', events)).status).toBe(202)
      await scene.calm()
      desk.answer = () => undefined
      const ends = await scene.rows<{ state: string; detail: { message: string } | null }>(
        `select state, detail from delivery where planned_at > now() - interval '5 seconds' and (reason = 'rejected' or remote_id like 'desk%id')`,
      )
      expect(ends).toContainEqual({ state: 'dead', detail: { message: 'no \uFFFD \uFFFD', field: '\uFFFD' } })
      expect(names()).toContain('plain')
      expect(await scene.rows(`select count(*)::int as n from event where system = 'raw' and state = 'dead'`)).toEqual([
        { n: 0 },
      ])
    })

    test('an id that no key can hold is a dead event with a reason, and its neighbours live', async () => {
      const long = 'x'.repeat(5_000)
      const reply = await scene.post('raw', [
        { id: long, data: { mail: 'long@example.com', name: 'long' } },
        { id: 'neighbour', data: { mail: 'neighbour@example.com', name: 'neighbour' } },
        { id: 'maps-long', data: { mail: 'ml@example.com', name: 'ml', id2: long } },
      ])
      expect(reply.status).toBe(202)
      await scene.calm()
      expect(await scene.rows(`select reason from event where state = 'dead' and system = 'raw' order by id`)).toEqual([
        { reason: 'id_too_long' },
        { reason: 'mapping_shape' },
      ])
      expect(names()).toContain('neighbour')
    })

    test('times that are none are no times', async () => {
      const times = ['+275760-09-13T00:00:00Z', '-271821-04-20T00:00:00Z', '0001-01-01T00:00:00Z', 'soon']
      const reply = await scene.post(
        'raw',
        times.map((at, n) => ({ id: `time${n}`, at, data: { mail: `time${n}@example.com`, name: `time${n}` } })),
      )
      expect(reply.status).toBe(202)
      await scene.calm()
      expect(names()).toEqual(expect.arrayContaining(['time0', 'time1', 'time2', 'time3']))
    })
  })

  async function dial(): Promise<Socket> {
    const socket = connect(scene.hub.port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }
  /** What the hub says until it closes the connection. */
  async function answer(socket: Socket): Promise<string> {
    let text = ''
    socket.on('data', (data: Buffer) => (text += data.toString()))
    await once(socket, 'close')
    return text
  }
})

function without(headers: Record<string, string>, name: string): Record<string, string> {
  const { [name]: _, ...rest } = headers
  return rest
}
