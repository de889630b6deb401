import { isJsonObject } from '#model/json.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { EventSettlement } from './rows.ts'

/** Counts how an event ended. */
export function countSettled(
  metrics: Metrics,
  system: string,
  { state, reason, detail, notes }: EventSettlement,
): void {
  metrics.events.inc({ system, state, reason: reason ?? '' })
  if (notes?.some(note => isJsonObject(note) && note['code'] === 'echo') === true) metrics.echoes.inc({ system })
  const mapping = state === 'dead' && isJsonObject(detail) ? detail['mapping'] : undefined
  if (typeof mapping === 'string') metrics.mappingFailures.inc({ system, mapping, reason: reason ?? '' })
}
