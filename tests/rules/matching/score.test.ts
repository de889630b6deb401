import { assert, constantFrom, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entity } from '#model/entities.ts'
import type { JsonObject } from '#model/json.ts'
import { blockingKeys } from '#rules/matching/blocking.ts'
import { compare } from '#rules/matching/compare.ts'
import { featuresOf } from '#rules/matching/features.ts'
import { type Counted, frequencyFrom } from '#rules/matching/frequency.ts'
import { BUILT_IN } from '#rules/matching/model.ts'
import { score } from '#rules/matching/score.ts'
import { trainModel } from '#rules/matching/train.ts'
import { parseModel } from '#rules/matching/trained-model.ts'

const RECORDS = 10_000
const unknown = frequencyFrom(() => 0, 0)

function bits(entity: Entity, left: JsonObject, right: JsonObject, frequency = unknown): number {
  const [one, other] = [featuresOf(entity, left), featuresOf(entity, right)]
  return score(entity, compare(one, other, { model: BUILT_IN, frequency }), BUILT_IN, RECORDS).bits
}

const LINK = 3
const REVIEW = -2
const anna = { givenName: 'Anna', familyName: 'Kowalczyk', birthDate: '1990-03-15' }
const home = { streetAddress: '12 Rosemary Lane', addressLocality: 'Leeds', postalCode: 'LS1 4AB' }

describe('persons', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['typing errors in name and date', anna, { givenName: 'Ana', familyName: 'Kowalczyk', birthDate: '1990-03-25' }],
    [
      'given and family name in each other’s place',
      anna,
      { givenName: 'Kowalczyk', familyName: 'Anna', birthDate: '1990-03-15' },
    ],
    [
      'characters and pinyin',
      { fullName: '欧阳娜娜', birthDate: '2000-06-15' },
      { givenName: 'Nana', familyName: 'Ouyang', birthDate: '2000-06-15' },
    ],
    [
      'a lead and a contact with one address',
      { ...anna, address: home },
      { fullName: 'Anna Kowalczyk', address: home },
    ],
  ])('%s: one', (_, left, right) => expect(bits('person', left, right)).toBeGreaterThan(LINK))

  test.each<[string, JsonObject, JsonObject]>([
    [
      'husband and wife',
      { ...anna, address: home },
      { givenName: 'Peter', familyName: 'Kowalczyk', birthDate: '1988-01-02', address: home },
    ],
    ['twins', { ...anna, address: home }, { ...anna, givenName: 'Marek', address: home }],
    [
      'father and son',
      { fullName: 'David Dobbins Jr', address: home },
      { fullName: 'David Dobbins Sr', address: home },
    ],
    [
      'colleagues with the mailbox of their office',
      { givenName: 'Otto', familyName: 'Otter', email: 'info@acme.example' },
      { givenName: 'Penny', familyName: 'Gray', email: 'info@acme.example' },
    ],
  ])('%s: two', (_, left, right) => expect(bits('person', left, right)).toBeLessThan(LINK))

  test('a common name says less than a rare one', () => {
    const count = (counted: Counted, value: string) => (counted === 'family' && value === 'smith' ? 500 : 0)
    const frequency = frequencyFrom(count, RECORDS)
    const named = (familyName: string): number =>
      bits('person', { givenName: 'Anna', familyName }, { givenName: 'Anna', familyName }, frequency)
    expect(named('Smith')).toBeLessThan(named('Kowalczyk'))
  })

  test('who says nothing is no match', () => expect(bits('person', {}, anna)).toBeLessThan(REVIEW))

  test('the order of two records does not matter', () => {
    const person = record(
      {
        givenName: constantFrom('Anna', 'Ana', 'Peter', 'P.', '娜娜'),
        familyName: constantFrom('Smith', 'Smyth', 'Kowalczyk'),
        birthDate: constantFrom('1990-03-15', '1990-03-25', '1951-12-01'),
        email: constantFrom('anna@acme.example', 'anna@acne.example', 'p@x.example'),
      },
      { requiredKeys: [] },
    )
    assert(
      property(
        person,
        person,
        (left, right) => Math.abs(bits('person', left, right) - bits('person', right, left)) < 1e-6,
      ),
    )
  })
})

describe('organisations', () => {
  const office = { streetAddress: '600 W. Madison St', addressLocality: 'Chicago', postalCode: '60661' }
  test('legal forms and abbreviations do not matter', () => {
    const left = { name: 'Universal Exports International Inc.', address: office }
    const right = { name: 'Univrsl Exports Intl', address: { ...office, streetAddress: '600 West Madison Street' } }
    expect(bits('account', left, right)).toBeGreaterThan(LINK)
  })
  test('two firms of one building, and two branches of one chain, are not one', () => {
    const other = { streetAddress: '4100 S. Halsted St', addressLocality: 'Chicago', postalCode: '60609' }
    expect(
      bits('account', { name: 'Blue Heron Dental', address: office }, { name: 'Kestrel Insurance', address: office }),
    ).toBeLessThan(LINK)
    expect(
      bits('account', { name: 'Blue Heron Dental', address: office }, { name: 'Blue Heron Dental', address: other }),
    ).toBeLessThan(LINK)
  })
})

test('records of one person with an error share a blocking key, strangers none', () => {
  const keys = (fields: JsonObject): Set<string> => new Set(blockingKeys('person', featuresOf('person', fields)))
  const own = keys(anna)
  expect(own.isDisjointFrom(keys({ ...anna, givenName: 'Ana' }))).toBe(false)
  expect(own.isDisjointFrom(keys({ ...anna, birthDate: '1990-03-25' }))).toBe(false)
  expect(own.isDisjointFrom(keys({ givenName: 'Wei', familyName: 'Zhang', birthDate: '1971-10-02' }))).toBe(true)
})

test('training finds that a field is less reliable than was thought, and the file of it is read back', () => {
  const person = (fields: JsonObject) => featuresOf('person', fields)
  const near = Array.from({ length: 400 }, (_, n) => {
    const fields = {
      givenName: `Anna${n}x`,
      familyName: `Kowal${n}`,
      birthDate: `19${10 + (n % 80)}-03-15`,
      email: `mail${n}@acme.example`,
    }
    const moved = { ...fields, email: n % 2 === 0 ? fields.email : `other${n * 7}@elsewhere.example` }
    return { entity: 'person' as const, left: person(fields), right: person(moved) }
  })
  const random = near.slice(1).map((pair, n) => ({ ...pair, right: near[n]?.right ?? pair.right }))
  const model = trainModel({ near, random, contextOf: () => ({ recordsKnown: 800, frequency: unknown }) })
  expect(model.comparisons.mail['differs']?.m).toBeGreaterThan(0.35)
  expect(model.comparisons.birth['exact']?.m).toBeGreaterThan(0.9)
  const file = JSON.stringify({ name: model.name, records: 800, comparisons: model.comparisons })
  expect(parseModel(file)).toEqual(model)
  expect(() => parseModel(JSON.stringify({ name: 'x', records: 1, comparisons: { shoeSize: {} } }))).toThrow('shoeSize')
})
