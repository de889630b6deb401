const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Waits before the next attempt after the n-th failure in a row (DESIGN: 0, 5 s, 30 s, 5 min, 30 min, 2 h, 5 h, 10 h, then every 10 h). */
const WAITS_MS = [5 * SECOND, 30 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR] as const
const JITTER = 0.2
const TAKEN_WAITS = 3

/** From this many failures on a delivery counts as failing for good: it goes on, and is flagged. */
export const FAILING_AFTER = WAITS_MS.length

/** Milliseconds to wait after `failures` (>= 1) failures in a row; `random` in [0, 1) spreads them by 20 % either way. */
export function backoffMs(failures: number, random: number): number {
  const wait = WAITS_MS[Math.min(failures, WAITS_MS.length) - 1] ?? WAITS_MS[0]
  return Math.round(wait * (1 + JITTER * (2 * random - 1)))
}

/** The same while a create waits for another customer's record to change: somebody is about to write that, so never for long. */
export function takenAgainMs(failures: number, random: number): number {
  return backoffMs(Math.min(failures, TAKEN_WAITS), random)
}
