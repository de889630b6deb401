import { expect, test } from 'vitest'
import { judgeSources } from '../../simulation/invariants/judged.ts'
import type { Evidence } from '../../simulation/invariants/evidence.ts'
import type { Snapshot } from '../../simulation/world/truth.ts'
import type { Dialect } from '../../simulation/world/vendors/dialect.ts'
import { createVendor, type Registry } from '../../simulation/world/vendors/vendor.ts'

const NAME = { name: 'givenName', kind: 'name', weight: 1 } as const
const WORD = { name: 'language', kind: 'word', weight: 1 } as const

/** A vendor with a right clock, whose people make three edits, the last two of them in one millisecond; told in this order. */
function namesAfter(...told: number[]): unknown[] {
  const snapshots = new Map<number, Snapshot>()
  const clock = { ms: 1 }
  let rev = 0
  const vendor = createVendor(
    {
      system: 'erp',
      clock: 'true',
      events: 'whole',
      skewMs: 0,
      sends: { person: [NAME, WORD], account: [] },
      takes: { person: [NAME, WORD], account: [] },
      member: (field: string) => field,
    } as unknown as Dialect,
    {
      clock: { nowMs: () => clock.ms },
      snapshots,
      nextRev: () => (rev += 1),
      changed: () => undefined,
    } as unknown as Registry,
  )
  const record = vendor.create('contact', 'ann', { givenName: 'Ann', language: 'en' }, 'person')
  clock.ms = 100
  vendor.write(record, { language: 'de' }, 'person')
  vendor.write(record, { givenName: 'Bea' }, 'person')
  const reports = told.map((shown, index) => ({
    event: `event ${index}`,
    system: 'erp',
    object: 'contact',
    remoteId: record.id,
    kind: 'snapshot',
    origin: 'webhook',
    receivedMs: 1_000 + index,
    settledMs: 1_000 + index,
    order: { version: undefined, atMs: snapshots.get(shown)?.vendorMs ?? 0 },
    rev: shown,
    ownDelete: false,
    members: ['givenName', 'language'],
  }))
  const evidence = { reports, snapshots, vendors: [vendor], crosswalk: [] } as unknown as Evidence
  const [judged] = judgeSources(evidence).values()
  return (judged?.slots.get('givenName') ?? []).map(({ asserted }) => asserted?.value)
}

test('what is told of one moment in the order of that moment is stated in that order', () => {
  expect(namesAfter(1, 2, 3)).toEqual(['Bea'])
})

test('what is told late, of the very moment in which its people set something else since, may be heard or not', () => {
  expect(namesAfter(1, 3, 2)).toEqual(['Ann', 'Bea'])
})

test('what is told late, of a moment before, is not heard', () => {
  expect(namesAfter(3, 1)).toEqual(['Bea'])
})
