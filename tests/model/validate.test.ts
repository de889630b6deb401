import { describe, expect, test } from 'vitest'
import { ENTITIES } from '#model/entities.ts'
import type { Entity } from '#model/entities.ts'
import { SCHEMAS } from '#model/fields.gen.ts'
import { entityModel } from '#model/fields.ts'
import { validateRecord } from '#model/validate.ts'

function issuesOf(entity: Entity, fields: unknown) {
  const result = validateRecord(entity, fields)
  return result.ok ? [] : result.issues
}

describe('validateRecord', () => {
  test('takes a full person', () => {
    expect(
      issuesOf('person', {
        givenName: '三',
        familyName: '张',
        email: 'san.zhang@例子.cn',
        mobile: '+8613912345678',
        account: { $ref: { object: 'company', id: '42' } },
        reportsTo: { $key: { email: 'boss@example.com' } },
        role: 'lead',
        address: { streetAddress: '延安路 1 号', district: '黄浦区', addressLocality: '上海市', addressCountry: 'CN' },
        tags: ['vip', '老客户'],
        emails: [{ email: 'a@b.co', type: 'work' }],
        consents: [
          {
            channel: 'email',
            purpose: 'marketing',
            status: 'granted',
            at: '2026-11-21T10:00:00Z',
            origin: 'explicit',
            evidence: { method: 'form', text: 'Yes, write to me.', textVersion: '3' },
          },
        ],
        lifecycleStage: 'lead',
        score: 12.5,
        extra: { anything: { goes: [1, 'x', null] } },
      }),
    ).toEqual([])
  })

  test('takes an order with money as decimal strings', () => {
    expect(
      issuesOf('order', {
        number: 'SO-1',
        total: { amount: '1234.50', currency: 'EUR' },
        orderedAt: '2026-11-21T10:00:00.123Z',
        lines: [{ sku: 'A', quantity: 2, unitPrice: { amount: '617.25', currency: 'EUR' } }],
      }),
    ).toEqual([])
  })

  test.each(ENTITIES)('%s: every field may be null, an empty record is valid', entity => {
    const nulls = Object.fromEntries([...entityModel(entity).fields.keys()].map(name => [name, null]))
    expect(issuesOf(entity, nulls)).toEqual([])
    expect(issuesOf(entity, {})).toEqual([])
  })

  const bad: [string, Entity, unknown, string, RegExp][] = [
    ['an unknown field', 'person', { shoeSize: 42 }, '', /unknown field "shoeSize" of person.*"extra"/],
    ['a prototype key', 'person', JSON.parse('{"__proto__": 1}'), '', /unknown field "__proto__"/],
    ['constructor', 'person', { constructor: 1 }, '', /unknown field "constructor"/],
    ['an unknown member', 'person', { address: { town: 'x' } }, '/address', /unknown member "town"/],
    ['a local phone', 'person', { mobile: '13912345678' }, '/mobile', /E\.164/],
    ['a broken mail', 'person', { email: 'a@b' }, '/email', /e-mail/],
    ['a word out of the list', 'person', { role: 'boss' }, '/role', /expected one of "lead"/],
    ['money as a number', 'order', { total: 12 }, '/total', /expected object or null/],
    ['an amount as a number', 'order', { total: { amount: 12, currency: 'EUR' } }, '/total/amount', /string/],
    ['no currency', 'order', { total: { amount: '12' } }, '/total', /currency/],
    ['an unknown currency', 'order', { total: { amount: '12', currency: 'EUX' } }, '/total/currency', /ISO 4217/],
    ['an exponent', 'order', { total: { amount: '1e3', currency: 'EUR' } }, '/total/amount', /decimal/],
    ['a local time', 'order', { orderedAt: '2026-11-21T10:00:00+08:00' }, '/orderedAt', /UTC/],
    ['the 29th of February', 'invoice', { dueDate: '2026-02-29' }, '/dueDate', /YYYY-MM-DD/],
    ['a country in words', 'account', { address: { addressCountry: 'China' } }, '/address/addressCountry', /3166/],
    ['a link as a text', 'person', { account: '42' }, '/account', /expected a link/],
    ['a link with a number', 'person', { account: { $ref: { object: 'c', id: 42 } } }, '/account', /expected a link/],
    [
      'consent without purpose',
      'person',
      { consents: [{ channel: 'email', status: 'granted' }] },
      '/consents/0',
      /purpose/,
    ],
    ['a list', 'person', [], '', /object/],
    ['a text', 'person', 'x', '', /object/],
  ]
  test.each(bad)('refuses %s', (_what, entity, fields, path, message) => {
    const found = issuesOf(entity, fields)
    expect(found.map(issue => issue.path)).toContain(path)
    expect(found.find(issue => issue.path === path)?.message).toMatch(message)
  })

  test('a broken link is one issue, a hostile record is bounded', () => {
    expect(issuesOf('person', { account: { $ref: {}, x: 1 } })).toHaveLength(1)
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, 1]))
    expect(issuesOf('person', many).length).toBeLessThanOrEqual(20)
  })

  test('every rule of the model has words of its own', () => {
    const rules = new Set<string>()
    const read = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return
      for (const [key, value] of Object.entries(schema)) {
        rules.add(key)
        // Below these the keys are names.
        if (key === 'properties' || key === '$defs') Object.values(value as object).forEach(read)
        else if (typeof value === 'object' && !key.startsWith('x-')) read(value)
      }
    }
    read(SCHEMAS)
    const said = [
      'additionalProperties',
      'enum',
      'format',
      'maxItems',
      'maxLength',
      'maxProperties',
      'minLength',
      'minProperties',
    ]
    const silent = ['$defs', '$id', '$ref', '$schema', 'anyOf', 'description', 'items', 'oneOf', 'properties', 'title']
    const known = [...said, ...silent, 'required', 'type']
    expect([...rules].filter(rule => !known.includes(rule) && !/^(x-|\d)/.test(rule))).toEqual([])
  })
})
