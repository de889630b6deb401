import type { IncomingEvent } from '#connector/kit.ts'
import type { OwnEvents, ToRead, Told, WriteReply } from '#deliver/parts.ts'
import { appendUnits } from '#gateway/append/units.ts'
import type { EventRow } from '#gateway/append/rows.ts'
import { type IncomingParts, incomingRows } from '#gateway/incoming.ts'
import type { Wakes } from '#queue/wakes.ts'

/**
 * What our calls tell of remote records, and remote records that are to be read, as events. They are stored in the
 * transaction that settles what they come from, so that a crash loses neither; their stages are woken after it.
 */
export function ownEvents(
  parts: IncomingParts & { wakeFor: (events: readonly EventRow[]) => void },
  told: Told,
): OwnEvents {
  const { replies, reads } = told
  const rows = [
    ...replies.flatMap(reply =>
      incomingRows(parts, { ...reply, origin: 'reply' }, [...movesOf(reply), replyEvent(reply)]),
    ),
    ...reads.flatMap(record => incomingRows(parts, { ...record, origin: 'read' }, [readEvent(record)])),
  ]
  return {
    count: rows.length,
    async store(tx) {
      if (rows.length > 0) await appendUnits(tx, [{ request: undefined, events: rows }])
    },
    wake: () => parts.wakeFor(rows),
  }
}

/** A write that gave its record another id: to the hub it went over into the new one. */
function movesOf({ object, formerId, remoteId, atMs }: WriteReply): IncomingEvent[] {
  if (formerId === undefined) return []
  const payload = Buffer.from('{}')
  const what = { object, type: `${object}.moved`, kind: 'merge', payload, contentType: 'application/json' } as const
  return [{ ...what, remoteId: formerId, mergedInto: remoteId, occurredAtMs: atMs, whole: true }]
}

/** Its differences from what we wrote are the vendor's rendering. */
function replyEvent({ object, remoteId, state, atMs, version }: WriteReply): IncomingEvent {
  return {
    object,
    ...(state === undefined
      ? { type: `${object}.gone`, kind: 'delete', payload: Buffer.from('{}') }
      : { type: `${object}.reply`, kind: 'reply', payload: Buffer.from(JSON.stringify(state)) }),
    contentType: 'application/json',
    remoteId,
    occurredAtMs: atMs,
    ...(version === undefined ? {} : { version }),
    whole: true,
  }
}

/** Read like a thin event, and interpreted as what the system says. */
function readEvent({ object, remoteId }: ToRead): IncomingEvent {
  return {
    object,
    type: `${object}.read`,
    kind: 'snapshot',
    payload: Buffer.from('{}'),
    contentType: 'application/json',
    remoteId,
    whole: false,
  }
}

/** Wakes the stages that take these events next. */
export function wakeForEvents(wakes: Pick<Wakes, 'wake'>, events: readonly EventRow[]): void {
  for (const [state, group] of Map.groupBy(events, event => event.state)) {
    if (state !== 'dead')
      wakes.wake(state === 'reading' ? 'read' : 'interpret', new Set(group.map(event => event.shard)))
  }
}
