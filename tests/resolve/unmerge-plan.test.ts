import { describe, expect, test } from 'vitest'
import { type LoggedMerge, planUnmerge } from '#resolve/unmerge-plan.ts'

const merge = (id: string, text: string, remotes: string): LoggedMerge => {
  const [loserId = '', winnerId = ''] = text.split('>')
  return {
    id,
    winnerId,
    loserId,
    remotes: Array.from(remotes).map(remoteId => ({ system: 's', object: 'o', remoteId })),
  }
}

function planned(merges: readonly LoggedMerge[], id: string) {
  const plan = planUnmerge(merges, id)
  return (
    plan && { fromId: plan.fromId, followers: plan.followers, remotes: plan.remotes.map(one => one.remoteId).join('') }
  )
}

describe('what undoing one merge moves', () => {
  const inner = merge('1', 'c>b', 'c')
  const outer = merge('2', 'b>a', 'bc')

  test.each<[string, LoggedMerge[], string, ReturnType<typeof planned>]>([
    ['a plain merge', [merge('1', 'b>a', 'b')], '1', { fromId: 'a', followers: [], remotes: 'b' }],
    ['the outer of two takes the inner along', [inner, outer], '2', { fromId: 'a', followers: ['c'], remotes: 'bc' }],
    ['the inner of two leaves what it is in now', [inner, outer], '1', { fromId: 'a', followers: [], remotes: 'c' }],
    [
      'what a later merge brought by another way stays',
      // c was taken out of a once more, and merged into a directly.
      [outer, merge('3', 'c>a', 'c')],
      '2',
      { fromId: 'a', followers: [], remotes: 'b' },
    ],
    [
      'a later merge of the whole is followed upwards',
      [inner, outer, merge('3', 'a>z', 'abc')],
      '1',
      { fromId: 'z', followers: [], remotes: 'c' },
    ],
    ['one that was undone is not there', [outer], '1', undefined],
  ])('%s', (_name, merges, id, expected) => {
    expect(planned(merges, id)).toEqual(expected)
  })
})
