import type { Outcome } from '#connector/outcome.ts'
import { settle, type Settlement } from '#deliver/settle/settle.ts'

const OUTCOMES: Readonly<Record<Outcome['kind'], readonly Outcome[]>> = {
  delivered: [{ kind: 'delivered', remoteId: 'r' }],
  submitted: [{ kind: 'submitted', job: 'j', pollAfterMs: 5 }],
  retry: [true, false].map(throttled => ({ kind: 'retry', reason: 'busy', throttled })),
  unknown: [{ kind: 'unknown', reason: 'timed out' }],
  exists: [{ kind: 'exists', remoteId: 'r' }],
  gone: [{ kind: 'gone' }],
  conflict: [{ kind: 'conflict' }],
  rejected: [{ kind: 'rejected', reason: 'wrong' }],
  disconnected: [{ kind: 'disconnected', reason: '401' }],
}
const ACTIONS = ['upsert', 'freeze', 'archive', 'delete'] as const

/** What settling makes of every outcome of every action: fresh, after some failures, and after too many. */
export function everySettlement(): Settlement[] {
  const fixed = { job: undefined, indexLagMs: 0, nowMs: 0, random: 0.5 }
  return Object.values(OUTCOMES)
    .flat()
    .flatMap(outcome =>
      ACTIONS.flatMap(action =>
        [true, false].flatMap(canSettleUnknown =>
          [true, false].flatMap(mayBeRemoved =>
            [undefined, 'known'].flatMap(calledId =>
              [0, 3, 50].map(failures =>
                settle({ ...fixed, outcome, action, canSettleUnknown, mayBeRemoved, calledId, failures }),
              ),
            ),
          ),
        ),
      ),
    )
}
