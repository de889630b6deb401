import { expect, test } from 'vitest'
import { entityModel } from '#model/fields.ts'
import type { Json } from '#model/json.ts'
import { withoutOurs } from '#rules/statement/forgotten.ts'
import type { SourceField } from '#rules/statement/source-field.ts'

const { fields } = entityModel('person')
const own = { t: 10, e: 'e1' }
const shown = { t: 20, e: 'e2' }

/** What is left of a field where what we wrote is forgotten, but for what we sent last. */
function left(name: string, field: SourceField, sent?: Json): SourceField | undefined {
  const model = fields.get(name)
  if (model === undefined) throw new Error(`person has no field ${name}`)
  return withoutOurs(model, field, sent)
}

test('what a system said itself stays', () => {
  expect(left('givenName', { v: 'A', ...own })).toEqual({ v: 'A', ...own })
  expect(left('tags', { v: ['a'], ...own })).toEqual({ v: ['a'], ...own })
})

test('what was only seen goes, beside a statement or alone', () => {
  expect(left('givenName', { v: 'B', ...shown, a: false })).toBeUndefined()
  expect(left('givenName', { v: 'A', ...own, o: { v: 'B', ...shown } })).toEqual({ v: 'A', ...own })
  expect(left('tags', { v: ['b'], ...shown, a: false })).toBeUndefined()
  const both = { v: ['a', 'b'], ...own, u: { b: { ...shown, a: false } } }
  expect(left('tags', both)).toEqual({ v: ['a'], ...own })
})

test('but for what we sent last, and how its vendor renders that', () => {
  const seen = { v: 'A', ...own, o: { v: 'b', ...shown, w: 'B' } }
  expect(left('givenName', seen, 'B')).toEqual(seen)
  expect(left('givenName', seen, 'C')).toEqual({ v: 'A', ...own })
  const both = {
    v: ['a', 'b', 'c'],
    ...own,
    u: { b: { ...shown, a: false as const }, c: { ...shown, a: false as const } },
  }
  expect(left('tags', both, ['a', 'b'])).toEqual({ v: ['a', 'b'], ...own, u: { b: { ...shown, a: false } } })
})
