import { describe, expect, test } from 'vitest'
import type { Outcome } from '#connector/outcome.ts'
import { backoffMs, FAILING_AFTER } from '#deliver/send/schedule.ts'
import { settle, type SettleInput, type Settlement } from '#deliver/settle/settle.ts'

const NOW = Date.UTC(2026, 0, 1)

function settled(outcome: Outcome, more: Partial<SettleInput> = {}): Settlement {
  return settle({
    outcome,
    calledId: undefined,
    job: undefined,
    failures: 0,
    mayBeRemoved: false,
    canSettleUnknown: true,
    indexLagMs: 0,
    action: 'upsert',
    nowMs: NOW,
    random: 0.5,
    ...more,
  })
}

describe('what an outcome means for its delivery', () => {
  test.each<[string, Outcome, Partial<SettleInput>, Partial<Settlement>]>([
    [
      'a job that is done: compared once more with what is wanted by now',
      { kind: 'delivered', remoteId: '1' },
      { job: 'j' },
      { state: 'pending', dueInMs: 0, remoteId: '1' },
    ],
    ['a job that could not be asked for', { kind: 'retry', reason: 'no answer' }, { job: 'j' }, { state: 'submitted' }],
    ['a job whose answer was lost', { kind: 'unknown', reason: 'timeout' }, { job: 'j' }, { state: 'submitted' }],
    ['a job of which nobody knows', { kind: 'unknown', reason: 'no' }, { job: 'j', failures: 8 }, { state: 'dead' }],
    [
      'delivered',
      { kind: 'delivered', remoteId: '1' },
      { failures: 3 },
      { state: 'synced', failures: 0, remoteId: '1' },
    ],
    ['archived', { kind: 'delivered', remoteId: '1' }, { action: 'archive' }, { state: 'absent', reason: 'archived' }],
    ['deleted', { kind: 'delivered', remoteId: '1' }, { action: 'delete' }, { state: 'absent', reason: 'deleted' }],
    [
      'a job is asked for later',
      { kind: 'submitted', job: 7, pollAfterMs: NOW + 900 },
      { failures: 2 },
      { state: 'submitted', dueInMs: 900, failures: 2 },
    ],
    [
      'a failure counts and waits by the schedule',
      { kind: 'retry', reason: 'HTTP 500' },
      { failures: 1 },
      { state: 'retrying', reason: 'failed', failures: 2, dueInMs: 30_000, detail: { message: 'HTTP 500' } },
    ],
    [
      'Retry-After on a failure is waited for when it is longer',
      { kind: 'retry', reason: 'HTTP 503', notBeforeMs: NOW + 60_000 },
      {},
      { state: 'retrying', failures: 1, dueInMs: 60_000 },
    ],
    [
      'a rate limit is obeyed and counts no failure',
      { kind: 'retry', reason: 'HTTP 429', throttled: true, notBeforeMs: NOW + 2_000 },
      { failures: 4 },
      { state: 'retrying', reason: 'throttled', failures: 4, dueInMs: 2_000 },
    ],
    [
      'a rate limit without a time waits a little',
      { kind: 'retry', reason: 'HTTP 429', throttled: true },
      {},
      { state: 'retrying', reason: 'throttled', failures: 0, dueInMs: 5_000 },
    ],
    [
      'an unknown write is looked up after the index lag',
      { kind: 'unknown', reason: 'timed out' },
      { indexLagMs: 45_000 },
      { state: 'unknown', failures: 1, dueInMs: 45_000 },
    ],
    [
      'an unknown write that nobody can look up is for a person',
      { kind: 'unknown', reason: 'timed out' },
      { canSettleUnknown: false },
      { state: 'dead', reason: 'unknown' },
    ],
    [
      'an unknown write is not looked for for ever',
      { kind: 'unknown', reason: 'timed out' },
      { failures: 8 },
      { state: 'dead', reason: 'unknown', failures: 9 },
    ],
    [
      'exists is linked, then updated',
      { kind: 'exists', remoteId: '5' },
      {},
      { state: 'pending', dueInMs: 0, remoteId: '5' },
    ],
    [
      'an update that meets another record is tried again, never at once',
      { kind: 'exists', remoteId: '5' },
      { calledId: '4', failures: 1 },
      { state: 'retrying', reason: 'exists', failures: 2, dueInMs: 30_000, remoteId: undefined },
    ],
    [
      'gone is not created again',
      { kind: 'gone' },
      {},
      { state: 'absent', reason: 'deleted_there', dueInMs: undefined },
    ],
    [
      'what was to be removed was removed there by others',
      { kind: 'gone' },
      { action: 'delete' },
      { state: 'absent', reason: 'deleted_there' },
    ],
    [
      'what was to be removed may have been removed by an earlier try whose answer was lost',
      { kind: 'gone' },
      { action: 'delete', mayBeRemoved: true },
      { state: 'absent', reason: 'deleted' },
    ],
    [
      'back on its route it is made anew',
      { kind: 'gone' },
      { mayBeRemoved: true },
      { state: 'pending', reason: 'deleted', dueInMs: 0 },
    ],
    ['a conflict is tried again soon', { kind: 'conflict' }, {}, { state: 'retrying', dueInMs: 1_000, failures: 1 }],
    [
      'a conflict that stays backs off as failures do',
      { kind: 'conflict' },
      { failures: 3 },
      { state: 'retrying', dueInMs: 30 * 60_000, failures: 4 },
    ],
    [
      'a rejection is dead, with its field',
      { kind: 'rejected', reason: 'no such country', field: 'country' },
      {},
      {
        state: 'dead',
        reason: 'rejected',
        detail: { message: 'no such country', field: 'country' },
        dueInMs: undefined,
      },
    ],
    [
      'a system without working credentials keeps its deliveries due',
      { kind: 'disconnected', reason: 'HTTP 401' },
      { failures: 2 },
      { state: 'pending', reason: 'disconnected', failures: 2 },
    ],
  ])('%s', (_name, outcome, input, expected) => {
    expect(settled(outcome, input)).toMatchObject(expected)
  })

  test('after the schedule is through the delivery goes on, flagged as failing', () => {
    const detailAfter = (failures: number) => settled({ kind: 'retry', reason: 'down' }, { failures }).detail
    expect(detailAfter(FAILING_AFTER - 1)?.failing).toBeUndefined()
    expect(detailAfter(FAILING_AFTER)?.failing).toBe(true)
  })
})

describe('the retry schedule', () => {
  test.each([
    [1, 5_000],
    [2, 30_000],
    [3, 300_000],
    [4, 1_800_000],
    [5, 7_200_000],
    [6, 18_000_000],
    [7, 36_000_000],
    [8, 36_000_000],
    [100, 36_000_000],
  ])('failure %i waits %i ms, give or take a fifth', (failures, waitMs) => {
    expect(backoffMs(failures, 0.5)).toBe(waitMs)
    expect(backoffMs(failures, 0)).toBe(waitMs * 0.8)
    expect(backoffMs(failures, 0.999_999_9)).toBeCloseTo(waitMs * 1.2, -1)
  })
})
