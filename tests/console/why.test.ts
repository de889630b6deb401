import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { explainDelivery } from '#console/api/flow/why.ts'
import type { WhyFacts } from '#console/api/flow/why-facts.ts'
import { REASONS } from '#console/api/flow/why-reasons.ts'
import { type DeliveryAction, type DeliveryState, type ExistingDelivery, planDelivery } from '#plan/decide.ts'
import { everySettlement } from '../support/settlements.ts'

// "Why is this not being sent?" has one answer for every state and reason that the code gives to a delivery.

const SRC = join(import.meta.dirname, '../../src')
const STATES = Object.keys(REASONS) as DeliveryState[]
const ACTIONS: readonly DeliveryAction[] = ['upsert', 'archive', 'delete']

const facts = (
  more: Omit<Partial<WhyFacts>, 'delivery'> & { delivery?: Partial<WhyFacts['delivery']> } = {},
): WhyFacts => ({
  systemState: { state: 'active', reason: null, breaker: 'closed', quota: undefined },
  link: { state: 'live' },
  parents: [],
  lastAttempt: undefined,
  ...more,
  delivery: {
    system: 'crm',
    object: 'contact',
    goldenId: 'g',
    state: 'pending',
    reason: null,
    detail: null,
    failures: 0,
    dueAt: null,
    failingSince: null,
    sending: false,
    ...more.delivery,
  },
})

describe('every state and reason of the code has an answer', () => {
  test('those that planning gives', () => {
    expect(planned().filter(unanswered)).toEqual([])
    expect(planned().length).toBeGreaterThan(8)
  })

  test('those that settling gives', () => {
    expect(settled().filter(unanswered)).toEqual([])
    expect(settled().length).toBeGreaterThan(8)
  })

  test('those that stand in the code, and no answer is for one that does not', () => {
    const written = literals()
    const answered = new Set(Object.values(REASONS).flatMap(reasons => Object.keys(reasons)))
    expect(written.filter(reason => !answered.has(reason))).toEqual([])
    // Made of the action by settle.ts, and of the golden record's state by decide.ts.
    const made = ['', 'archived', 'deleted', 'merged', 'withdrawn', 'erased']
    expect([...answered].filter(reason => !written.includes(reason) && !made.includes(reason))).toEqual([])
  })

  test.each(STATES.flatMap(state => Object.keys(REASONS[state]).map(reason => [state, reason] as const)))(
    '%s %s: a sentence, and what to do where a person is needed',
    (state, reason) => {
      const why = explainDelivery(
        facts({ delivery: { state, reason: reason === '' ? null : reason }, link: { state: 'review' } }),
      )
      expect(why.summary).toMatch(/^[A-Zc].{20,}[.;]/)
      const needsPerson =
        state === 'dead' || state === 'held' || ['first_link', 'discarded', 'flip_flop'].includes(reason)
      if (needsPerson) expect(why.next).not.toEqual([])
    },
  )
})

describe('what keeps the whole system from being called comes first', () => {
  const paused = { state: 'paused', reason: 'maintenance', breaker: 'closed', quota: undefined }
  test.each<[string, WhyFacts['systemState'], string]>([
    ['paused', paused, 'System crm is paused (maintenance).'],
    ['disconnected', { ...paused, state: 'disconnected', reason: '401' }, 'System crm is disconnected (401).'],
    ['the breaker', { ...paused, state: 'active', breaker: 'open' }, 'The circuit breaker of crm is open'],
    [
      'the quota',
      { ...paused, state: 'active', quota: { calls: 9, perDay: 9 } },
      'The daily quota of crm is used up (9 calls)',
    ],
  ])('%s', (_, systemState, said) => {
    expect(explainDelivery(facts({ systemState })).summary).toContain(said)
    // It is held by a person's brake whatever the system does; that the system is not called stands behind it.
    const held = explainDelivery(facts({ systemState, delivery: { state: 'held', reason: 'brake' } }))
    expect(held.summary).toContain('the brake is on')
    expect(held.steps.join(' ')).toContain(said)
    // A call that runs is not kept back.
    expect(explainDelivery(facts({ systemState, delivery: { sending: true } })).summary).toContain('under way')
  })

  test('a quota that is not used up, or none, is no answer', () => {
    const quota = { calls: 8, perDay: 9 }
    const why = explainDelivery(facts({ systemState: { ...paused, state: 'active', quota } }))
    expect(why.summary).toContain('waits for its turn')
  })
})

describe('first link', () => {
  test.each([
    ['new', 'its first link was not started', 'patchbay link crm/contact'],
    ['loading', 'is being loaded', 'patchbay link crm/contact'],
    ['review', 'must review and apply', 'patchbay link crm/contact --apply'],
  ] as const)('%s', (state, said, act) => {
    const why = explainDelivery(facts({ link: { state }, delivery: { state: 'waiting', reason: 'first_link' } }))
    expect(why.summary).toContain(said)
    expect(why.next).toEqual([act])
  })

  test('what it would do', () => {
    const detail = { would: 'change', members: ['name', 'phone'] }
    const why = explainDelivery(
      facts({ link: { state: 'review' }, delivery: { state: 'waiting', reason: 'first_link', detail } }),
    )
    expect(why.steps).toEqual(['Applied, it would change the record: "name", "phone".'])
  })

  test('a parent that waits for it is the root cause', () => {
    const parents = [{ goldenId: 'p', entity: 'account', state: 'waiting', reason: 'first_link' }] as const
    const why = explainDelivery(facts({ parents, delivery: { state: 'waiting', reason: 'parent' } }))
    expect(why.summary).toContain('account p')
    expect(why.next).toEqual(['patchbay link crm'])
  })
})

type Given = readonly [state: DeliveryState, reason: string]

function unanswered([state, reason]: Given): boolean {
  return REASONS[state][reason] === undefined
}

function distinct(found: readonly Given[]): Given[] {
  return [...new Map(found.map(given => [given.join(' '), given])).values()]
}

/** Everything that planning makes of every delivery there can be. */
function planned(): Given[] {
  const existing: ExistingDelivery[] = STATES.flatMap(state =>
    Object.keys(REASONS[state]).flatMap(reason =>
      ACTIONS.flatMap(action =>
        [true, false].map(sent => ({ state, reason: reason === '' ? undefined : reason, action, sent })),
      ),
    ),
  )
  const found: Given[] = []
  for (const wish of ['hold', 'leave', 'withdrawn'] as const)
    for (const onRouteExit of ['freeze', 'archive', 'delete'] as const)
      for (const onSourceDelete of ['ignore', 'archive', 'delete'] as const)
        for (const isLive of [true, false])
          for (const before of [undefined, ...existing]) {
            const after = planDelivery(wish, { onRouteExit, onSourceDelete }, before, isLive)
            if (after !== undefined) found.push([after.state, after.reason ?? ''])
          }
  return distinct(found)
}

function settled(): Given[] {
  return distinct(everySettlement().map(({ state, reason }): Given => [state, reason ?? '']))
}

/** Reasons written out in the code that moves deliveries. Those of events are in the same words elsewhere. */
function literals(): string[] {
  const found = new Set<string>()
  const folders = ['plan', 'deliver', 'resolve/merges', 'app/brakes', 'app/actions']
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    // Reading back and pulling move events, gates systems, and the plan of a first link only counts.
    if (!file.endsWith('.ts') || !folders.some(folder => file.startsWith(folder))) continue
    if (
      [
        'deliver/read/read.ts',
        'deliver/read/poll.ts',
        'deliver/limits/gate.ts',
        'deliver/link/load.ts',
        'deliver/link/plan.ts',
      ].includes(file)
    )
      continue
    const text = readFileSync(join(SRC, file), 'utf8')
    for (const [assignment] of text.matchAll(
      /(?:\breason(?:: | = )|\bexport const [A-Z_]+ = )(?:case when[^,]*|[^,;})\n]*)/g,
    ))
      for (const [, word = ''] of assignment.matchAll(/'([a-z]+(?:_[a-z]+)*)'/g)) found.add(word)
  }
  const compared = ['upsert', 'live', 'released', 'leave', 'hub', 'system', 'review', 'reason', ...STATES]
  return [...found].filter(word => word === 'unknown' || !compared.includes(word)).sort()
}
