/** The circuit breaker of one system, as a value. Times are epoch ms. */
export type Breaker =
  | { state: 'closed'; results: readonly CallResult[]; connectFailures: number }
  | { state: 'open'; probeAtMs: number; probeDelayMs: number; openedAtMs: number }
  | { state: 'probing'; probeDelayMs: number; openedAtMs: number }

export interface CallResult {
  atMs: number
  ok: boolean
}

const WINDOW_MS = 60_000
const CALLS_MIN = 10
const FAILURE_SHARE = 0.5
const CONNECT_FAILURES_MAX = 5
const PROBE_DELAY_MAX_MS = 15 * 60_000
/** Enough results to judge the window; older ones are forgotten. */
const RESULTS_MAX = 200

export const CLOSED: Breaker = { state: 'closed', results: [], connectFailures: 0 }

/** Whether a call may start now: freely, as the one probe, or not at all. */
export function admits(breaker: Breaker, nowMs: number): 'all' | 'probe' | 'none' {
  if (breaker.state === 'closed') return 'all'
  if (breaker.state === 'open' && nowMs >= breaker.probeAtMs) return 'probe'
  return 'none'
}

/** The breaker once its probe is under way. */
export function startProbe(breaker: Breaker): Breaker {
  return breaker.state === 'open'
    ? { state: 'probing', probeDelayMs: breaker.probeDelayMs, openedAtMs: breaker.openedAtMs }
    : breaker
}

/**
 * The breaker after a call. It opens on half of at least ten calls in a minute failing, or five connection failures in
 * a row; a failed probe doubles the wait, up to 15 minutes; a good one closes it.
 */
export function afterCall(
  breaker: Breaker,
  result: { ok: boolean; connect: boolean; atMs: number },
  probeAfterMs: number,
): Breaker {
  if (breaker.state === 'probing') {
    if (result.ok) return CLOSED
    const probeDelayMs = Math.min(breaker.probeDelayMs * 2, PROBE_DELAY_MAX_MS)
    return { state: 'open', probeDelayMs, probeAtMs: result.atMs + probeDelayMs, openedAtMs: breaker.openedAtMs }
  }
  if (breaker.state === 'open') return breaker
  const results = [...breaker.results, { atMs: result.atMs, ok: result.ok }]
    .filter(old => old.atMs > result.atMs - WINDOW_MS)
    .slice(-RESULTS_MAX)
  const connectFailures = result.ok ? 0 : breaker.connectFailures + (result.connect ? 1 : 0)
  const failed = results.filter(old => !old.ok).length
  const opens =
    connectFailures >= CONNECT_FAILURES_MAX || (results.length >= CALLS_MIN && failed / results.length >= FAILURE_SHARE)
  if (!opens) return { state: 'closed', results, connectFailures }
  return { state: 'open', probeAtMs: result.atMs + probeAfterMs, probeDelayMs: probeAfterMs, openedAtMs: result.atMs }
}
