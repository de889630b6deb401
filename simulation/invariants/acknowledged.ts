import type { Violation } from '../contract.ts'
import type { Evidence } from './evidence.ts'

/** Invariant 1: what was answered with 2xx is stored. Which one a blanked request was, nobody can tell any more. */
export function checkAcknowledged({ acknowledged, stored, blanked }: Evidence): Violation[] {
  return acknowledged
    .filter(post => !stored.has(post))
    .slice(blanked)
    .map(post => ({ invariant: 1, message: `post ${post} was acknowledged and is not stored` }))
}
