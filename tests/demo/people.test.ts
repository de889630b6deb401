import { expect, test } from 'vitest'
import { compileMapping } from '#mapping/mapping.ts'
import { createPopulation } from '../../demo/people.ts'
import { createRandom } from '../../connectors/http/example/sandboxes/random.ts'

/** What the field's functions make of a value; the demo's people must pass through them unchanged. */
function run(expression: string, input: unknown): unknown {
  const result = compileMapping('people', expression).run(input, { nowMs: 0 })
  return result.ok ? result.value : result
}

const population = createPopulation(createRandom(7), { companies: 60, people: 400 })

test('the same seed gives the same people', () => {
  expect(createPopulation(createRandom(7), { companies: 60, people: 400 })).toEqual(population)
})

test('every name, number, address and tax id is one that the hub understands as it is', () => {
  for (const person of population.people) {
    const { fullName, givenName, familyName, email, mobile } = person
    expect(run('$personName(fullName)', person)).toEqual({ givenName, familyName, fullName })
    expect(run('$phone(mobile)', person)).toBe(mobile)
    if (email !== undefined) expect(run('$email(email)', person)).toBe(email)
  }
  for (const company of population.companies) expect(run('$taxId(taxId)', company)).toBe(company.taxId)
})

test('nobody is there twice', () => {
  const keys = population.people.flatMap(({ email, mobile, wechatUnionid }) =>
    [email, mobile, wechatUnionid].flatMap(key => key ?? []),
  )
  expect(new Set(keys).size).toBe(keys.length)
  expect(new Set(population.companies.map(({ taxId }) => taxId)).size).toBe(population.companies.length)
})
