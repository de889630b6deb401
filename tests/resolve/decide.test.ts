import { describe, expect, test } from 'vitest'
import { decide, type Decision } from '#resolve/decide.ts'
import { type Candidate, groupCandidates, keyId } from '#resolve/group.ts'
import { pairText } from '#resolve/pair-text.ts'
import type { StrongKey } from '#rules/identity/identity.ts'

const mail = (value: string): StrongKey => ({ kind: 'email', value, exclusive: false })
const tax = (value: string): StrongKey => ({ kind: 'taxId', value, exclusive: true })

interface World {
  goldens?: Record<string, { keys: StrongKey[]; size?: number }>
  records: { keys: StrongKey[]; goldenId?: string; aliasGoldenId?: string }[]
  never?: [string, string][]
  keyUsesMax?: number
}

/** Groups and decides as the stage does; every component's decision, in one. */
function decided({ goldens = {}, records, never = [], keyUsesMax = 20 }: World) {
  const candidates: Candidate[] = records.map(({ keys, goldenId, aliasGoldenId }) => ({
    entity: 'account',
    keys,
    goldenId,
    aliasGoldenId,
  }))
  const owners = new Map<string, string>()
  for (const [id, { keys }] of Object.entries(goldens))
    for (const key of keys) if (!owners.has(keyId('account', key))) owners.set(keyId('account', key), id)
  let made = 0
  const decisions = groupCandidates(candidates, owners).map(component =>
    decide(component, {
      candidates,
      keysOf: id => goldens[id]?.keys ?? [],
      sizeOf: id => goldens[id]?.size ?? 1,
      never: new Set(never.map(([left, right]) => pairText(left, right))),
      keyUsesMax,
      newId: () => `new${(made += 1)}`,
    }),
  )
  return {
    places: records.map((_, index) => decisions.flatMap(decision => decision.goldenOf.get(index) ?? [])[0]),
    merges: decisions.flatMap(decision =>
      decision.merges.map(merge => `${merge.loserId}>${merge.winnerId} ${merge.cause}`),
    ),
    reviews: decisions.flatMap(decision => decision.reviews.map(reviewText)),
  }
}

function reviewText({ leftId, rightId, kind }: Decision['reviews'][number]): string {
  return `${leftId} ${rightId} ${kind}`
}

describe('who is the same customer', () => {
  test.each<[string, World, Partial<ReturnType<typeof decided>>]>([
    ['a new record', { records: [{ keys: [mail('a')] }] }, { places: ['new1'], merges: [], reviews: [] }],
    [
      'two new ones with one mail',
      { records: [{ keys: [mail('a')] }, { keys: [mail('a')] }] },
      { places: ['new1', 'new1'], reviews: [] },
    ],
    ['a known mail', { goldens: { g1: { keys: [mail('a')] } }, records: [{ keys: [mail('a')] }] }, { places: ['g1'] }],
    [
      'a bridge between two merges them into the older',
      {
        goldens: { g1: { keys: [mail('a')] }, g2: { keys: [mail('b')] } },
        records: [{ keys: [mail('b'), mail('a')] }],
      },
      { places: ['g1'], merges: ['g2>g1 strong_key'], reviews: [] },
    ],
    [
      'a bridge from its own golden record',
      {
        goldens: { g1: { keys: [mail('a')] }, g2: { keys: [mail('b'), mail('a')] } },
        records: [{ keys: [mail('b'), mail('a')], goldenId: 'g2' }],
      },
      { places: ['g1'], merges: ['g2>g1 strong_key'] },
    ],
    [
      'a chain in one batch merges all into the oldest',
      {
        goldens: { g1: { keys: [mail('a')] }, g2: { keys: [mail('b')] }, g3: { keys: [mail('c')] } },
        records: [{ keys: [mail('c'), mail('b')] }, { keys: [mail('b'), mail('a')] }],
      },
      { places: ['g1', 'g1'], merges: ['g2>g1 strong_key', 'g3>g1 strong_key'] },
    ],
    [
      'a second tax id on one mail is asked about',
      { goldens: { g1: { keys: [mail('a'), tax('1')] } }, records: [{ keys: [mail('a'), tax('2')] }] },
      { places: ['new1'], merges: [], reviews: ['g1 new1 conflicting_keys'] },
    ],
    [
      'also when both are new in one batch',
      { records: [{ keys: [mail('a'), tax('1')] }, { keys: [mail('a'), tax('2')] }] },
      { places: ['new1', 'new2'], merges: [], reviews: ['new1 new2 conflicting_keys'] },
    ],
    [
      'also when both would join a third',
      {
        goldens: { g1: { keys: [mail('a')] } },
        records: [{ keys: [mail('a'), tax('1')] }, { keys: [mail('a'), tax('2')] }],
      },
      { places: ['g1', 'new1'], merges: [], reviews: ['g1 new1 conflicting_keys'] },
    ],
    [
      'a bridge does not merge what contradicts',
      {
        goldens: { g1: { keys: [mail('a'), tax('1')] }, g2: { keys: [mail('b'), tax('2')] } },
        records: [{ keys: [mail('a'), mail('b')] }],
      },
      { places: ['g1'], merges: [], reviews: ['g1 g2 conflicting_keys'] },
    ],
    [
      'nor do two bridges one after the other',
      {
        goldens: {
          g1: { keys: [mail('a')] },
          g2: { keys: [mail('b'), tax('1')] },
          g3: { keys: [mail('c'), tax('2')] },
        },
        records: [{ keys: [mail('a'), mail('b'), mail('c')] }],
      },
      { places: ['g1'], merges: ['g2>g1 strong_key'], reviews: ['g1 g3 conflicting_keys'] },
    ],
    [
      'a bridge that contradicts one of the two is no bridge',
      {
        goldens: { g1: { keys: [mail('a'), tax('1')] }, g2: { keys: [mail('b')] } },
        records: [{ keys: [mail('a'), mail('b'), tax('2')] }],
      },
      { places: ['g2'], merges: [], reviews: ['g1 g2 conflicting_keys'] },
    ],
    [
      '"never the same" is obeyed without a question',
      {
        goldens: { g1: { keys: [mail('a')] }, g2: { keys: [mail('b')] } },
        records: [{ keys: [mail('a'), mail('b')] }],
        never: [['g1', 'g2']],
      },
      { places: ['g1'], merges: [], reviews: [] },
    ],
    [
      'a key that too many hold links nothing more',
      { goldens: { g1: { keys: [mail('a')], size: 3 } }, records: [{ keys: [mail('a')] }], keyUsesMax: 3 },
      { places: ['new1'], reviews: ['g1 new1 overused_key'] },
    ],
    [
      'also within one batch',
      { records: [{ keys: [mail('a')] }, { keys: [mail('a')] }, { keys: [mail('a')] }], keyUsesMax: 2 },
      { places: ['new1', 'new1', 'new2'], reviews: ['new1 new2 overused_key'] },
    ],
    [
      'what the vendor merged is one, whatever its keys say',
      {
        goldens: { g1: { keys: [tax('1')] }, g2: { keys: [tax('2')] } },
        records: [{ keys: [], goldenId: 'g2', aliasGoldenId: 'g1' }],
      },
      { places: ['g1'], merges: ['g2>g1 vendor_merge'], reviews: [] },
    ],
    [
      'unless a person said never',
      {
        goldens: { g1: { keys: [] }, g2: { keys: [] } },
        records: [{ keys: [], goldenId: 'g2', aliasGoldenId: 'g1' }],
        never: [['g2', 'g1']],
      },
      { places: ['g2'], merges: [] },
    ],
  ])('%s', (_name, world, expected) => {
    expect(decided(world)).toMatchObject(expected)
  })
})
