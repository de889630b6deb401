import * as fc from 'fast-check'

export const PEOPLE = ['a', 'b', 'c'] as const
export type Who = (typeof PEOPLE)[number]

export type Step =
  | { do: 'say'; who: Who; system: 'crm' | 'erp'; copy: 1 | 2; first?: string; job?: string; tags?: string[] }
  | { do: 'share'; who: Who; with: Who }
  | { do: 'delete'; who: Who; system: 'crm' | 'erp' }
  | { do: 'order'; who: Who }
  | { do: 'merge'; who: Who; with: Who }
  | { do: 'undo'; which: number }

const who = fc.constantFrom(...PEOPLE)
const word = fc.constantFrom('Ann', 'Bo', 'Christopher', 'Di')
const job = fc.constantFrom('Clerk', 'Chief of staff', 'Cook')
const say: fc.Arbitrary<Step> = fc.record(
  {
    do: fc.constant('say' as const),
    who,
    system: fc.constantFrom('crm' as const, 'erp' as const),
    copy: fc.constantFrom(1 as const, 2 as const),
    first: word,
    job,
    tags: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
  },
  { requiredKeys: ['do', 'who', 'system', 'copy'] },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: say },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('merge' as const), who, with: who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('share' as const), who, with: who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), which: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('delete' as const),
      who,
      // Its first record keeps what the customer is known by.
      system: fc.constant('erp' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('order' as const), who }) },
)
/** What happens to three people, a step at a time. */
export const scenario = fc.record({
  /** What a steward said before anything was merged. */
  stewards: fc.array(fc.record({ who, field: fc.constantFrom('givenName', 'jobTitle') }), { maxLength: 2 }),
  steps: fc.array(step, { minLength: 5, maxLength: 9 }),
})
export type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never
