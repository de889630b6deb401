import type { Violation } from '../contract.ts'
import type { Evidence } from './evidence.ts'

/** Invariant 1: what was answered with 2xx is stored. */
export function checkAcknowledged({ acknowledged, stored }: Evidence): Violation[] {
  return acknowledged
    .filter(post => !stored.has(post))
    .map(post => ({ invariant: 1, message: `post ${post} was acknowledged and is not stored` }))
}
