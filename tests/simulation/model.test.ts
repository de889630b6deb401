import { describe, expect, test } from 'vitest'
import type { Json } from '#model/json.ts'
import { isGivenBack } from '../../simulation/invariants/convergence.ts'
import { beingOf } from '../../simulation/model/being.ts'
import type { Report } from '../../simulation/model/report.ts'
import { slotStates, type SlotReport } from '../../simulation/model/statement.ts'
import { latestConsent, mostRecent } from '../../simulation/model/survivorship.ts'

const same = (left: Json, right: Json): boolean => left === right

function says(value: Json, atMs: number, more: Partial<SlotReport> = {}): SlotReport {
  return {
    value,
    by: 'system',
    ambiguous: false,
    emptiesOurs: false,
    edit: atMs,
    order: { version: undefined, atMs },
    ...more,
  }
}

describe('what a system states about one field, by the truth', () => {
  test.each<[string, SlotReport[], (Json | undefined)[]]>([
    ['its first value', [says('A', 1)], ['A']],
    ['a newer one', [says('A', 1), says('B', 2)], ['B']],
    ['an older one that comes late', [says('B', 2), says('A', 1)], ['B']],
    ['what the hub wrote', [says('A', 1), says('G', 2, { by: 'hub' })], ['A']],
    ['an edit after what the hub wrote', [says('A', 1), says('G', 2, { by: 'hub' }), says('B', 3)], ['B']],
    ['an edit that the hub overwrote before it was told', [says('G', 3, { by: 'hub' }), says('B', 2)], ['B']],
    ['set back to the old value after it was told', [says('A', 1), says('B', 2), says('A', 3)], ['A']],
    ['emptied, where there was a value', [says('A', 1), says(null, 2)], [null]],
    ['empty from the beginning', [says(null, 1)], [undefined]],
    [
      'emptied, where the hub had put a value that was never shown',
      [says(null, 1, { emptiesOurs: true })],
      [null, undefined],
    ],
    ['empty from the beginning, told late', [says('G', 3, { by: 'hub' }), says(null, 2)], [undefined, null]],
    ['empty first, and a late older value', [says(null, 2), says('A', 1)], [null]],
    ['either of two, when nobody can tell', [says('A', 1), says('G', 2, { ambiguous: true })], ['G', 'A']],
    ['either, when it was set anew and nobody saw that it had changed', [says('A', 1), says('A', 3)], ['A', 'A']],
    [
      'by versions, whatever the clock says',
      [says('B', 1, { order: { version: 2, atMs: 1 } }), says('A', 9, { order: { version: 1, atMs: 9 } })],
      ['B'],
    ],
  ])('%s', (_name, reports, expected) => {
    expect(slotStates(reports, same).map(({ asserted }) => asserted?.value)).toEqual(expected)
  })

  test('a value seen again keeps the time at which it was stated', () => {
    expect(slotStates([says('A', 1), says('A', 5, { edit: 1 })], same)).toMatchObject([
      { asserted: { order: { atMs: 1 } }, seen: { order: { atMs: 5 } } },
    ])
  })
})

describe('which statement survives', () => {
  const candidate = (system: string, priority: number, value: Json, atMs: number) => ({
    system,
    object: 'contact',
    remoteId: '1',
    priority,
    assertion: { value, order: { version: undefined, atMs } },
  })
  test.each<[string, Parameters<typeof mostRecent>[0], Json]>([
    ['the newest', [candidate('a', 0, 'A', 1_000), candidate('b', 0, 'B', 2_000)], 'B'],
    [
      'the one of higher priority, within the tolerance',
      [candidate('a', 1, 'A', 1_950), candidate('b', 0, 'B', 2_000)],
      'A',
    ],
    ['the newest, beyond the tolerance', [candidate('a', 1, 'A', 1_000), candidate('b', 0, 'B', 2_000)], 'B'],
  ])('%s', (_name, candidates, expected) => {
    expect(mostRecent(candidates, 100)).toBe(expected)
  })

  test('a refusal wins over a grant of the same moment', () => {
    expect(latestConsent([candidate('a', 9, 'granted', 5), candidate('b', 0, 'denied', 5)])).toBe('denied')
  })
})

describe('deletes and restores', () => {
  const report = (kind: string, atMs: number): Report => ({
    event: `${kind} ${atMs}`,
    system: 'a',
    object: 'contact',
    remoteId: '1',
    kind: kind.replace('own ', ''),
    origin: 'webhook',
    receivedMs: 10,
    settledMs: 10,
    order: { version: undefined, atMs },
    rev: 1,
    ownDelete: kind === 'own delete',
    members: [],
  })
  test.each<[string, Report[], boolean, number]>([
    ['deleted', [report('snapshot', 1), report('delete', 2)], true, 1],
    ['a late statement from before', [report('delete', 2), report('snapshot', 1)], true, 0],
    ['a late delete from before the last word', [report('snapshot', 3), report('delete', 2)], false, 1],
    ['deleted by the hub', [report('snapshot', 1), report('own delete', 2)], false, 1],
    ['restored', [report('snapshot', 1), report('delete', 2), report('restore', 3)], false, 2],
  ])('%s', (_name, reports, deleted, counted) => {
    expect(beingOf(reports)).toMatchObject({ deleted, reports: { length: counted } })
  })
})

test('where a route lets people keep what they said, a vendor of whole documents may hold it by our own write', () => {
  const states = slotStates([says('A', 1), says('G', 2, { by: 'hub' })], same)
  const holds = (found: Json, writes: 'patch' | 'whole', kind: 'name' | 'consent' = 'name') =>
    isGivenBack({ name: 'x', kind, weight: 1 }, { writes, upperCase: false }, new Map([['x', states]]), {
      found,
      wanted: 'G',
    })
  expect(holds('A', 'whole')).toBe(true)
  expect(holds('A', 'patch')).toBe(false)
  expect(holds('A', 'whole', 'consent')).toBe(false)
  expect(holds('B', 'whole')).toBe(false)
})

test('of a list it may hold what people added, and lack what they took out', () => {
  const slots = new Map([
    ['x#mine', slotStates([says(true, 1), says(null, 2, { by: 'hub' })], Object.is)],
    ['x#gone', slotStates([says(true, 1, { by: 'hub' }), says(null, 2), says(true, 3, { by: 'hub' })], Object.is)],
    ['x#ours', slotStates([says(true, 1, { by: 'hub' })], Object.is)],
  ])
  const holds = (found: Json) =>
    isGivenBack({ name: 'x', kind: 'tags', weight: 1 }, { writes: 'whole', upperCase: false }, slots, {
      found,
      wanted: ['ours', 'gone'],
    })
  expect(holds(['mine', 'ours'])).toBe(true)
  expect(holds(['mine'])).toBe(false)
  expect(holds(['ours', 'gone', 'other'])).toBe(false)
})
