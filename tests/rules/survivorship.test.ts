import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '#model/json.ts'
import type { SourceField } from '#rules/statement/source-field.ts'
import { survive } from '#rules/survivorship/survivorship.ts'
import type { SourceStatement, SurvivorshipPolicy } from '#rules/survivorship/survivorship.ts'

const POLICY: SurvivorshipPolicy = { skewToleranceMs: 120_000, survivorship: {} }
const MINUTE = 60_000

function source(
  system: string,
  fields: Record<string, [Json, number, Partial<SourceField>?]>,
  priority = 0,
): SourceStatement {
  const entries = Object.entries(fields).map(([name, [v, t, more]]) => [name, { v, t, e: `${system}-${t}`, ...more }])
  return { system, object: 'contact', remoteId: '1', priority, fields: Object.fromEntries(entries) }
}

function winner(statements: SourceStatement[], policy = POLICY) {
  return survive('person', statements, policy).fields
}

describe('most recent', () => {
  test('the newest wins beyond the skew tolerance, the priority within it', () => {
    const old = source('erp', { jobTitle: ['A', 0] }, 5)
    expect(winner([old, source('crm', { jobTitle: ['B', 3 * MINUTE] })]).jobTitle).toBe('B')
    expect(winner([old, source('crm', { jobTitle: ['B', 2 * MINUTE] })]).jobTitle).toBe('A')
    expect(winner([source('erp', { jobTitle: ['A', 0] }), source('crm', { jobTitle: ['B', 1] })]).jobTitle).toBe('B')
  })

  test('at equal time and priority the name of the system decides', () => {
    expect(winner([source('b', { jobTitle: ['B', 5] }), source('a', { jobTitle: ['A', 5] })]).jobTitle).toBe('A')
  })

  test('an explicit null clears, what asserts nothing and what nobody says is absent', () => {
    const statements = [
      source('a', { jobTitle: ['x', 0], mobile: ['+861', 0, { a: false }] }),
      source('b', { jobTitle: [null, 9 * MINUTE] }),
    ]
    expect(winner(statements)).toEqual({ jobTitle: null })
  })

  test('an echo does not outshine the statement it repeats', () => {
    expect(
      winner([source('a', { jobTitle: ['x', 0] }), source('b', { jobTitle: ['y', 9 * MINUTE, { a: false }] })]),
    ).toEqual({ jobTitle: 'x' })
  })

  test('provenance names system, remote record, event, time and rule', () => {
    expect(survive('person', [source('crm', { jobTitle: ['x', 1000] })], POLICY).provenance.jobTitle).toEqual({
      system: 'crm',
      object: 'contact',
      remoteId: '1',
      event: 'crm-1000',
      at: '1970-01-01T00:00:01.000Z',
      rule: 'mostRecent',
    })
  })

  test('a link by remote id names its system in the golden record', () => {
    const link = { $ref: { object: 'company', id: '42' } }
    expect(winner([source('crm', { account: [link, 1] })]).account).toEqual({
      $ref: { object: 'company', id: '42', system: 'crm' },
    })
  })
})

describe('overrides and stewards', () => {
  const statements = [
    source('web', { jobTitle: ['Head of everything', 9 * MINUTE], address: [{ addressLocality: 'X' }, 9 * MINUTE] }),
    source('crm', { jobTitle: ['Head', 0], address: [{ addressLocality: 'Y', postalCode: '1' }, 0] }),
    source('erp', { jobTitle: ['Boss', 4 * MINUTE] }),
  ]
  const by = (
    field: string,
    rule: 'priority' | 'longest' | 'mostComplete',
    systems?: string[],
  ): SurvivorshipPolicy => ({
    ...POLICY,
    survivorship: { person: { [field]: { rule, ...(systems ? { systems } : {}) } } },
  })

  test('priority: the first named system that speaks; unnamed ones by recency', () => {
    expect(winner(statements, by('jobTitle', 'priority', ['erp', 'crm'])).jobTitle).toBe('Boss')
    expect(winner(statements, by('jobTitle', 'priority', ['nobody'])).jobTitle).toBe('Head of everything')
  })

  test('longest and most complete', () => {
    expect(winner(statements, by('jobTitle', 'longest')).jobTitle).toBe('Head of everything')
    expect(winner(statements, by('address', 'mostComplete')).address).toEqual({ addressLocality: 'Y', postalCode: '1' })
  })

  test('one rule for all fields of an entity that have none of their own; lists and consents stay by element', () => {
    const policy: SurvivorshipPolicy = {
      ...POLICY,
      survivorship: {
        person: { '*': { rule: 'priority', systems: ['crm'] }, jobTitle: { rule: 'priority', systems: ['erp'] } },
        account: { '*': { rule: 'longest' } },
      },
    }
    const more = [
      ...statements,
      source('web', { tags: [['new'], 9 * MINUTE], givenName: ['Web', 9 * MINUTE] }),
      source('crm', { tags: [['old'], 0], givenName: ['Crm', 0] }),
    ]
    expect(winner(more, policy)).toMatchObject({ jobTitle: 'Boss', givenName: 'Crm', tags: ['new', 'old'] })
  })

  test('a steward wins until released', () => {
    const { fields, provenance } = survive('person', statements, POLICY, { jobTitle: { v: 'CEO', at: 0, by: 'ana' } })
    expect(fields.jobTitle).toBe('CEO')
    expect(provenance.jobTitle).toMatchObject({ system: 'steward', remoteId: 'ana', rule: 'steward' })
  })
})

describe('union', () => {
  test('all elements of all systems; a removal takes away what was said before, not what is said after', () => {
    const crm = source('crm', { tags: [['a', 'b'], 0] })
    const gone = { u: { b: { t: 5 * MINUTE, e: 'x', x: true } } }
    expect(winner([crm, source('web', { tags: [['c'], 1] })]).tags).toEqual(['a', 'b', 'c'])
    expect(winner([crm, source('web', { tags: [[], 1, gone] })]).tags).toEqual(['a'])
    expect(
      winner([source('crm', { tags: [['a', 'b'], 9 * MINUTE] }), source('web', { tags: [[], 1, gone] })]).tags,
    ).toEqual(['a', 'b'])
  })

  test('elements are known by their key, whatever their case; objects of the newest statement are kept', () => {
    const one = source('a', { emails: [[{ email: 'X@b.co', type: 'home' }], 0] })
    const two = source('b', { emails: [[{ email: 'x@b.co', type: 'work' }], 9 * MINUTE] })
    expect(winner([one, two]).emails).toEqual([{ email: 'x@b.co', type: 'work' }])
  })

  test('extra merges member by member', () => {
    const two = [source('a', { extra: [{ x: 1, y: 1 }, 0] }), source('b', { extra: [{ y: 2 }, 9 * MINUTE] })]
    expect(winner(two).extra).toEqual({ x: 1, y: 2 })
  })

  test('provenance of each element where several systems speak', () => {
    const two = [source('a', { tags: [['x'], 1] }), source('b', { tags: [['y'], 2] })]
    const { provenance } = survive('person', two, POLICY)
    expect(provenance.tags).toMatchObject({
      system: 'b',
      rule: 'union',
      elements: { x: { system: 'a' }, y: { system: 'b' } },
    })
  })
})

describe('consent', () => {
  const base = { channel: 'email', purpose: 'marketing' }
  const evidence = { method: 'form' }
  const granted = { ...base, status: 'granted', evidence }
  const denied = { ...base, status: 'denied' }
  const at = (ms: number) => new Date(ms).toISOString()
  const consents = (...list: [Json, number, string?][]) =>
    winner(list.map(([consent, t, system], index) => source(system ?? `s${index}`, { consents: [[consent], t] })))
      .consents

  test('the latest explicit statement wins with its evidence, to the millisecond', () => {
    expect(consents([granted, 2], [denied, 1])).toEqual([{ ...granted, at: at(2) }])
    expect(consents([granted, 1], [denied, 2])).toEqual([{ ...denied, at: at(2) }])
  })

  test('at equal times the more restrictive', () => {
    expect(consents([granted, 1], [denied, 1])).toEqual([{ ...denied, at: at(1) }])
    expect(consents([denied, 1], [granted, 1])).toEqual([{ ...denied, at: at(1) }])
  })

  test('a default, a bare flag, an import without evidence and an echo never grant', () => {
    const bare = { ...base, status: 'granted' }
    expect(consents([{ ...bare, origin: 'default' }, 1])).toBeUndefined()
    expect(consents([{ ...granted, origin: 'default' }, 1])).toBeUndefined()
    expect(consents([{ ...bare, origin: 'import' }, 1])).toBeUndefined()
    expect(consents([bare, 1])).toBeUndefined()
    expect(consents([denied, 1], [{ ...bare, origin: 'import' }, 9])).toEqual([{ ...denied, at: at(1) }])
    expect(winner([source('a', { consents: [[granted], 1, { a: false }] })]).consents).toBeUndefined()
    expect(consents([{ ...bare, origin: 'explicit' }, 1])).toHaveLength(1)
    expect(consents([{ ...granted, origin: 'import' }, 1])).toHaveLength(1)
  })

  test('defaults and open questions count only where nobody said anything', () => {
    const pending = { ...base, status: 'pending' }
    expect(consents([pending, 9])).toEqual([{ ...pending, at: at(9) }])
    expect(consents([granted, 1], [pending, 9])).toEqual([{ ...granted, at: at(1) }])
    expect(consents([granted, 1], [{ ...denied, origin: 'default' }, 9])).toEqual([{ ...granted, at: at(1) }])
  })

  test('what counts is when it was said, never later than it was reported', () => {
    expect(consents([{ ...granted, at: at(1) }, 9], [denied, 5])).toEqual([{ ...denied, at: at(5) }])
    expect(consents([{ ...granted, at: at(99) }, 9], [denied, 10])).toEqual([{ ...denied, at: at(10) }])
  })

  test('no override of the policy reaches it', () => {
    const policy: SurvivorshipPolicy = {
      ...POLICY,
      survivorship: { person: { consents: { rule: 'priority', systems: ['a'] } } },
    }
    const two = [source('a', { consents: [[granted], 1] }), source('b', { consents: [[denied], 2] })]
    expect(winner(two, policy).consents).toEqual([{ ...denied, at: at(2) }])
  })
})

describe('properties', () => {
  const base = { channel: 'email', purpose: 'marketing' }
  const consent = fc.record(
    {
      channel: fc.constantFrom('email', 'sms'),
      purpose: fc.constant('marketing'),
      status: fc.constantFrom('granted', 'pending', 'denied'),
      origin: fc.constantFrom('explicit', 'import', 'default'),
      evidence: fc.constant({ method: 'form' }),
    },
    { requiredKeys: ['channel', 'purpose', 'status'] },
  )
  const time = fc.integer({ min: 0, max: 600_000 })
  const field = <T extends Json>(value: fc.Arbitrary<T>) =>
    fc.record({ v: value, t: time, e: fc.constantFrom('e1', 'e2'), a: fc.boolean() }, { requiredKeys: ['v', 't', 'e'] })
  const fields = fc.record(
    {
      jobTitle: field(fc.constantFrom<Json>('a', 'bb', 'ccc', null)),
      tags: field<Json>(fc.uniqueArray(fc.constantFrom('x', 'y', '__proto__'))),
      extra: field<Json>(fc.dictionary(fc.constantFrom('m', 'n', 'constructor'), fc.integer({ max: 3 }))),
      consents: field<Json>(fc.uniqueArray(consent, { selector: one => one.channel }) as fc.Arbitrary<Json>),
    },
    { requiredKeys: [] },
  )
  const statement = fc.record({
    system: fc.constantFrom('crm', 'erp', 'web'),
    object: fc.constant('contact'),
    remoteId: fc.string({ minLength: 1, maxLength: 8 }),
    priority: fc.integer({ min: 0, max: 2 }),
    fields,
  })
  const statements = fc.uniqueArray(statement, { selector: one => `${one.system} ${one.remoteId}`, maxLength: 6 })
  const rules = fc.constantFrom<SurvivorshipPolicy>(
    POLICY,
    { ...POLICY, survivorship: { person: { jobTitle: { rule: 'longest' } } } },
    { ...POLICY, survivorship: { person: { jobTitle: { rule: 'priority', systems: ['web', 'crm'] } } } },
  )

  test('the order of the source records does not matter', () => {
    fc.assert(
      fc.property(statements, fc.func(fc.integer()), rules, (list, random, policy) => {
        const shuffled = list.toSorted(
          (left, right) => random(left.remoteId, left.system) - random(right.remoteId, right.system),
        )
        expect(JSON.stringify(survive('person', shuffled, policy))).toBe(
          JSON.stringify(survive('person', list, policy)),
        )
      }),
      { numRuns: 500 },
    )
  })

  test('never the older over the newer: only a system of higher priority within the tolerance may be older', () => {
    fc.assert(
      fc.property(statements, list => {
        const { provenance } = survive('person', list, POLICY)
        const asserted = list.filter(one => one.fields.jobTitle !== undefined && one.fields.jobTitle.a !== false)
        const chosen = asserted.find(
          one => one.system === provenance.jobTitle?.system && one.remoteId === provenance.jobTitle.remoteId,
        )
        expect(chosen === undefined).toBe(asserted.length === 0)
        for (const other of asserted) {
          const aheadMs = (other.fields.jobTitle?.t ?? 0) - (chosen?.fields.jobTitle?.t ?? 0)
          if (aheadMs <= 0) continue
          expect(aheadMs).toBeLessThanOrEqual(POLICY.skewToleranceMs)
          expect(chosen?.priority).toBeGreaterThan(other.priority)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a grant always has a speaker: explicit or with evidence, and no explicit refusal at the same time or later', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(consent, time), { maxLength: 6 }), list => {
        const all = list.map(([one, t], index) => source(`s${index}`, { consents: [[{ ...one, ...base }], t] }))
        const [golden] = (survive('person', all, POLICY).fields.consents ?? []) as [{ status: string; at: string }?]
        if (golden?.status !== 'granted') return
        const proven = list.filter(
          ([one]) =>
            one.status === 'granted' && one.origin !== 'default' && (one.origin === 'explicit' || one.evidence),
        )
        expect(proven.some(([, t]) => t === Date.parse(golden.at))).toBe(true)
        const refusals = list.filter(([one]) => one.status === 'denied' && one.origin !== 'default')
        for (const [, t] of refusals) expect(t).toBeLessThan(Date.parse(golden.at))
      }),
      { numRuns: 500 },
    )
  })
})
