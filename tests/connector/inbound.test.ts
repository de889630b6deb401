import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { DEFAULT_BODY_LIMITS, parseBody } from '#connector/body/body.ts'
import { splitRequest } from '#connector/inbound/events/events.ts'
import { nestNames } from '#connector/inbound/events/nested-names.ts'
import { captures } from '#connector/inbound/values/pattern.ts'
import { inboundSettings, type InboundSettings } from '#connector/inbound/settings.ts'
import { createWebhookPart } from '#connector/inbound/webhook-part.ts'
import type { RawRequest } from '#connector/kit.ts'
import { asTimeMs, parsePath, readPath } from '#connector/value-path.ts'

const part = createWebhookPart<InboundSettings>(settings => settings)
const NOW_MS = 1_700_000_000_000

function request(change: Partial<RawRequest> = {}): RawRequest {
  return {
    method: 'POST',
    path: '',
    query: new URLSearchParams(),
    headers: {},
    body: new Uint8Array(),
    publicUrl: 'https://hub.example.com/in/x',
    remoteAddress: '203.0.113.1',
    ...change,
  }
}

function verdictOf(settings: object, secrets: readonly string[], change: Partial<RawRequest>, nowMs = NOW_MS): string {
  const parsed = inboundSettings.parse(settings)
  const verdict = part.verify(request(change), { settings: parsed, secrets: { webhookSecret: secrets } }, nowMs)
  return verdict.ok ? 'ok' : verdict.code
}

describe('tokens and passwords', () => {
  const basic = (text: string) => ({ headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` } })
  const basicSettings = { authentication: { scheme: 'basic', username: 'ana' } }
  const bearer = { authentication: { scheme: 'bearer' } }
  const header = { authentication: { scheme: 'token', in: 'header', name: 'X-Token' } }
  const inPath = { authentication: { scheme: 'pathToken' } }

  it.each([
    ['basic', basicSettings, basic('ana:p:w'), 'ok'],
    ['basic, wrong user', basicSettings, basic('bob:p:w'), 'credentials_wrong'],
    ['basic, wrong password', basicSettings, basic('ana:pw'), 'credentials_wrong'],
    ['basic without colon', basicSettings, basic('ana'), 'credentials_wrong'],
    ['basic missing', basicSettings, {}, 'credentials_missing'],
    ['bearer', bearer, { headers: { authorization: 'Bearer p:w' } }, 'ok'],
    ['bearer as basic', bearer, basic('p:w'), 'credentials_missing'],
    ['header', header, { headers: { 'x-token': 'p:w' } }, 'ok'],
    ['header wrong', header, { headers: { 'x-token': 'p:' } }, 'credentials_wrong'],
    ['path', inPath, { path: '/p%3Aw' }, 'ok'],
    ['path that is no encoding', inPath, { path: '/%' }, 'credentials_missing'],
    ['path empty', inPath, { path: '/' }, 'credentials_missing'],
    ['no inbound authentication', { authentication: { scheme: 'none', unsigned: true } }, {}, 'ok'],
  ])('%s', (_, settings, change, expected) => expect(verdictOf(settings, ['other', 'p:w'], change)).toBe(expected))

  it('lets nothing pass without a configured secret', () => {
    expect(verdictOf(basicSettings, [], basic('ana:'))).toBe('credentials_missing')
    expect(verdictOf(basicSettings, [], basic('ana:x'))).toBe('credentials_wrong')
    expect(verdictOf(bearer, [''], { headers: { authorization: 'Bearer x' } })).toBe('credentials_wrong')
  })

  it('names what must not be stored', () => {
    const of = (settings: object) => part.redact(inboundSettings.parse(settings))
    expect(of(header).headers).toContain('X-Token')
    expect(of(inPath).path).toBe(true)
    expect(of({ authentication: { scheme: 'token', in: 'query', name: 'key' } }).query).toEqual(['key'])
    expect(of({ handshakes: [{ echo: 'query:c', verifyToken: 'query:hub.verify_token' }] }).query).toEqual([
      'hub.verify_token',
    ])
  })
})

describe('settings that would be unsafe or cannot work are refused', () => {
  it.each([
    { authentication: { scheme: 'none' } },
    { authentication: { scheme: 'hmac', signature: 'header:x', signed: '{timestamp}{body}' } },
    { authentication: { scheme: 'hmac', signature: 'header:x', signed: '{nonsense}' } },
    { authentication: { scheme: 'hmac', signature: 'header:x', keyed: false } },
    { authentication: { scheme: 'hmac', signature: 'header:' } },
    { events: { items: 'a..b' } },
    { events: { types: { x: { object: 'y', kind: 'other' } } } },
  ])('%j', settings => expect(inboundSettings.safeParse(settings).success).toBe(false))
})

describe('events', () => {
  const split = (settings: object, body: string, headers: Record<string, string> = {}) => {
    const result = splitRequest(request({ body: Buffer.from(body), headers }), inboundSettings.parse(settings))
    return result.ok ? result.events : result.code
  }

  it('makes one body id distinct for each of several items', () => {
    const events = split(
      { events: { items: '[*]', vendorEventId: 'header:x-id', id: 'id', payload: '' } },
      '[{"id":1},{"id":2}]',
      { 'x-id': 'r1' },
    )
    expect(events).toMatchObject([
      { vendorEventId: 'r1[0]', remoteId: '1' },
      { vendorEventId: 'r1[1]', remoteId: '2' },
    ])
  })

  it('leaves a whole body as it came and writes out parts', () => {
    const [whole] = split({ events: { payload: '' } }, '{"type":"t","a":1}')
    expect(whole).not.toHaveProperty('payload')
    expect(split({ events: { items: 'list[*]' } }, '{"list":[]}')).toEqual([])
  })

  it('keeps the exact text of a part in which reading changed something, so that mapping notes it again', () => {
    const body = '{"type":"t", "data": {"id": 9007199254740993, "a":1, "a":2 }}'
    const [event] = split({}, body)
    if (typeof event !== 'object') throw new Error('no event')
    expect(event.remoteId).toBe('9007199254740993')
    expect(Buffer.from(event.payload ?? []).toString()).toBe('{"id": 9007199254740993, "a":1, "a":2 }')
    expect(parseBody(event.payload ?? new Uint8Array(), event.contentType, DEFAULT_BODY_LIMITS)).toMatchObject({
      notes: [
        { code: 'big_integer', path: 'id' },
        { code: 'duplicate_key', path: 'a' },
      ],
    })
    const [form] = split({ events: { nestedNames: true } }, 'type=t&data%5Bid%5D=1&data%5Bname%5D=a%00', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(form).toMatchObject({ remoteId: '1', notes: [{ code: 'nul_replaced' }] })
  })

  it('refuses a right digest without its prefix', () => {
    const settings = { authentication: { scheme: 'hmac', signature: 'header:x-sig', prefix: 'sha256=' } }
    const digest = createHmac('sha256', 'k').update('{}').digest('hex')
    const given = (value: string) =>
      verdictOf(settings, ['k'], { body: Buffer.from('{}'), headers: { 'x-sig': value } })
    expect([given(`sha256=${digest}`), given(digest), given(`sha512=${digest}`), given('sha256=')]).toEqual([
      'ok',
      'signature_missing',
      'signature_missing',
      'signature_wrong',
    ])
  })

  it('never believes what nobody signed', () => {
    const types = { t: { object: 'contact' } }
    expect(
      split({ authentication: { scheme: 'none', unsigned: true }, events: { types } }, '{"type":"t"}'),
    ).toMatchObject([{ whole: false, kind: 'snapshot' }])
    expect(split({ events: { types: { t: { object: 'contact', thin: true } } } }, '{"type":"t"}')).toMatchObject([
      { whole: false },
    ])
  })

  it('takes no type from the prototype', () => {
    expect(split({ events: { types: {} } }, '{"type":"constructor"}')).toMatchObject([
      { kind: 'unknown', type: 'constructor' },
    ])
  })

  it.each([
    ['contact.*', 'contact.created', true],
    ['*', '', true],
    ['hub *.deleted*', 'hub contact.deleted(#412)', true],
    ['a*a', 'a', false],
    ['a*b*c', 'axxbxxc', true],
    ['a*b*c', 'axxcxxb', false],
    ['a*bc*c', 'abc', false],
  ])('pattern %s on %j: %s', (pattern, type, expected) => expect(captures(pattern, type) !== undefined).toBe(expected))

  it('nests form names without touching prototypes', () => {
    expect(
      nestNames({ 'a[b]': '1', 'a[c][0]': 'x', 'a[c][1]': 'y', 't[]': ['p', 'q'], plain: 'z', 'odd[': 'o' }),
    ).toEqual({
      a: { b: '1', c: ['x', 'y'] },
      t: ['p', 'q'],
      plain: 'z',
      'odd[': 'o',
    })
    nestNames({ '__proto__[polluted]': '1', 'constructor[prototype][polluted]': '1' })
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: fc.constantFrom('a', '[', ']', '0', '_') }), fc.string()),
        names => void nestNames(names),
      ),
    )
  })
})

describe('paths', () => {
  it.each([
    ['a.b[0].c', ['x']],
    ['a.b[*].c', ['x', 'y']],
    ['a.`odd.name`', [1]],
    ['', [{ a: { b: [{ c: 'x' }, { c: 'y' }], 'odd.name': 1 } }]],
    ['a.missing', []],
    ['a.__proto__', []],
    ['a.b.length', []],
  ])('%s', (text, expected) => {
    const value = { a: { b: [{ c: 'x' }, { c: 'y' }], 'odd.name': 1 } }
    expect(readPath(value, parsePath(text) ?? []).map(found => found.value)).toEqual(expected)
  })

  it.each(['a..b', '.a', 'a.', 'a[', 'a[x]', 'a]', '`a'])('%s is none', text => expect(parsePath(text)).toBeUndefined())

  it.each([
    ['2026-11-21T10:00:00Z', Date.UTC(2026, 10, 21, 10)],
    ['2026-11-21T10:00:00+08:00', Date.UTC(2026, 10, 21, 2)],
    ['2026-11-21 10:00:00', Date.UTC(2026, 10, 21, 10)],
    ['20261121T100000', Date.UTC(2026, 10, 21, 10)],
    ['20261121T100000+0800', Date.UTC(2026, 10, 21, 2)],
    [1_700_000_000, 1_700_000_000_000],
    ['1700000000000', 1_700_000_000_000],
    ['soon', undefined],
    [null, undefined],
  ])('time %j', (value, expected) => expect(asTimeMs(value)).toBe(expected))
})

describe('the examples of the webhook connector', () => {
  const readme = readFileSync(new URL('../../connectors/webhook/README.md', import.meta.url), 'utf8')
  const blocks = [...readme.matchAll(/```yaml\n([^]*?)```/g)].map(match => match[1] ?? '')
  const schemes = blocks.flatMap(block => block.split('\n')).filter(line => line.startsWith('{ scheme'))

  it.each(schemes)('%s', line => {
    expect(inboundSettings.safeParse({ authentication: parseYaml(line) as unknown }).error?.issues ?? []).toEqual([])
  })

  it('are all there', () => expect(schemes).toHaveLength(5))
})
