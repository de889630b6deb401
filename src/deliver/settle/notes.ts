import { uuidTimeMs } from '#model/ids.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Sending } from '../send/calls.ts'
import type { DueDelivery } from '../claim/claim.ts'
import type { SettleRow } from './settle-row.ts'
import type { RestRow } from './commit-rests.ts'

/** Counts a delivery that was settled without a call. */
export function countRest(metrics: Metrics, { system, state, reason, detail }: RestRow): void {
  metrics.deliveries.inc({ system, state })
  const mapping = state === 'dead' ? detail?.['mapping'] : undefined
  if (typeof mapping === 'string') metrics.mappingFailures.inc({ system, mapping, reason: reason ?? '' })
}

/** Counts values of a system's own that are about to be written over, once however often the write is tried. */
export function countDrift(metrics: Metrics, leased: readonly Sending[]): void {
  for (const { delivery, decision } of leased) {
    const { system, object, failures } = delivery
    if (decision.kind === 'write' && decision.mends === true && failures === 0)
      metrics.driftFound.inc({ system, object })
  }
}

/** Counts a delivery that a call settled, and how fresh it is. */
export function countSettled(metrics: Metrics, row: SettleRow, sending: Sending | undefined, nowMs: number): void {
  const { system, object, state } = row
  metrics.deliveries.inc({ system, state })
  if (state !== 'synced' || sending === undefined) return
  const { delivery, decision } = sending
  metrics.deliverySeconds.observe({ system }, secondsSince(delivery.plannedAt / 1000, nowMs))
  const receivedAtMs = receiptOf(delivery)
  if (receivedAtMs !== undefined) metrics.endToEndSeconds.observe({ system }, secondsSince(receivedAtMs, nowMs))
  if (decision.kind === 'write' && decision.mends === true) metrics.driftRepaired.inc({ system, object })
}

function secondsSince(atMs: number, nowMs: number): number {
  return Math.max(0, nowMs - atMs) / 1000
}

/** When the event came that made it due: its id says so. Undefined of what people, files and first link made due. */
function receiptOf({ cause, counted, eventId }: DueDelivery): number | undefined {
  const isLive = cause?.startsWith('source:') === true && counted !== 'let_through'
  return isLive && eventId !== undefined ? uuidTimeMs(eventId) : undefined
}
