import { describe, expect, test } from 'vitest'
import type { IncomingEvent } from '#connector/kit.ts'
import { type EventContext, eventRow } from '#gateway/append/event-row.ts'

const RECEIVED = Date.UTC(2026, 0, 2)
const CONTEXT: EventContext = {
  id: 'e1',
  requestId: 'r1',
  item: 0,
  system: 'crm',
  origin: 'webhook',
  receivedAtMs: RECEIVED,
  traceId: 't',
  body: Buffer.from('{"a":1}'),
  shards: 8,
  policy: { dedupeWindowMs: 30_000, factRepeatMs: 10_000 },
}
const row = (incoming: Partial<IncomingEvent>, context: Partial<EventContext> = {}) =>
  eventRow(
    { object: 'contact', type: 'contact.updated', kind: 'snapshot', whole: true, ...incoming },
    { ...CONTEXT, ...context },
  )

describe('the stored form of an event', () => {
  test.each<[string, Partial<IncomingEvent>, object]>([
    ['whole: interpreted', { remoteId: '1' }, { state: 'pending' }],
    ['thin: read back', { remoteId: '1', whole: false }, { state: 'reading' }],
    ['thin without an id: nothing to read', { whole: false }, { state: 'pending' }],
    ['a thin delete needs no reading', { remoteId: '1', whole: false, kind: 'delete' }, { state: 'pending' }],
    ['a time before its receipt', { occurredAtMs: RECEIVED - 1 }, { occurredAtMs: RECEIVED - 1 }],
    ['a time after it counts as the receipt', { occurredAtMs: RECEIVED + 1 }, { occurredAtMs: RECEIVED }],
    ['no number is no time', { occurredAtMs: Number.NaN }, { occurredAtMs: undefined }],
    ['a time before our time is no time', { occurredAtMs: -1e15 }, { occurredAtMs: undefined }],
    ['zero is a time', { occurredAtMs: 0 }, { occurredAtMs: 0 }],
    [
      'NUL and half characters',
      { remoteId: 'a\0', type: '\ud800', version: '\udc00' },
      { remoteId: 'a\uFFFD', type: '\uFFFD', version: '\uFFFD' },
    ],
    ['an id of 1,000 bytes', { remoteId: 'x'.repeat(1_000) }, { state: 'pending', remoteId: 'x'.repeat(1_000) }],
    [
      'an id that is too long',
      { remoteId: '字'.repeat(334) },
      { state: 'dead', reason: 'id_too_long', remoteId: undefined, kind: 'unknown' },
    ],
    [
      'a survivor whose id is too long',
      { kind: 'merge', remoteId: '1', mergedInto: 'x'.repeat(1_001) },
      { state: 'dead', reason: 'id_too_long' },
    ],
    [
      'notes of the connector',
      { notes: [{ code: 'nul_replaced', path: 'a' }] },
      { notes: [{ code: 'nul_replaced', path: 'a', stage: 'receive' }] },
    ],
  ])('%s', (_name, incoming, expected) => {
    expect(row(incoming)).toMatchObject(expected)
  })

  test('one remote record, one shard; none: by the event', () => {
    expect(row({ remoteId: '1' }, { id: 'other' }).shard).toBe(row({ remoteId: '1' }).shard)
    const shards = new Set(Array.from({ length: 50 }, (_, n) => row({}, { id: `e${n}` }).shard))
    expect(shards.size).toBeGreaterThan(4)
  })
})

describe('what counts as the same event', () => {
  const keyOf = (incoming: Partial<IncomingEvent>, context: Partial<EventContext> = {}): string | undefined =>
    row(incoming, context).dedupe?.key
  const fact: Partial<IncomingEvent> = { kind: 'fact', type: 'visit' }

  test('the vendor event id of one system, for the dedupe window', () => {
    expect(row({ vendorEventId: 'v1' }).dedupe?.expiresAtMs).toBe(RECEIVED + 30_000)
    expect(keyOf({ vendorEventId: 'v1' })).toBe(
      keyOf({ vendorEventId: 'v1', type: 'other', remoteId: '9' }, { id: 'e2' }),
    )
    expect(keyOf({ vendorEventId: 'v1' })).not.toBe(keyOf({ vendorEventId: 'v2' }))
    expect(keyOf({ vendorEventId: 'v1' })).not.toBe(keyOf({ vendorEventId: 'v1' }, { system: 'desk' }))
  })

  test('a snapshot without an id never: A, B, A keeps the last A', () => {
    expect(keyOf({ remoteId: '1' })).toBeUndefined()
  })

  test('a fact by its bytes, for ten minutes', () => {
    expect(row(fact).dedupe?.expiresAtMs).toBe(RECEIVED + 10_000)
    expect(keyOf(fact)).toBe(keyOf({ ...fact, payload: Buffer.from('{"a":1}') }))
    expect(keyOf(fact)).not.toBe(keyOf(fact, { body: Buffer.from('{"a":2}') }))
    expect(keyOf(fact)).not.toBe(keyOf({ ...fact, type: 'call' }))
    expect(keyOf(fact)).not.toBe(keyOf({ ...fact, remoteId: '1' }))
  })
})
