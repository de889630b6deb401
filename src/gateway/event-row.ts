import { createHash } from 'node:crypto'
import type { PolicyConfig } from '#config/config.ts'
import type { IncomingEvent } from '#connector/kit.ts'
import { remoteShard } from '#model/shard.ts'
import type { EventRow } from './append.ts'

export interface EventContext {
  id: string
  requestId: string | undefined
  item: number
  system: string
  origin: EventRow['origin']
  receivedAtMs: number
  traceId: string
  /** Bytes that stand for the event when it has no payload of its own: the request's body. */
  body: Uint8Array | undefined
  shards: number
  policy: Pick<PolicyConfig, 'dedupeWindowMs' | 'factRepeatMs'>
}

/** The stored form of an incoming event: clamped time, shard and dedupe key decided here, once, for every way in. */
export function eventRow(incoming: IncomingEvent, context: EventContext): EventRow {
  const occurredAtMs =
    incoming.occurredAtMs === undefined ? undefined : Math.min(incoming.occurredAtMs, context.receivedAtMs)
  return {
    id: context.id,
    requestId: context.requestId,
    item: context.item,
    system: context.system,
    object: incoming.object,
    type: incoming.type,
    kind: incoming.kind,
    origin: context.origin,
    remoteId: incoming.remoteId,
    vendorEventId: incoming.vendorEventId,
    version: incoming.version,
    author: incoming.author,
    mergedInto: incoming.mergedInto,
    occurredAtMs,
    receivedAtMs: context.receivedAtMs,
    whole: incoming.whole,
    payload: incoming.payload,
    contentType: incoming.contentType,
    shard: remoteShard(context.system, incoming.object, incoming.remoteId ?? context.id, context.shards),
    state: incoming.whole || incoming.remoteId === undefined || incoming.kind !== 'snapshot' ? 'pending' : 'reading',
    reason: undefined,
    detail: undefined,
    traceId: context.traceId,
    dedupe: dedupeOf(incoming, context),
  }
}

/**
 * Invariant 2. With a vendor event id: once within the dedupe window. Facts without one: once within ten minutes if
 * their bytes repeat. Snapshots without one need no key: an equal snapshot changes nothing when it is interpreted.
 */
function dedupeOf(incoming: IncomingEvent, context: EventContext): EventRow['dedupe'] {
  if (incoming.vendorEventId !== undefined) {
    const key = uuidOfHash([context.system, 'id', incoming.vendorEventId])
    return { key, expiresAtMs: context.receivedAtMs + context.policy.dedupeWindowMs }
  }
  if (incoming.kind !== 'fact') return undefined
  const content = incoming.payload ?? context.body ?? new Uint8Array()
  const key = uuidOfHash([context.system, 'fact', incoming.object, incoming.type, incoming.remoteId ?? ''], content)
  return { key, expiresAtMs: context.receivedAtMs + context.policy.factRepeatMs }
}

function uuidOfHash(parts: readonly string[], bytes?: Uint8Array): string {
  const hash = createHash('sha256').update(JSON.stringify(parts))
  if (bytes !== undefined) hash.update(bytes)
  const hex = hash.digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
