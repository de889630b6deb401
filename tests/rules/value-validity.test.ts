import { expect, test } from 'vitest'
import { entityModel } from '#model/fields.ts'
import type { Json } from '#model/json.ts'
import type { Entity } from '#model/entities.ts'
import { isValidValue } from '#rules/survivorship/value-validity.ts'

const context = { defaultCountry: 'CN', nowMs: Date.parse('2026-06-01T00:00:00Z') }

test.each<[Entity, string, Json, boolean | undefined]>([
  ['person', 'email', 'ana@example.com', true],
  ['person', 'email', '', undefined],
  ['person', 'mobile', '+8613912345678', true],
  ['person', 'mobile', '+8611000000000', false],
  ['person', 'phone', '+493012345678', true],
  ['person', 'phone', '+4911', false],
  ['person', 'birthDate', '1985-02-28', true],
  ['person', 'birthDate', '1785-02-28', false],
  ['person', 'birthDate', '2027-01-01', false],
  ['person', 'givenName', '娜娜', undefined],
  ['person', 'emails', [{ email: 'a@example.com' }, { email: 'b@example.com' }], true],
  ['account', 'taxId', '91110000600037341L', true],
  ['account', 'taxId', '91110000600037341M', false],
])('%s %s %j: %s', (entity, name, value, expected) => {
  const field = entityModel(entity).fields.get(name)
  if (field === undefined) throw new Error(`${entity} has no ${name}`)
  expect(isValidValue(field, value, context)).toBe(expected)
})
