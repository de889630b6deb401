import { describe, expect, test } from 'vitest'
import { classifyFailure, type Operation } from '#connector/classify.ts'
import type { HttpReply } from '#connector/network/http.ts'
import type { Json } from '#model/json.ts'
import { classifyByDefault, classifyByRules } from '../../connectors/http/classify.ts'

import { compiledApi } from '../../connectors/http/compiled.ts'
import { parseSettings } from './harness.ts'

const NOW = Date.parse('2026-11-21T10:00:00Z')

function reply(status: number, json?: Json, headers: Record<string, string> = {}): HttpReply {
  return { ok: true, status, headers, json, text: json === undefined ? '' : JSON.stringify(json) }
}

describe('without rules', () => {
  const cases: [status: number, operation: Operation, kind: string | undefined][] = [
    [200, 'create', undefined],
    [204, 'delete', undefined],
    [401, 'create', 'disconnected'],
    [403, 'read', 'disconnected'],
    [404, 'update', 'gone'],
    [410, 'delete', 'gone'],
    [404, 'create', 'rejected'],
    [409, 'create', 'unknown'],
    [409, 'update', 'conflict'],
    [412, 'update', 'conflict'],
    [400, 'create', 'rejected'],
    [422, 'update', 'rejected'],
    [408, 'create', 'retry'],
    [429, 'create', 'retry'],
    [500, 'create', 'unknown'],
    [502, 'create', 'unknown'],
    [503, 'create', 'unknown'],
    [500, 'update', 'retry'],
    [500, 'upsert', 'retry'],
    [503, 'list', 'retry'],
    [302, 'create', 'rejected'],
  ]
  test.each(cases)('%i to %s is %s', (status, operation, kind) => {
    expect(classifyByDefault({ operation, reply: reply(status), nowMs: NOW }, 'rest')?.kind).toBe(kind)
  })

  test('503 with Retry-After was not processed, so even a create is a retry', () => {
    const view = { operation: 'create', reply: reply(503, {}, { 'retry-after': '7' }), nowMs: NOW } as const
    expect(classifyByDefault(view, 'rest')).toMatchObject({ kind: 'retry', notBeforeMs: NOW + 7000 })
  })

  test('Retry-After is seconds or a date, never in the past and never more than a day away', () => {
    const at = (value: string) => {
      const outcome = classifyByDefault(
        { operation: 'read', reply: reply(429, {}, { 'retry-after': value }), nowMs: NOW },
        'rest',
      )
      return outcome?.kind === 'retry' && outcome.throttled ? outcome.notBeforeMs : 'not throttled'
    }
    expect(at('30')).toBe(NOW + 30_000)
    expect(at('Sat, 21 Nov 2026 10:01:00 GMT')).toBe(NOW + 60_000)
    expect(at('Sat, 21 Nov 2020 10:01:00 GMT')).toBe(NOW)
    expect(at('99999999')).toBe(NOW + 86_400_000)
    expect(at('soon')).toBeUndefined()
  })

  test('JSON-RPC errors come with status 200', () => {
    const rpc = (name: string) =>
      classifyByDefault(
        {
          operation: 'create',
          reply: reply(200, { error: { code: 200, message: 'Server Error', data: { name, message: 'why' } } }),
          nowMs: NOW,
        },
        'jsonrpc',
      )
    expect(rpc('odoo.exceptions.ValidationError')).toEqual({ kind: 'rejected', reason: 'why' })
    expect(rpc('odoo.exceptions.AccessDenied')).toMatchObject({ kind: 'disconnected' })
    expect(rpc('odoo.exceptions.MissingError')).toEqual({ kind: 'gone' })
    expect(rpc('psycopg2.errors.SerializationFailure')).toMatchObject({ kind: 'retry' })
    expect(
      classifyByDefault({ operation: 'create', reply: reply(200, { result: 1 }), nowMs: NOW }, 'jsonrpc'),
    ).toBeUndefined()
    expect(
      classifyByDefault({ operation: 'create', reply: reply(200, { error: { message: 'x' } }), nowMs: NOW }, 'rest'),
    ).toBeUndefined()
  })
})

test('without a reply: a create that was sent is unknown, everything else is a retry, a refused address disconnects', () => {
  const failure = (kind: 'connect' | 'timeout' | 'address_refused', sent: boolean, operation: Operation) =>
    classifyFailure({ ok: false, kind, sent, message: 'm' }, operation).kind
  expect(failure('timeout', true, 'create')).toBe('unknown')
  expect(failure('timeout', true, 'update')).toBe('retry')
  expect(failure('timeout', false, 'create')).toBe('retry')
  expect(failure('connect', false, 'create')).toBe('retry')
  expect(failure('address_refused', false, 'read')).toBe('disconnected')
})

describe('rules', () => {
  const rulesOf = (rules: Json) => {
    const settings = parseSettings({ baseUrl: 'https://x.test', rules })
    return compiledApi(settings).rules('test')
  }
  const judge = (rules: Json, seen: HttpReply, operation: Operation = 'create') =>
    classifyByRules(rulesOf(rules), { operation, reply: seen, nowMs: NOW })

  test('the first that fits by status, expression and operation wins', () => {
    const rules = [
      { status: [409], when: 'operation = "update"', outcome: 'conflict', reason: 'why' },
      { status: [409], outcome: 'exists', remoteId: 'id' },
      { when: 'body.code in [7, 8]', outcome: 'retry', reason: 'text', retryAfter: 'wait', throttled: true },
    ]
    expect(judge(rules, reply(409, { id: 5, why: 'old' }))).toEqual({ kind: 'exists', remoteId: '5' })
    expect(judge(rules, reply(409, { why: 'old' }), 'update')).toEqual({ kind: 'conflict', reason: 'old' })
    expect(judge(rules, reply(200, { code: 8, text: 'busy', wait: 9 }))).toEqual({
      kind: 'retry',
      reason: 'busy',
      notBeforeMs: NOW + 9000,
      throttled: true,
    })
    expect(judge(rules, reply(200, { code: 9 }))).toBeUndefined()
  })

  test('`exists` without an id is looked up', () => {
    expect(judge([{ status: [409], outcome: 'exists', remoteId: 'id' }], reply(409, {}))).toMatchObject({
      kind: 'unknown',
    })
  })

  test('a field is named, and a message is found where vendors put it', () => {
    const rules = [{ status: [422], outcome: 'rejected', field: 'errors.0.field' }]
    const seen = reply(422, { errors: [{ field: 'mail', message: 'is wrong' }] })
    expect(judge(rules, seen)).toEqual({ kind: 'rejected', reason: '422: is wrong', field: 'mail' })
  })
})
