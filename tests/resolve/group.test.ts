import { describe, expect, test } from 'vitest'
import { type Candidate, contradiction, groupCandidates, keyId } from '#resolve/group.ts'
import type { StrongKey } from '#rules/identity/identity.ts'

const key = (kind: StrongKey['kind'], value: string, exclusive = false): StrongKey => ({ kind, value, exclusive })
const mail = (value: string): StrongKey => key('email', value)
const record = (keys: StrongKey[], goldenId?: string, entity = 'person'): Candidate => ({ entity, keys, goldenId })

describe('what strong evidence holds together', () => {
  test.each<[string, Candidate[], [string, string][], { candidates: number[]; goldenIds: string[] }[]]>([
    [
      'no keys: each alone',
      [record([]), record([])],
      [],
      [
        { candidates: [0], goldenIds: [] },
        { candidates: [1], goldenIds: [] },
      ],
    ],
    [
      'one mail',
      [record([mail('a')]), record([mail('b')]), record([mail('a')])],
      [],
      [
        { candidates: [0, 2], goldenIds: [] },
        { candidates: [1], goldenIds: [] },
      ],
    ],
    [
      'a chain',
      [record([mail('a')]), record([mail('a'), mail('b')]), record([mail('b')])],
      [],
      [{ candidates: [0, 1, 2], goldenIds: [] }],
    ],
    ['the owner of the key', [record([mail('a')])], [['a', 'g1']], [{ candidates: [0], goldenIds: ['g1'] }]],
    [
      'two owners, the oldest first',
      [record([mail('b'), mail('a')])],
      [
        ['a', 'g1'],
        ['b', 'g2'],
      ],
      [{ candidates: [0], goldenIds: ['g1', 'g2'] }],
    ],
    [
      'its own golden record and the owner',
      [record([mail('a')], 'g2')],
      [['a', 'g1']],
      [{ candidates: [0], goldenIds: ['g1', 'g2'] }],
    ],
    ['two of one golden record', [record([], 'g1'), record([], 'g1')], [], [{ candidates: [0, 1], goldenIds: ['g1'] }]],
    [
      'a company with the same mail is no person',
      [record([mail('a')]), record([mail('a')], undefined, 'account')],
      [['a', 'g1']],
      [
        { candidates: [0], goldenIds: ['g1'] },
        { candidates: [1], goldenIds: [] },
      ],
    ],
  ])('%s', (_name, candidates, owners, components) => {
    const owned = new Map(owners.map(([value, golden]) => [keyId('person', mail(value)), golden]))
    expect(groupCandidates(candidates, owned)).toEqual(components)
  })

  test('what the vendor merged', () => {
    const merged: Candidate = { ...record([], 'g2'), aliasGoldenId: 'g1' }
    expect(groupCandidates([merged], new Map())).toEqual([{ candidates: [0], goldenIds: ['g1', 'g2'] }])
  })
})

describe('what contradicts "the same customer"', () => {
  const tax = (value: string): StrongKey => key('taxId', value, true)
  test.each<[string, StrongKey[], StrongKey[], boolean]>([
    ['nothing in common', [mail('a')], [mail('b')], false],
    ['two tax ids', [mail('a'), tax('1')], [mail('a'), tax('2')], true],
    ['one has none', [tax('1')], [mail('a')], false],
    ['one in common', [tax('1'), tax('2')], [tax('2')], false],
  ])('%s', (_name, left, right, contradicts) => {
    expect(contradiction(left, right) !== undefined).toBe(contradicts)
    expect(contradiction(right, left) !== undefined).toBe(contradicts)
  })
})
