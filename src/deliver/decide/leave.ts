import type { DecideContext, Decision } from './decision.ts'
import type { DueDelivery } from '../claim/claim.ts'
import { lastWrite } from './last-write.ts'
import { outboundOf } from './outbound.ts'

/**
 * What is to be done about a delivery whose golden record left its route: its remote record is archived, deleted or
 * frozen. Whether a create arrived whose fate is not known is looked up first, and never by writing it again. Pure.
 */
export function decideLeaving(delivery: DueDelivery, context: DecideContext): Decision {
  const { remote, action } = delivery
  if (remote === undefined) return delivery.isOpen || delivery.interrupted ? lookFor(delivery, context) : NEVER_WRITTEN
  if (action === 'archive' || action === 'delete') return { kind: 'remove', how: action, remoteId: remote.remoteId }
  if (delivery.golden.state === 'withdrawn') return { kind: 'freeze', reason: 'source_deleted' }
  if (delivery.golden.state !== 'active') return { kind: 'absent', reason: delivery.golden.state }
  return decideLastWrite(delivery, context)
}

const NEVER_WRITTEN: Decision = { kind: 'absent', reason: 'never_written' }

function lookFor(delivery: DueDelivery, context: DecideContext): Decision {
  const { mapping } = context
  if (!context.looks) {
    const message =
      'It left its route while it was not known whether it was written, and the system cannot be searched: look there.'
    return { kind: 'dead', reason: 'unknown', detail: { message } }
  }
  const document = mapping && outboundOf(delivery, mapping, context).documentFrom(delivery.golden.fields)
  return { kind: 'look', document: document ?? {} }
}

/** Frozen after one last write that carries only what consent changes cause. */
function decideLastWrite(delivery: DueDelivery, context: DecideContext): Decision {
  const { mapping } = context
  const { remote, entity, golden } = delivery
  const frozen: Decision = { kind: 'freeze', reason: 'route_exit' }
  if (remote?.sent === undefined || mapping === undefined) return frozen
  const outbound = outboundOf(delivery, mapping, context)
  const result = outbound.run(golden.fields)
  if (!result.ok) {
    const { ok: _, ...failure } = result
    return { kind: 'dead', reason: 'mapping_failed', detail: { mapping: mapping.name, ...failure } }
  }
  const last = lastWrite(entity, golden.fields, remote.sent, outbound.documentFrom, delivery.isOpen)
  if (last === undefined) return frozen
  const { document, changed, carries } = last
  const told = context.patches === true ? { carries } : {}
  return { kind: 'write', document, changed, remoteId: remote.remoteId, look: false, ...told }
}
