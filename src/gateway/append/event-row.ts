import { createHash } from 'node:crypto'
import type { PolicyConfig } from '#config/config.ts'
import type { IncomingEvent } from '#connector/kit.ts'
import { remoteShard } from '#model/shard.ts'
import { howItCame } from '#store/how-it-came.ts'
import { storedText } from '#store/stored-json.ts'
import type { EventRow } from './rows.ts'

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

/** Ids of remote records are keys of several indexes; PostgreSQL takes some 2,700 bytes for a whole key. */
const ID_BYTES_MAX = 1_000
/** A vendor's time before this is no time of a customer's record, but a zero or a mistake. */
const EARLIEST_MS = Date.UTC(1900, 0, 1)

/** The stored form of an incoming event: clamped time, shard and dedupe key decided here, once, for every way in. */
export function eventRow(given: IncomingEvent, context: EventContext): EventRow {
  const incoming = withStorableTexts(given)
  const tooLong = [incoming.remoteId, incoming.mergedInto, incoming.object].find(
    id => id !== undefined && Buffer.byteLength(id) > ID_BYTES_MAX,
  )
  if (tooLong !== undefined) return unusable(incoming, context, tooLong)
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
    occurredAtMs: occurredAt(incoming.occurredAtMs, context.receivedAtMs),
    receivedAtMs: context.receivedAtMs,
    whole: incoming.whole,
    payload: incoming.payload,
    contentType: incoming.contentType,
    shard: remoteShard(context.system, incoming.object, incoming.remoteId ?? context.id, context.shards),
    state: isToBeRead(incoming) ? 'reading' : 'pending',
    reason: undefined,
    detail: howItCame(incoming.readFromMs, incoming.occurredAtMs, context.receivedAtMs),
    notes: incoming.notes?.map(note => ({ ...note, stage: 'receive' })) ?? [],
    traceId: context.traceId,
    dedupe: dedupeOf(incoming, context),
  }
}

/** It only names a record whose content it is about; a delete or merge tells enough, and there may be nothing left to read. */
function isToBeRead({ whole, remoteId, kind }: IncomingEvent): boolean {
  return !whole && remoteId !== undefined && (kind === 'snapshot' || kind === 'restore')
}

/** Texts that stand in columns of their own, as the database can hold them. */
function withStorableTexts(incoming: IncomingEvent): IncomingEvent {
  const { remoteId, vendorEventId, version, author, mergedInto } = incoming
  return {
    ...incoming,
    object: storedText(incoming.object),
    type: storedText(incoming.type),
    ...(remoteId === undefined ? {} : { remoteId: storedText(remoteId) }),
    ...(vendorEventId === undefined ? {} : { vendorEventId: storedText(vendorEventId) }),
    ...(version === undefined ? {} : { version: storedText(version) }),
    ...(author === undefined ? {} : { author: storedText(author) }),
    ...(mergedInto === undefined ? {} : { mergedInto: storedText(mergedInto) }),
  }
}

/** Not later than its receipt, and only if it can be a time at all. */
function occurredAt(atMs: number | undefined, receivedAtMs: number): number | undefined {
  if (atMs === undefined || !(atMs >= EARLIEST_MS)) return undefined
  return Math.min(atMs, receivedAtMs)
}

/** An event whose id no key can hold: kept with its bytes, dead, for a person to look at. */
function unusable(incoming: IncomingEvent, context: EventContext, id: string): EventRow {
  const { remoteId: _, mergedInto: __, ...rest } = incoming
  const event = eventRow({ ...rest, object: rest.object.slice(0, 100), kind: 'unknown' }, context)
  const message = `The id "${id.slice(0, 50)}..." has ${Buffer.byteLength(id)} bytes; ${ID_BYTES_MAX} can be stored.`
  return { ...event, state: 'dead', reason: 'id_too_long', detail: { message }, dedupe: undefined }
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
