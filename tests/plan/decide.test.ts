import { describe, expect, test } from 'vitest'
import { type ExistingDelivery, type PlannedDelivery, planDelivery, type Wish } from '#plan/decide.ts'

const existing = (more: Partial<ExistingDelivery> = {}): ExistingDelivery => ({
  state: 'synced',
  reason: undefined,
  action: 'upsert',
  sent: true,
  ...more,
})
type Exit = 'freeze' | 'archive' | 'delete'
type SourceDelete = 'ignore' | 'archive' | 'delete'
const route = (onRouteExit: Exit = 'freeze', onSourceDelete: SourceDelete = 'ignore') => ({
  onRouteExit,
  onSourceDelete,
})

const NOW: PlannedDelivery = { state: 'pending', reason: undefined, action: 'upsert', due: 'now' }

describe('what becomes of a delivery when its golden record changes', () => {
  test.each<[string, Wish, ReturnType<typeof route>, ExistingDelivery | undefined, PlannedDelivery | undefined]>([
    ['new', 'hold', route(), undefined, NOW],
    ['synced', 'hold', route(), existing(), NOW],
    ['dead revives', 'hold', route(), existing({ state: 'dead', reason: 'rejected' }), NOW],
    ['waiting is looked at again', 'hold', route(), existing({ state: 'waiting' }), NOW],
    [
      'backing off goes on backing off',
      'hold',
      route(),
      existing({ state: 'retrying', reason: 'failed' }),
      { state: 'retrying', reason: 'failed', action: 'upsert', due: 'keep' },
    ],
    [
      'an unsettled write stays unsettled',
      'hold',
      route(),
      existing({ state: 'unknown', reason: 'unknown' }),
      { state: 'unknown', reason: 'unknown', action: 'upsert', due: 'keep' },
    ],
    [
      'held stays held',
      'hold',
      route(),
      existing({ state: 'held', reason: 'brake' }),
      { state: 'held', reason: 'brake', action: 'upsert', due: 'never' },
    ],
    [
      'frozen by a person stays frozen',
      'hold',
      route(),
      existing({ state: 'frozen', reason: 'person' }),
      { state: 'frozen', reason: 'person', action: 'upsert', due: 'never' },
    ],
    ['back on its route it thaws', 'hold', route(), existing({ state: 'frozen', reason: 'route_exit' }), NOW],
    [
      'deleted there is looked at again: its tombstone may be lifted',
      'hold',
      route(),
      existing({ state: 'absent', reason: 'deleted_there' }),
      NOW,
    ],
    [
      'absent for another reason comes back',
      'hold',
      route(),
      existing({ state: 'absent', reason: 'mapping_empty' }),
      NOW,
    ],
    ['leaving: never planned', 'leave', route(), undefined, undefined],
    [
      'leaving: never sent',
      'leave',
      route('delete'),
      existing({ sent: false, state: 'pending' }),
      { state: 'absent', reason: 'route_exit', action: 'upsert', due: 'never' },
    ],
    [
      'leaving freezes, after a look at what consent changes',
      'leave',
      route(),
      existing(),
      { state: 'pending', reason: 'route_exit', action: 'freeze', due: 'now' },
    ],
    [
      'frozen already',
      'leave',
      route(),
      existing({ state: 'frozen', reason: 'route_exit', action: 'freeze' }),
      undefined,
    ],
    [
      'leaving while a member of it is frozen',
      'leave',
      route(),
      existing({ state: 'frozen', reason: 'flip_flop' }),
      { state: 'pending', reason: 'route_exit', action: 'freeze', due: 'now' },
    ],
    [
      'leaving while nobody knows whether it was written',
      'leave',
      route('delete'),
      existing({ state: 'unknown', reason: 'unknown' }),
      { state: 'unknown', reason: 'unknown', action: 'delete', due: 'keep' },
    ],
    [
      'leaving while a job of it is under way',
      'leave',
      route(),
      existing({ state: 'submitted', reason: 'job' }),
      { state: 'submitted', reason: 'job', action: 'freeze', due: 'keep' },
    ],
    [
      'leaving while it waits',
      'leave',
      route('archive'),
      existing({ state: 'waiting', reason: 'parent' }),
      { state: 'pending', reason: 'route_exit', action: 'archive', due: 'now' },
    ],
    ['leaving already', 'leave', route(), existing({ state: 'pending', action: 'freeze' }), undefined],
    [
      'its last write was rejected, and it changed',
      'leave',
      route(),
      existing({ state: 'dead', reason: 'rejected', action: 'freeze' }),
      { state: 'pending', reason: 'route_exit', action: 'freeze', due: 'now' },
    ],
    [
      'back while leaving',
      'hold',
      route(),
      existing({ state: 'pending', reason: 'route_exit', action: 'delete' }),
      NOW,
    ],
    [
      'back while the delete may have been done',
      'hold',
      route(),
      existing({ state: 'unknown', reason: 'unknown', action: 'delete' }),
      { state: 'unknown', reason: 'unknown', action: 'upsert', due: 'keep' },
    ],
    [
      'leaving archives',
      'leave',
      route('archive'),
      existing(),
      { state: 'pending', reason: 'route_exit', action: 'archive', due: 'now' },
    ],
    [
      'leaving deletes',
      'leave',
      route('delete'),
      existing(),
      { state: 'pending', reason: 'route_exit', action: 'delete', due: 'now' },
    ],
    [
      'being archived already',
      'leave',
      route('archive'),
      existing({ action: 'archive', state: 'retrying' }),
      undefined,
    ],
    ['gone already', 'leave', route('delete'), existing({ state: 'absent', reason: 'deleted' }), undefined],
    [
      'all sources deleted: others keep theirs',
      'withdrawn',
      route('delete'),
      existing(),
      { state: 'frozen', reason: 'source_deleted', action: 'freeze', due: 'never' },
    ],
    [
      'all sources deleted: deleted',
      'withdrawn',
      route('freeze', 'delete'),
      existing(),
      { state: 'pending', reason: 'source_deleted', action: 'delete', due: 'now' },
    ],
    ['restored', 'hold', route(), existing({ state: 'frozen', reason: 'source_deleted' }), NOW],
  ])('%s', (_name, wish, how, before, after) => {
    expect(planDelivery(wish, how, before, true)).toEqual(after)
  })
})

test('what is to be sent to a system that is not linked yet is put by; what needs no call is as ever', () => {
  const parked = { state: 'waiting', reason: 'first_link', action: 'upsert', due: 'never' }
  expect(planDelivery('hold', route(), undefined, false)).toEqual(parked)
  expect(planDelivery('hold', route(), existing({ state: 'waiting', reason: 'first_link' }), false)).toEqual(parked)
  expect(planDelivery('leave', route('delete'), existing(), false)).toEqual({ ...parked, action: 'delete' })
  expect(planDelivery('leave', route(), existing({ sent: false }), false)).toMatchObject({ state: 'absent' })
})

test('what a merge brings to a place whose route the golden record has left leaves it too', () => {
  const leaves = { state: 'pending', reason: 'route_exit', due: 'now' }
  const gone = existing({ state: 'absent', reason: 'archived', action: 'archive' })
  const frozen = existing({ state: 'frozen', reason: 'route_exit', action: 'freeze' })
  expect(planDelivery('leave', route('archive'), gone, true, 'brought')).toEqual({ ...leaves, action: 'archive' })
  expect(planDelivery('leave', route(), undefined, true, 'brought')).toEqual({ ...leaves, action: 'freeze' })
  expect(planDelivery('leave', route(), frozen, true, 'brought')).toEqual({ ...leaves, action: 'freeze' })
  expect(planDelivery('withdrawn', route('freeze', 'delete'), undefined, true, 'brought')).toMatchObject({
    action: 'delete',
    due: 'now',
  })
  expect(planDelivery('withdrawn', route(), undefined, true, 'brought')).toBeUndefined()
  const adopted = existing({ state: 'pending', sent: false })
  expect(planDelivery('leave', route('archive'), adopted, true, 'own')).toEqual({ ...leaves, action: 'archive' })
  const apart = existing({ state: 'absent', reason: 'merged' })
  expect(planDelivery('leave', route(), apart, true)).toMatchObject({ state: 'absent', reason: 'route_exit' })
  expect(planDelivery('leave', route('delete'), apart, true, 'own')).toEqual({ ...leaves, action: 'delete' })
})

test('what was due when its golden record was withdrawn, and was looked at before planning, leaves as the route says', () => {
  const early = existing({ state: 'absent', reason: 'withdrawn' })
  const removed = { state: 'pending', reason: 'source_deleted', action: 'delete', due: 'now' }
  const onDelete = { onRouteExit: 'freeze', onSourceDelete: 'delete' } as const
  expect(planDelivery('withdrawn', onDelete, early, true, 'own')).toEqual(removed)
  expect(planDelivery('withdrawn', onDelete, early, true)).toMatchObject({ state: 'absent', reason: 'source_deleted' })
})
