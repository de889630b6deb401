import type { Violation } from '../contract.ts'
import type { Evidence } from './evidence.ts'

/** Invariant 2: an event with an id of the vendor's is processed once, however often it came. */
export function checkOnce({ events }: Evidence): Violation[] {
  const processed = events.filter(event => event.vendor_event_id !== null && event.state === 'processed')
  return [...Map.groupBy(processed, event => `${event.system} ${event.vendor_event_id}`)]
    .filter(([, copies]) => copies.length > 1)
    .map(([id, copies]) => ({ invariant: 2, message: `event ${id} was processed ${copies.length} times` }))
}
