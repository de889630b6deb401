import type { Tripped } from './brake/brake.ts'
import type { DueDelivery } from './claim/claim.ts'
import type { DeliverParts } from './parts.ts'

/** Events that a person must hear of at once: a log line and a metric each, which alerts are made of. */
export function tellTripped(parts: Pick<DeliverParts, 'log' | 'metrics'>, tripped: Tripped): void {
  const { system, object } = tripped
  parts.metrics.brakeTrips.inc({ system, object })
  parts.log.error(
    { unit: 'brake', ...tripped },
    `the brake is on: look at what would change with "patchbay release ${system}/${object}", then release or discard it`,
  )
}

export function tellFlip(parts: Pick<DeliverParts, 'log' | 'metrics'>, delivery: DueDelivery, member: string): void {
  const { system, object, goldenId, route, traceId } = delivery
  parts.metrics.flips.inc({ system, object })
  parts.log.error(
    { unit: 'flip_flop', system, object, goldenId, route, member, traceId },
    'a member of the document went back and forth more than 5 times in an hour: it is frozen until a person releases the delivery',
  )
}
