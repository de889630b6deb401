import type { Json } from '#model/json.ts'
import type { Assertion } from './statement.ts'

/** One source record's statement about one slot of a golden record. */
export interface Candidate {
  system: string
  object: string
  remoteId: string
  priority: number
  assertion: Assertion
}

/**
 * The most recent statement; those within the skew tolerance of the newest go by the source's priority, then by time. The
 * rest of the order (names) is arbitrary but fixed, as in docs/architecture.md.
 */
export function mostRecent(candidates: readonly Candidate[], skewToleranceMs: number): Json | undefined {
  const newest = Math.max(...candidates.map(({ assertion }) => assertion.order.atMs))
  return candidates
    .filter(({ assertion }) => assertion.order.atMs >= newest - skewToleranceMs)
    .sort(
      (left, right) =>
        right.priority - left.priority || right.assertion.order.atMs - left.assertion.order.atMs || byName(left, right),
    )[0]?.assertion.value
}

/** Consent: the latest explicit statement, whoever made it; at equal times the more restrictive. */
export function latestConsent(candidates: readonly Candidate[]): Json | undefined {
  return [...candidates].sort(
    (left, right) =>
      right.assertion.order.atMs - left.assertion.order.atMs ||
      Number(right.assertion.value === 'denied') - Number(left.assertion.value === 'denied'),
  )[0]?.assertion.value
}

function byName(left: Candidate, right: Candidate): number {
  const [a, b] = [
    `${left.system}\n${left.object}\n${left.remoteId}`,
    `${right.system}\n${right.object}\n${right.remoteId}`,
  ]
  return a < b ? -1 : a > b ? 1 : 0
}

/** Every choice of one element from each list, at most so many. */
export function choices<T>(lists: readonly (readonly T[])[], max = 256): T[][] {
  let found: T[][] = [[]]
  for (const list of lists) found = found.flatMap(one => list.map(item => [...one, item])).slice(0, max)
  return found
}
