import { describe, expect, test } from 'vitest'
import type { RouteConfig } from '#config/config.ts'
import type { DueDelivery, ResolvedLink } from '#deliver/claim.ts'
import { type DecideContext, type Decision, decideDelivery } from '#deliver/decide.ts'
import { compileMapping } from '#mapping/mapping.ts'

const ROUTE: RouteConfig = {
  name: 'crm.contact',
  entity: 'person',
  system: 'crm',
  object: 'contact',
  mapping: 'crm/contact.out',
  onRouteExit: 'freeze',
  onSourceDelete: 'ignore',
  losingEdits: 'writeBack',
}
const context = (mapping: string, more: Partial<DecideContext> = {}): DecideContext => ({
  route: ROUTE,
  mapping: compileMapping('crm/contact.out', mapping),
  looks: true,
  cyclic: new Set(),
  defaultCountry: 'CN',
  ...more,
})
const OUT = context('{ "ext": $id, "name": givenName, "company": $links.account.remoteId }')

const due = (more: Partial<DueDelivery> = {}): DueDelivery => ({
  system: 'crm',
  object: 'contact',
  goldenId: 'g1',
  entity: 'person',
  route: ROUTE.name,
  action: 'upsert',
  state: 'pending',
  interrupted: false,
  failures: 0,
  job: undefined,
  cause: undefined,
  counted: 'no',
  flips: {},
  traceId: 't',
  eventId: undefined,
  plannedAt: 0,
  golden: { version: 3, fields: { givenName: 'Ana' }, state: 'active', updatedAtMs: 0 },
  remote: undefined,
  source: undefined,
  links: [],
  linkState: 'live',
  ...more,
})
const remote = (more: Partial<NonNullable<DueDelivery['remote']>> = {}): DueDelivery['remote'] => ({
  remoteId: '7',
  sent: undefined,
  version: undefined,
  sentAtMs: undefined,
  tombstone: false,
  ...more,
})
const link = (more: Partial<ResolvedLink> = {}): ResolvedLink => ({
  field: 'account',
  goldenId: 'g2',
  entity: 'account',
  fields: {},
  remoteId: undefined,
  delivery: { state: 'pending', reason: undefined, object: 'company' },
  ...more,
})
const lost = {
  remote: remote({ sent: { ext: 'g1', name: 'Ana' }, sentAtMs: 100 }),
  source: { vendorForm: undefined, fields: { givenName: { v: 'Anna', t: 200, e: 'e' } }, modifiedAtMs: 200 },
}

describe('what is to be done about a due delivery', () => {
  test.each<[string, DueDelivery, DecideContext, Partial<Decision>]>([
    [
      'nothing there: create, after a look',
      due(),
      OUT,
      { kind: 'write', remoteId: undefined, look: true, changed: { ext: 'g1', name: 'Ana' } },
    ],
    ['a vendor with an upsert needs no look', due(), { ...OUT, looks: false }, { kind: 'write', look: false }],
    [
      'there: update what differs, without a look',
      due({ remote: remote({ sent: { ext: 'g1', name: 'A' } }) }),
      OUT,
      { kind: 'write', remoteId: '7', look: false, changed: { name: 'Ana' } },
    ],
    [
      'there and right',
      due({ remote: remote({ sent: { ext: 'g1', name: 'Ana' } }) }),
      OUT,
      { kind: 'synced', adopt: false },
    ],
    ['deleted there', due({ remote: remote({ tombstone: true }) }), OUT, { kind: 'absent', reason: 'deleted_there' }],
    ['a job under way', due({ state: 'submitted', job: 5 }), OUT, { kind: 'poll', job: 5 }],
    [
      'to be deleted',
      due({ action: 'delete', remote: remote() }),
      OUT,
      { kind: 'remove', how: 'delete', remoteId: '7' },
    ],
    ['to be deleted, never written', due({ action: 'delete' }), OUT, { kind: 'absent', reason: 'never_written' }],
    [
      'the golden record merged away',
      due({ golden: { ...due().golden, state: 'merged' } }),
      OUT,
      { kind: 'absent', reason: 'merged' },
    ],
    ['the route is gone', due(), { ...OUT, route: undefined }, { kind: 'absent', reason: 'no_route' }],
    ['no mapping', due(), { ...OUT, mapping: undefined }, { kind: 'dead', reason: 'no_mapping' }],
    ['a mapping that fails', due(), context('$lowercase(5)'), { kind: 'dead', reason: 'mapping_failed' }],
    ['a mapping that gives a list', due(), context('[1, 2]'), { kind: 'dead', reason: 'mapping_shape' }],
    ['a mapping that gives nothing', due(), context('nothing'), { kind: 'absent', reason: 'mapping_empty' }],
    ['an edit there that lost is written over', due(lost), OUT, { kind: 'write', changed: { ext: 'g1', name: 'Ana' } }],
    [
      'or kept, where the route says so',
      due(lost),
      { ...OUT, route: { ...ROUTE, losingEdits: 'keepLocal' } },
      { kind: 'synced' },
    ],
  ])('%s', (_name, delivery, given, decision) => {
    expect(decideDelivery(delivery, given)).toMatchObject(decision)
  })
})

describe('what it waits for', () => {
  test.each<[string, ResolvedLink, Partial<Decision>]>([
    ['a parent that is on its way', link(), { kind: 'wait' }],
    ['a dead parent', link({ delivery: { state: 'dead', reason: 'rejected', object: 'company' } }), { kind: 'wait' }],
    [
      'a parent that is there',
      link({ remoteId: 'c1' }),
      { kind: 'write', document: { ext: 'g1', name: 'Ana', company: 'c1' } },
    ],
    [
      'a parent that is not routed there is left out',
      link({ delivery: undefined }),
      { kind: 'write', document: { ext: 'g1', name: 'Ana' } },
    ],
    [
      'so is one that is absent',
      link({ delivery: { state: 'absent', reason: 'mapping_empty', object: 'company' } }),
      { kind: 'write' },
    ],
    [
      'and one that is frozen',
      link({ delivery: { state: 'frozen', reason: 'route_exit', object: 'company' } }),
      { kind: 'write' },
    ],
  ])('%s', (_name, given, decision) => {
    expect(decideDelivery(due({ links: [given] }), OUT)).toMatchObject(decision)
  })

  test('one that waits for it in turn is written in a second step', () => {
    expect(decideDelivery(due({ links: [link()] }), { ...OUT, cyclic: new Set(['g2']) })).toMatchObject({
      kind: 'write',
    })
  })

  test('a wait names each parent', () => {
    const parents = [link(), link({ field: 'reportsTo', goldenId: 'g3' })]
    expect(decideDelivery(due({ links: parents }), OUT)).toEqual({ kind: 'wait', parents })
  })
})
