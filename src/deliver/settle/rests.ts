import { earlierAfter, writesTo } from '#rules/statement/shadow.ts'
import type { DueDelivery } from '../claim/claim.ts'
import type { Adoption, RestRow } from './commit-rests.ts'
import { READ_BACK } from '../decide/decide.ts'
import type { Decision } from '../decide/decision.ts'
import { type DeliverParts, sentFields } from '../parts.ts'
import type { Rest } from '../brake/restrain.ts'

/** A waiting delivery is looked at again now and then, should its wake-up have been lost in a crash. */
const WAIT_RECHECK_MS = 10 * 60_000
/** What an earlier stage has under way is a matter of moments. */
const LATER_MS = 250
/** What was to be read is written without, when the system cannot be read for so long. */
const READ_BACK_MS = 5 * 60_000

/** How a delivery is stored for which no call is made. */
export function restOf(
  parts: Pick<DeliverParts, 'systems' | 'mappings' | 'config'>,
  delivery: DueDelivery,
  decision: Exclude<Decision, { kind: 'write' | 'remove' | 'poll' | 'look' }> | Rest,
): RestRow {
  switch (decision.kind) {
    case 'synced': {
      const { remote } = delivery
      const adopt = decision.adopt && remote !== undefined ? adoption(parts, delivery, remote, decision) : undefined
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
    case 'readBack':
      return {
        ...rest(delivery, { state: 'waiting', reason: READ_BACK }),
        dueInMs: READ_BACK_MS,
        read: decision.remoteId,
      }
    case 'later':
      return { ...rest(delivery, { state: 'pending', reason: decision.reason }), dueInMs: LATER_MS }
    case 'freeze':
      return { ...rest(delivery, { state: 'frozen', reason: decision.reason }), remoteId: delivery.remote?.remoteId }
    case 'hold':
      return rest(delivery, { state: 'held', reason: decision.reason })
    case 'absent':
      return rest(delivery, { state: 'absent', reason: decision.reason })
    case 'dead':
      return rest(delivery, { state: 'dead', reason: decision.reason, detail: decision.detail })
    default:
      return decision satisfies never
  }
}

/** Nothing was written, for it was there: what the system holds becomes what counts as sent. */
function adoption(
  parts: Parameters<typeof sentFields>[0],
  delivery: DueDelivery,
  { remoteId, shadow }: NonNullable<DueDelivery['remote']>,
  { document, kept }: Decision & { kind: 'synced' },
): Adoption {
  const now = sentFields(parts, delivery, kept?.names)
  const sentEarlier = now && earlierAfter(shadow, now, writesTo(remoteId, delivery.unsettled))
  return { remoteId, sent: document, sentFields: now, sentEarlier }
}

export function rest(delivery: DueDelivery, what: Pick<RestRow, 'state'> & Partial<RestRow>): RestRow {
  return {
    ...key(delivery),
    reason: undefined,
    detail: undefined,
    dueInMs: undefined,
    version: delivery.golden.version,
    mappingRevision: delivery.mappingRevision,
    adopt: undefined,
    parents: [],
    flips: undefined,
    ...what,
  }
}

export function key(delivery: DueDelivery) {
  return { system: delivery.system, object: delivery.object, goldenId: delivery.goldenId }
}
