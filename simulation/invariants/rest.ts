import type { Violation } from '../contract.ts'
import type { Evidence } from './evidence.ts'
import { stateText } from './convergence.ts'

const RESTING = new Set(['synced', 'absent', 'held', 'frozen', 'dead'])

/** Invariants 4 and 5: nothing is left to do, and whatever ended otherwise than well says why. */
export function checkRest({ events, deliveries, workLeft }: Evidence): Violation[] {
  return [
    ...events
      .filter(event => event.state !== 'processed' && event.state !== 'ignored')
      .map(event => ({
        invariant: 5,
        message: `event ${event.id} of ${event.system} ${event.remote_id} is ${event.state} (${event.reason}) ${JSON.stringify(event.detail)}`,
      })),
    ...events
      .filter(event => event.state === 'ignored' && event.reason === null)
      .map(event => ({ invariant: 5, message: `event ${event.id} was ignored without a reason` })),
    ...deliveries
      .filter(delivery => !RESTING.has(delivery.state) || delivery.due)
      .map(delivery => ({
        invariant: 4,
        message: `delivery of ${delivery.golden_id} to ${delivery.system} does not rest: ${stateText(delivery)} ${JSON.stringify(delivery.detail)}`,
      })),
    ...workLeft
      .filter(({ n }) => n > 0)
      .map(({ stage, n }) => ({ invariant: 5, message: `${n} rows of work are left in ${stage}` })),
  ]
}
