import type { DueDelivery } from './claim.ts'
import type { RestRow } from './commit.ts'
import type { Decision } from './decide.ts'
import { type DeliverParts, sentFields } from './parts.ts'
import type { Rest } from './restrain.ts'

/** A waiting delivery is looked at again now and then, should its wake-up have been lost in a crash. */
const WAIT_RECHECK_MS = 10 * 60_000

/** How a delivery is stored for which no call is made. */
export function restOf(
  parts: Pick<DeliverParts, 'systems' | 'mappings'>,
  delivery: DueDelivery,
  decision: Exclude<Decision, { kind: 'write' | 'remove' | 'poll' }> | Rest,
): RestRow {
  switch (decision.kind) {
    case 'synced': {
      const { remote } = delivery
      const adopt =
        decision.adopt && remote !== undefined
          ? { remoteId: remote.remoteId, sent: decision.document, sentFields: sentFields(parts, delivery) }
          : undefined
      return { ...rest(delivery, { state: 'synced' }), adopt }
    }
    case 'wait': {
      const parents = decision.parents.map(parent => ({
        field: parent.field,
        goldenId: parent.goldenId,
        state: parent.delivery?.state ?? '',
        reason: parent.delivery?.reason ?? null,
      }))
      return {
        ...rest(delivery, { state: 'waiting', reason: 'parent', detail: { parents } }),
        dueInMs: WAIT_RECHECK_MS,
        parents: decision.parents.map(parent => parent.goldenId),
      }
    }
    case 'rest':
      return rest(delivery, { state: decision.state, reason: decision.reason, detail: decision.detail })
    case 'absent':
      return rest(delivery, { state: 'absent', reason: decision.reason })
    case 'dead':
      return rest(delivery, { state: 'dead', reason: decision.reason, detail: decision.detail })
    default:
      return decision satisfies never
  }
}

export function rest(delivery: DueDelivery, what: Pick<RestRow, 'state'> & Partial<RestRow>): RestRow {
  return {
    ...key(delivery),
    reason: undefined,
    detail: undefined,
    dueInMs: undefined,
    version: delivery.golden.version,
    adopt: undefined,
    parents: [],
    flips: undefined,
    ...what,
  }
}

export function key(delivery: DueDelivery) {
  return { system: delivery.system, object: delivery.object, goldenId: delivery.goldenId }
}
