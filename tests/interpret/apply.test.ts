import { describe, expect, test } from 'vitest'
import { type ApplyContext, applyEvent, createSourceStates } from '#interpret/apply.ts'
import type { Mapped } from '#interpret/mapped.ts'
import { applyRemoval, bringsBack, type RemovalFacts } from '#interpret/removal.ts'
import type { KnownShadow, KnownSource, PendingEvent } from '#interpret/rows.ts'
import { seenOf, type SourceField } from '#rules/statement/source-field.ts'

const KEY = { system: 'crm', object: 'contact', remoteId: '1' }
const CONTEXT: ApplyContext = { shards: 8, skewToleranceMs: 0, isOurAuthor: () => false, compareOf: () => ({}) }
const SHADOW: KnownShadow = {
  inFlight: [],
  sent: { givenName: 'Anna' },
  earlier: {},
  sentFromMs: 140,
  sentAtMs: 150,
  sentVendorAtMs: undefined,
  sentVersion: undefined,
}
const known = (more: Partial<KnownSource> = {}): KnownSource => ({
  entity: 'person',
  fields: { givenName: { v: 'Ana', t: 100, e: 'e0' } },
  vendorForm: { first: 'Ana' },
  version: undefined,
  modifiedAtMs: 100,
  tombstoneAtMs: undefined,
  hubTombstoneAtMs: undefined,
  aliasOf: undefined,
  shadow: undefined,
  isLinked: true,
  isUnheard: false,
  ...more,
})

function event(more: Partial<PendingEvent>): PendingEvent {
  const rest = {
    type: 't',
    kind: 'snapshot',
    origin: 'webhook',
    version: undefined,
    mergedInto: undefined,
    run: 0,
    author: undefined,
    readFromMs: undefined,
    copyOf: undefined,
    echoed: undefined,
  } as const
  return {
    id: 'e1',
    ...KEY,
    ...rest,
    occurredAtMs: 200,
    receivedAtMs: 300,
    contentType: undefined,
    body: Buffer.alloc(0),
    traceId: 't',
    ...more,
  }
}
function says(givenName: string, atMs: number): Mapped {
  const statement = { entity: 'person', ...KEY, atMs, fields: { givenName }, main: true } as const
  return { kind: 'statements', statements: [statement], vendorForm: { first: givenName }, mappingHash: 'h', notes: [] }
}

const seen = (field: SourceField | undefined) => field && seenOf(field)

/** Applies one event to one source record; answers how it ended and what is to be written. */
function applied(
  source: KnownSource | undefined,
  given: PendingEvent,
  mapped: Mapped | undefined,
  facts?: RemovalFacts,
) {
  const states = createSourceStates([KEY], [source])
  const removed = mapped === undefined ? applyRemoval(given, states.get(KEY), KEY, CONTEXT, facts) : undefined
  const end = removed?.settlement ?? applyEvent(given, mapped ?? { kind: 'ignored', reason: 'none' }, states, CONTEXT)
  const [write] = states.writes()
  return {
    end: `${end.state} ${end.reason ?? ''}`.trim(),
    name: seen(write?.fields['givenName'])?.v,
    tombstone: write?.tombstoneAtMs,
    marked: removed?.tombstone?.by,
    resolve: write?.resolve,
  }
}

describe('what an event does to a source record', () => {
  test.each<[string, KnownSource | undefined, Mapped | undefined, Partial<ReturnType<typeof applied>>]>([
    ['the first statement', undefined, says('Ana', 200), { end: 'processed', name: 'Ana', resolve: true }],
    ['a newer one', known(), says('Anna', 200), { end: 'processed', name: 'Anna', resolve: true }],
    [
      'an older one',
      known({ modifiedAtMs: 250, fields: { givenName: { v: 'Ana', t: 250, e: 'e0' } } }),
      says('Anna', 200),
      { end: 'processed older', name: undefined },
    ],
    ['a delete', known(), undefined, { end: 'processed', tombstone: 200, resolve: true }],
    [
      'a delete of what was never seen is remembered',
      undefined,
      undefined,
      { end: 'processed unknown_record', marked: 'system' },
    ],
    ['a delete older than the last word', known({ modifiedAtMs: 201 }), undefined, { end: 'ignored older' }],
    [
      'a statement from before the delete',
      known({ tombstoneAtMs: 200, modifiedAtMs: 200 }),
      says('Anna', 200),
      { end: 'processed deleted_before', name: undefined },
    ],
    [
      'a statement from after the delete restores',
      known({ tombstoneAtMs: 150, modifiedAtMs: 150 }),
      says('Ana', 200),
      { end: 'processed', name: 'Ana', tombstone: undefined, resolve: true },
    ],
    [
      'an echo of what we wrote is seen and resolves nothing',
      known({ shadow: SHADOW }),
      says('Anna', 200),
      { end: 'processed echo', name: 'Anna', resolve: false },
    ],
    [
      'dead as the mapping said',
      known(),
      { kind: 'dead', reason: 'mapping_failed', detail: {} },
      { end: 'dead mapping_failed', name: undefined },
    ],
    [
      'ignored as the mapping said',
      known(),
      { kind: 'ignored', reason: 'mapping_empty' },
      { end: 'ignored mapping_empty' },
    ],
  ])('%s', (_name, source, mapped, expected) => {
    const kind = mapped === undefined ? 'delete' : 'snapshot'
    expect(applied(source, event({ kind }), mapped)).toMatchObject(expected)
  })

  test.each<[string, RemovalFacts, PendingEvent['kind'], Partial<ReturnType<typeof applied>>]>([
    [
      'the echo of our own delete withdraws nothing',
      { entity: 'person', tombstoneBy: 'hub', isOurs: true },
      'delete',
      { end: 'processed echo', tombstone: undefined, marked: undefined },
    ],
    [
      'also while its answer is on its way',
      { entity: 'person', tombstoneBy: undefined, isOurs: true },
      'delete',
      { end: 'processed echo', tombstone: undefined, marked: 'hub' },
    ],
    [
      'and what is reported as its time soon after we archived it',
      { entity: 'person', tombstoneBy: undefined, isOurs: true, archivedAtMs: 200 - CONTEXT.skewToleranceMs },
      'delete',
      { end: 'processed echo', tombstone: undefined, marked: 'hub' },
    ],
    [
      'but people delete what we had archived, surely later',
      { entity: 'person', tombstoneBy: undefined, isOurs: true, archivedAtMs: 199 - CONTEXT.skewToleranceMs },
      'delete',
      { end: 'processed', tombstone: 200, resolve: true },
    ],
    [
      'but a merge is never ours',
      { entity: 'person', tombstoneBy: undefined, isOurs: true },
      'merge',
      { end: 'processed', tombstone: 200, resolve: true },
    ],
  ])('%s', (_name, facts, kind, expected) => {
    expect(applied(known(), event({ kind }), undefined, facts)).toMatchObject(expected)
  })

  test('what only the crosswalk knows is deleted as a record of its customer', () => {
    const facts = { entity: 'person', tombstoneBy: undefined, isOurs: false } as const
    expect(applied(undefined, event({ kind: 'delete' }), undefined, facts)).toMatchObject({
      end: 'processed',
      tombstone: 200,
      resolve: true,
      marked: undefined,
    })
  })

  test('a merge stands against a newer word of the losing record, unless it is replayed', () => {
    const newer = known({ modifiedAtMs: 250 })
    expect(applied(newer, event({ kind: 'merge' }), undefined)).toMatchObject({ end: 'processed', tombstone: 200 })
    expect(applied(newer, event({ kind: 'merge', run: 1 }), undefined)).toMatchObject({ end: 'ignored older' })
  })

  test('late words of a losing id say nothing', () => {
    const alias = known({ aliasOf: '2', tombstoneAtMs: 150 })
    expect(applied(alias, event({}), says('Anna', 200))).toMatchObject({
      end: 'processed merged_away',
      name: undefined,
    })
  })

  test.each<[string, Partial<KnownSource>, Partial<PendingEvent>, boolean]>([
    ['a restore', { tombstoneAtMs: 150 }, { kind: 'restore' }, true],
    ['a restore of an alias', { aliasOf: '2', tombstoneAtMs: 150 }, { kind: 'restore' }, true],
    ['a restore from before the delete', { tombstoneAtMs: 250 }, { kind: 'restore' }, false],
    ['a restore of what lives', {}, { kind: 'restore' }, false],
    ['a webhook about what the hub deleted', { hubTombstoneAtMs: 150 }, {}, false],
    ['a look at it that is newer', { hubTombstoneAtMs: 150 }, { origin: 'read' }, true],
    ['a look at it that is older', { hubTombstoneAtMs: 250 }, { origin: 'poll' }, false],
  ])('%s brings a record back: %#', (_name, more, given, expected) => {
    expect(bringsBack(event(given), { ...known(more), write: undefined, isUnheard: false })).toBe(expected)
  })

  test('events of one batch see each other', () => {
    const states = createSourceStates([KEY], [undefined])
    applyEvent(event({ id: 'e1' }), says('Ana', 200), states, CONTEXT)
    applyEvent(event({ id: 'e2' }), says('Anna', 210), states, CONTEXT)
    const late = applyEvent(event({ id: 'e3' }), says('Old', 190), states, CONTEXT)
    expect(late.reason).toBe('older')
    expect(states.writes()).toMatchObject([{ fields: { givenName: { v: 'Anna', t: 210, e: 'e2' } }, resolve: true }])
  })
})
