import { describe, expect, test } from 'vitest'
import type { FieldKind } from '#model/fields.ts'
import type { Json } from '#model/json.ts'
import { sameValue } from '#rules/comparators.ts'

const TABLE: [FieldKind, Json, Json, boolean][] = [
  ['name', 'Ana  Silva ', 'Ana Silva', true],
  ['name', 'Mcdonald', 'McDonald', false],
  ['name', 'e\u0301', '\u00e9', true],
  ['text', 'a\r\nb', 'a\nb', true],
  ['email', 'Ana@Example.com', 'ana@example.com', true],
  ['phone', '+86 139 1680 8123', '+8613916808123', true],
  ['phone', '+8613916808123', '+8613916808124', false],
  ['money', { amount: '12.0', currency: 'EUR' }, { amount: '12.00', currency: 'EUR' }, true],
  ['money', { amount: '12', currency: 'EUR' }, { amount: '12', currency: 'USD' }, false],
  ['money', { amount: '0.1', currency: 'EUR' }, { amount: '0.10000001', currency: 'EUR' }, false],
  ['date', '2026-11-21', '2026-11-21T00:00:00Z', true],
  ['date', '2026-11-21', '2026-11-22', false],
  ['time', '2026-11-21T10:00:00Z', '2026-11-21T10:00:00.123Z', true],
  ['time', '2026-11-21T10:00:00.120Z', '2026-11-21T10:00:00.123Z', false],
  ['time', '2026-11-21T10:00:00Z', '2026-11-21T10:00:01Z', false],
  ['number', 1, 1, true],
  ['number', 1, '1', false],
  ['boolean', true, true, true],
  ['enum', 'lead', 'Lead', false],
  ['object', { a: 1, b: null }, { a: 1 }, true],
  ['object', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
  ['object', { a: 1 }, { a: 1, b: 2 }, false],
  ['list', [1, 2], [2, 1], false],
  ['link', { $ref: { object: 'o', id: '1' } }, { $ref: { id: '1', object: 'o' } }, true],
  ['text', null, '', false],
  ['text', null, null, true],
]

describe('sameValue', () => {
  test.each(TABLE)('%s: %j and %j: %s', (kind, left, right, same) => {
    expect(sameValue({ kind, survivorship: 'mostRecent' }, left, right)).toBe(same)
    expect(sameValue({ kind, survivorship: 'mostRecent' }, right, left)).toBe(same)
  })

  test('union lists are sets', () => {
    expect(sameValue({ kind: 'list', survivorship: 'union' }, ['a', 'b'], ['b', 'a'])).toBe(true)
    expect(sameValue({ kind: 'list', survivorship: 'union' }, ['a', 'b'], ['a'])).toBe(false)
  })
})
