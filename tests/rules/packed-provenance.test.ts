import { expect, test } from 'vitest'
import { packProvenance, unpackProvenance } from '#rules/survivorship/packed-provenance.ts'
import type { Provenance } from '#rules/survivorship/survivorship.ts'

const crm = { system: 'crm', object: 'contact', remoteId: 'c1', event: 'e1', at: '2026-11-22T00:00:00.000Z' }
const desk = { system: 'desk', object: 'user', remoteId: 'd1', event: 'e2', at: '2026-11-23T00:00:00.000Z' }

test('stored provenance tells the same, with each statement written once', () => {
  const provenance: Record<string, Provenance> = {
    email: { ...crm, rule: 'mostRecent' },
    givenName: { ...crm, rule: 'priority' },
    mobile: { ...desk, rule: 'mostRecent' },
    tags: { ...desk, rule: 'union', elements: { vip: crm, new: desk } },
  }
  const packed = packProvenance(provenance)
  expect(packed.from).toEqual([crm, desk])
  expect(unpackProvenance(JSON.parse(JSON.stringify(packed)))).toEqual(provenance)
})

test('an erased record has none', () => {
  expect(unpackProvenance({})).toEqual({})
})
