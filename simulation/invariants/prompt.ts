import type { Violation } from '../contract.ts'
import type { Evidence } from './evidence.ts'

/** A process that died is started again within ten seconds; then its work is found by a sweep. */
const PROMPT_MS = 15_000

/**
 * Invariants 8 and 10: whatever is down, lost or dies, what brings its content with it is interpreted soon. Records that
 * must be read first wait for their system.
 */
export function checkPrompt({ events, vendors }: Evidence): Violation[] {
  const thin = new Set(vendors.filter(({ dialect }) => dialect.events === 'thin').map(({ dialect }) => dialect.system))
  return events.flatMap(({ id, system, origin, received_ms: receivedMs, settled_ms: settledMs, run }) => {
    const isRead = origin === 'read' || (origin === 'webhook' && thin.has(system))
    const waitedMs = (settledMs ?? receivedMs) - receivedMs
    if (isRead || run > 0 || waitedMs <= PROMPT_MS) return []
    return [{ invariant: 8, message: `event ${id} of ${system} (${origin}) waited ${Math.round(waitedMs / 1_000)} s` }]
  })
}
