import { expect, test } from 'vitest'
import type { DueDelivery } from '#deliver/claim/claim.ts'
import { keptThere, ownEdits, seenFields } from '#deliver/decide/own-edits.ts'
import type { Shadow } from '#rules/statement/shadow.ts'
import type { SourceFields } from '#rules/statement/source-field.ts'
import { applyStatement } from '#rules/statement/statement.ts'
import { dueDelivery } from './due-delivery.ts'

const SENT = { email: 'golden@example.com', language: 'en' }

/** The e-mail address was written at 50; a write that changes only the language was leased at 100. */
const shadow: Shadow = {
  inFlight: [{ at: 100, fields: { ...SENT, language: 'zh' } }],
  sent: SENT,
  earlier: {},
  sentFromMs: 50,
  sentAtMs: 60,
  sentVendorAtMs: 55,
  sentVersion: undefined,
  skewToleranceMs: 0,
}

/** What a person set there at 85, as an event tells it that was received (or a read that began) at 90 or later. */
function told(observedAtMs: number): SourceFields {
  const before = applyStatement(undefined, SENT, { entity: 'person', atMs: 55, eventId: 'e1', shadow }).fields
  const edit = { email: 'edit@example.com' }
  return applyStatement(before, edit, { entity: 'person', atMs: 85, observedAtMs, eventId: 'e2', shadow }).fields
}

/** The delivery when the write of this lease was acknowledged. */
function settled(fields: SourceFields, sentFromMs: number): DueDelivery {
  return dueDelivery({
    plannedAt: 1,
    golden: { version: 2, fields: { ...SENT, language: 'zh' }, state: 'active', updatedAtMs: 80 },
    remote: {
      remoteId: '1',
      sent: { ...SENT, language: 'zh' },
      version: undefined,
      tombstone: false,
      shadow: { ...shadow, sentFromMs, sentAtMs: sentFromMs + 10 },
    },
    source: { vendorForm: undefined, fields, version: undefined, isResolving: false },
  })
}

test.each([
  ['received after the lease', 105],
  ['received before the lease and known after it, while a thin event was read', 90],
])('a losing edit is written over: %s', (_when, observedAtMs) => {
  expect(ownEdits(settled(told(observedAtMs), 100), { skewToleranceMs: 0 }).lost).toMatchObject({
    email: 'edit@example.com',
  })
})

test('once: a later write was decided with it', () => {
  expect(ownEdits(settled(told(90), 120), { skewToleranceMs: 0 }).lost).toBeUndefined()
})

test('what was known before the lease is none', () => {
  const calm = { ...shadow, inFlight: [] }
  const before = applyStatement(undefined, SENT, { entity: 'person', atMs: 55, eventId: 'e1', shadow: calm }).fields
  const edit = { email: 'edit@example.com' }
  const { fields } = applyStatement(before, edit, {
    entity: 'person',
    atMs: 85,
    observedAtMs: 90,
    eventId: 'e2',
    shadow: calm,
  })
  expect(ownEdits(settled(fields, 100), { skewToleranceMs: 0 }).lost).toBeUndefined()
})

test('what our last write left as it was is an edit still, once its route no longer keeps it', () => {
  const calm = { ...shadow, inFlight: [] }
  const before = applyStatement(undefined, SENT, { entity: 'person', atMs: 55, eventId: 'e1', shadow: calm }).fields
  const context = { entity: 'person', atMs: 85, observedAtMs: 90, eventId: 'e2', shadow: calm } as const
  const { fields } = applyStatement(before, { email: 'edit@example.com' }, context)
  const delivery = settled(fields, 100)
  const remote = delivery.remote && {
    ...delivery.remote,
    shadow: { ...delivery.remote.shadow, sent: { language: 'zh' } },
  }
  const { lost } = ownEdits({ ...delivery, remote }, { skewToleranceMs: 0 })
  expect(lost).toMatchObject({ email: 'edit@example.com' })
})

test('what passed for the echo of a write that never arrived is written over', () => {
  // Tags were sent as both; a person took one away while a write that did the same was under way, which then failed.
  const sent = { ...SENT, tags: ['gold', 'green'] }
  const calm = { ...shadow, inFlight: [], sent }
  const before = applyStatement(undefined, sent, { entity: 'person', atMs: 55, eventId: 'e1', shadow: calm }).fields
  const failing = { ...calm, inFlight: [{ at: 80, fields: { ...sent, tags: ['gold'] } }] }
  const told = { tags: ['gold'] }
  const context = { entity: 'person', atMs: 85, observedAtMs: 90, eventId: 'e2' } as const
  const { fields, echoes } = applyStatement(before, told, { ...context, shadow: failing })
  expect(echoes).toEqual(['tags'])

  const golden = { version: 3, fields: sent, state: 'active', updatedAtMs: 95 } as const
  const remote = { remoteId: '1', sent, version: undefined, tombstone: false, shadow: calm }
  const source = { vendorForm: undefined, fields, version: undefined, isResolving: false }
  for (const keepsLocal of [false, true])
    expect(
      ownEdits(dueDelivery({ plannedAt: 1, golden, remote, source }), { skewToleranceMs: 0, keepsLocal }).lost,
    ).toMatchObject({ tags: ['gold'] })
  // The same list as the late echo of an earlier write says nothing of what is there now.
  const late = { ...calm, earlier: { tags: [{ v: ['gold'], at: 40 }] }, sentVendorAtMs: 86 }
  const echoed = { ...remote, shadow: late }
  expect(
    ownEdits(dueDelivery({ plannedAt: 1, golden, remote: echoed, source }), { skewToleranceMs: 0 }).lost,
  ).toBeUndefined()
})

test('nor is what the comparators of the object take for the same', () => {
  const upper = { email: SENT.email, language: SENT.language, department: 'SALES' }
  const sent = { ...SENT, department: 'sales' }
  const calm = { ...shadow, inFlight: [], sent }
  const compare = { department: ['ignoreCase'] } as const
  const context = { entity: 'person', atMs: 70, observedAtMs: 70, eventId: 'e1', shadow: calm, compare } as const
  const { fields, echoes } = applyStatement(undefined, upper, context)
  expect(echoes).toContain('department')

  const golden = { version: 2, fields: sent, state: 'active', updatedAtMs: 80 } as const
  const remote = { remoteId: '1', sent, version: undefined, tombstone: false, shadow: calm }
  const delivery = dueDelivery({
    plannedAt: 1,
    golden,
    remote,
    source: { vendorForm: undefined, fields, version: undefined, isResolving: false },
  })
  expect(ownEdits(delivery, { skewToleranceMs: 0, compare }).lost).toBeUndefined()
  expect(ownEdits(delivery, { skewToleranceMs: 0 }).lost).toMatchObject({ department: 'SALES' })
})

test('a link that came by a write of unknown fate is written over', () => {
  const link = (id: string, more = {}) => ({ $ref: { object: 'company', id, ...more } })
  const sent = { ...SENT, account: link('c1') }
  const calm = { ...shadow, inFlight: [], sent }
  const before = applyStatement(undefined, sent, { entity: 'person', atMs: 55, eventId: 'e1', shadow: calm }).fields
  const flying = { ...calm, inFlight: [{ at: 80, fields: { ...sent, account: link('c2') } }] }
  const context = { entity: 'person', atMs: 85, observedAtMs: 90, eventId: 'e2' } as const
  const { fields, echoes } = applyStatement(before, { account: link('c2') }, { ...context, shadow: flying })
  expect(echoes).toEqual(['account'])

  // The golden record names a company by the id that it has elsewhere.
  const account = link('7', { system: 'erp' })
  const remote = { remoteId: '1', sent, version: undefined, tombstone: false, shadow: calm }
  const due = (seen: SourceFields): DueDelivery =>
    dueDelivery({
      plannedAt: 1,
      golden: { version: 3, fields: { ...SENT, account }, state: 'active', updatedAtMs: 95 },
      remote,
      source: { vendorForm: undefined, fields: seen, version: undefined, isResolving: false },
    })
  expect(ownEdits(due(fields), { skewToleranceMs: 0 }).lost).toMatchObject({ account: link('c2') })
  expect(ownEdits(due(before), { skewToleranceMs: 0 }).lost).toBeUndefined()
})

test('an update that leaves a losing edit as it is does not count as a write of that field', () => {
  const delivery = settled(told(105), 100)
  const { fields: document } = delivery.golden
  const kept = (changed: Record<string, string>) => keptThere(delivery, { document, changed }, fields => fields)
  // A vendor that takes whole documents gets back what it has.
  const own = { email: seenFields(delivery)?.['email'] }
  expect(own.email).not.toEqual(SENT.email)
  expect(kept({ language: 'zh' })).toEqual({ names: ['email'], seen: own, members: own })
  expect(kept({ language: 'zh', email: SENT.email })).toEqual({ names: [], seen: {}, members: {} })
  // What a later write overwrote, whose echo was not heard yet, is no longer there.
  expect(keptThere(settled(told(90), 120), { document, changed: { language: 'zh' } }, fields => fields).names).toEqual(
    [],
  )
  // Later, when nothing was heard since, it is known by what was not sent.
  const { source: _, ...later } = delivery
  const remote = delivery.remote && {
    ...delivery.remote,
    shadow: { ...delivery.remote.shadow, sent: { language: 'zh' } },
  }
  expect(
    keptThere({ ...later, source: undefined, remote }, { document, changed: { language: 'zh' } }, fields => fields)
      .names,
  ).toEqual(['email'])
})
