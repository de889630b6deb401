import type { Facts } from '#alerts/facts/facts.ts'
import type { SystemFact } from '#alerts/facts/systems.ts'

export const NOW_MS = Date.parse('2026-03-04T12:00:00Z')
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

export function system(change: Partial<SystemFact> = {}): SystemFact {
  return {
    name: 'crm',
    state: 'active',
    reason: null,
    changedAtMs: 0,
    brokenSinceMs: undefined,
    callsToday: 0,
    perDay: undefined,
    pollError: undefined,
    pollFailingSinceMs: undefined,
    ...change,
  }
}

/** A hub in which nothing is wrong, but for what is said. */
export function facts(change: Partial<Facts> = {}): Facts {
  return {
    nowMs: NOW_MS,
    systems: [system()],
    deliveries: [],
    overdue: [],
    flips: [],
    brakes: [],
    heldDeletes: [],
    attempts: [],
    deadEvents: [],
    unread: [],
    stages: [],
    publications: [],
    refused: [],
    sources: [],
    health: [],
    expiries: [],
    channels: [],
    ...change,
  }
}
