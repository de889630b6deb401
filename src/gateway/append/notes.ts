import type { Metrics } from '#observe/metrics.ts'
import type { AppendUnit } from './rows.ts'

/** Counts what was committed together, and notes when each system last told of something. */
export function countAppended(
  metrics: Metrics,
  units: readonly AppendUnit[],
  repeated: readonly { system: string; n: number }[],
): void {
  metrics.appendBatch.observe({}, units.length)
  const events = units.flatMap(unit => unit.events)
  for (const [system, ofSystem] of Map.groupBy(events, event => event.system)) {
    for (const [origin, rows] of Map.groupBy(ofSystem, event => event.origin)) {
      metrics.received.inc({ system, origin }, rows.length)
      const last = rows.at(-1)
      // What first link loads, a file brings or the hub reads says nothing of whether the system still speaks.
      const tells = origin === 'webhook' || origin === 'poll'
      if (tells && last !== undefined) metrics.lastEvent.set({ system }, last.receivedAtMs / 1000)
    }
  }
  for (const { system, n } of repeated) metrics.duplicates.inc({ system }, n)
}
