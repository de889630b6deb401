import { describe, expect, test } from 'vitest'
import type { RouteConfig } from '#config/config.ts'
import type { DueDelivery, ResolvedLink } from '#deliver/claim/claim.ts'
import { decideDelivery } from '#deliver/decide/decide.ts'
import type { DecideContext, Decision } from '#deliver/decide/decision.ts'
import { noAnswer } from '#mapping/asks.ts'
import { compileMapping } from '#mapping/mapping.ts'
import type { JsonObject } from '#model/json.ts'
import type { SourceFields } from '#rules/statement/source-field.ts'
import { dueDelivery } from './due-delivery.ts'

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
  reads: false,
  cyclic: new Set(),
  defaultCountry: 'CN',
  xref: noAnswer,
  skewToleranceMs: 120_000,
  compare: {},
  ...more,
})
const OUT = context('{ "ext": $id, "name": givenName, "company": $links.account.remoteId }')

type Shadow = NonNullable<DueDelivery['remote']>['shadow']

const due = (more: Partial<DueDelivery> = {}): DueDelivery => dueDelivery({ route: ROUTE.name, ...more })
/** Sent and acknowledged at 100 by our clock, leased at 90. */
const shadow = (more: Partial<Shadow> = {}): Shadow => ({
  sent: undefined,
  earlier: {},
  sentFromMs: 90,
  sentAtMs: 100,
  sentVendorAtMs: undefined,
  sentVersion: undefined,
  ...more,
})
const remote = (more: Partial<NonNullable<DueDelivery['remote']>> = {}): DueDelivery['remote'] => ({
  remoteId: '7',
  sent: undefined,
  version: undefined,
  tombstone: false,
  shadow: shadow(),
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
const source = (fields: SourceFields, more: Partial<NonNullable<DueDelivery['source']>> = {}) => ({
  vendorForm: undefined,
  fields,
  version: undefined,
  isResolving: false,
  ...more,
})
const SENT = { ext: 'g1', name: 'Ana' }
const lost = {
  remote: remote({ sent: SENT, shadow: shadow({ sent: { givenName: 'Ana' } }) }),
  source: source({ givenName: { v: 'Anna', t: 200, e: 'e' } }),
}
/** The system's own edit, at 200 by the vendor's clock and received at 210, won. */
const won = {
  golden: { version: 4, fields: { givenName: 'Anna' }, state: 'active', updatedAtMs: 0 },
  remote: remote({ sent: SENT, version: '7', shadow: shadow({ sent: { givenName: 'Ana' }, sentVersion: '7' }) }),
  source: source({ givenName: { v: 'Anna', t: 200, e: 'e', g: 210 } }, { version: '8' }),
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
    [
      'a job under way',
      due({ state: 'submitted', job: { job: 5, of: 'upsert' } }),
      OUT,
      { kind: 'poll', job: 5, of: 'upsert' },
    ],
    [
      'to be deleted',
      due({ action: 'delete', remote: remote() }),
      OUT,
      { kind: 'remove', how: 'delete', remoteId: '7' },
    ],
    [
      'to be deleted, and nobody knows whether it was written: looked for only',
      due({ action: 'delete', isOpen: true }),
      { ...OUT, looks: true },
      { kind: 'look', document: { ext: 'g1', name: 'Ana' } },
    ],
    [
      'the same where nobody can look',
      due({ action: 'freeze', isOpen: true }),
      { ...OUT, looks: false },
      { kind: 'dead', reason: 'unknown' },
    ],
    ['to be frozen', due({ action: 'freeze', remote: remote() }), OUT, { kind: 'freeze', reason: 'route_exit' }],
    ['to be deleted, never written', due({ action: 'delete' }), OUT, { kind: 'absent', reason: 'never_written' }],
    [
      'the golden record merged away',
      due({ golden: { ...due().golden, state: 'merged' } }),
      OUT,
      { kind: 'absent', reason: 'merged' },
    ],
    ['the route is gone', due(), { ...OUT, route: undefined }, { kind: 'hold', reason: 'no_route' }],
    ['no mapping', due(), { ...OUT, mapping: undefined }, { kind: 'dead', reason: 'no_mapping' }],
    ['a mapping that fails', due(), context('$lowercase(5)'), { kind: 'dead', reason: 'mapping_failed' }],
    ['a mapping that gives a list', due(), context('[1, 2]'), { kind: 'dead', reason: 'mapping_shape' }],
    ['a mapping that gives nothing', due(), context('nothing'), { kind: 'absent', reason: 'mapping_empty' }],
    ['an edit there that lost is written over', due(lost), OUT, { kind: 'write', changed: { name: 'Ana' } }],
    [
      'not before the golden record knows of it',
      due({ ...lost, source: { ...lost.source, isResolving: true } }),
      OUT,
      { kind: 'later' },
    ],
    [
      'nor when our write came after it',
      due({ ...lost, remote: remote({ sent: SENT, shadow: shadow({ sentFromMs: 201 }) }) }),
      OUT,
      { kind: 'synced', adopt: false },
    ],
    ['an edit there that won is there already', due(won), OUT, { kind: 'synced', adopt: true }],
    [
      'unless our write may have come after it',
      due({ ...won, source: { ...won.source, version: undefined } }),
      OUT,
      { kind: 'write', changed: { name: 'Anna' } },
    ],
    [
      'never written, but seen as it must be: adopted',
      due({ remote: remote(), source: source({ givenName: { v: 'Ana', t: 5, e: 'e', a: false } }) }),
      OUT,
      { kind: 'synced', adopt: true },
    ],
    [
      'never written, and seen otherwise: what differs',
      due({ remote: remote(), source: source({ givenName: { v: 'Bea', t: 5, e: 'e' } }) }),
      OUT,
      { kind: 'write', changed: { name: 'Ana' } },
    ],
    [
      'a write that may have arrived is made again whole',
      due({ remote: remote({ sent: SENT }), isOpen: true }),
      OUT,
      { kind: 'write', changed: SENT },
    ],
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

test('a parent that is not told in the system yet is written, though the golden record has it', () => {
  const found = due({
    golden: {
      version: 3,
      fields: { givenName: 'Ana', account: { $ref: { object: 'company', id: '9' } } },
      state: 'active',
      updatedAtMs: 0,
    },
    remote: remote(),
    links: [link({ remoteId: '9', delivery: undefined })],
    source: source({ givenName: { v: 'Ana', t: 1, e: 'e' } }),
  })
  expect(decideDelivery(found, OUT)).toMatchObject({ kind: 'write', changed: { company: '9' } })
  const linked = source({
    givenName: { v: 'Ana', t: 1, e: 'e' },
    account: { v: { $ref: { object: 'company', id: '9' } }, t: 1, e: 'e' },
  })
  expect(decideDelivery({ ...found, source: linked }, OUT)).toMatchObject({ kind: 'synced', adopt: true })
})

test('a losing link is written over, also where the mapping asks for nothing but the link', () => {
  const fields = { givenName: 'Ana', account: { $ref: { system: 'crm', object: 'company', id: 'a1' } } }
  const sent = { ...SENT, company: '9' }
  const at = (id: string) => ({ $ref: { object: 'company', id } })
  const linked = due({
    golden: { version: 3, fields, state: 'active', updatedAtMs: 0 },
    remote: remote({ sent, shadow: shadow({ sent: { givenName: 'Ana', account: at('9') } }) }),
    links: [link({ remoteId: '9', delivery: undefined })],
    source: source({ account: { v: at('8'), t: 200, e: 'e' } }),
  })
  expect(decideDelivery(linked, OUT)).toMatchObject({ kind: 'write', changed: { company: '9' } })
  const told = source({ account: { v: at('9'), t: 200, e: 'e' } })
  expect(decideDelivery({ ...linked, source: told }, OUT)).toMatchObject({ kind: 'synced' })
  const emptied = source({ account: { v: null, t: 200, e: 'e' } })
  expect(decideDelivery({ ...linked, source: emptied }, OUT)).toMatchObject({
    kind: 'write',
    changed: { company: '9' },
  })
})

describe('a link that a first write of unknown fate may still put there', () => {
  const at = (id: string) => ({ $ref: { object: 'company', id } })
  const clears = context('{ "name": givenName, "company": [$links.account.remoteId, null][0] }')
  // The golden record names the parent as another system does.
  const fields = { givenName: 'Ana', account: { $ref: { system: 'erp', object: 'firm', id: 'f9' } } }
  const wrote = (account: JsonObject | null) =>
    due({
      golden: { version: 3, fields, state: 'active', updatedAtMs: 0 },
      remote: remote(),
      links: [link({ remoteId: '9', delivery: undefined })],
      unsettled: [{ at: 90, to: '7', fields: { givenName: 'Ana', account } }],
      source: source({ givenName: { v: 'Ana', t: 1, e: 'e' }, account: { v: at('9'), t: 1, e: 'e' } }),
    })
  test.each([
    ['to another parent', at('8')],
    ['to none', null],
  ])('%s is written over, though the right one is seen', (_, account) => {
    expect(decideDelivery(wrote(account), clears)).toMatchObject({ kind: 'write', changed: { company: '9' } })
  })
  test('to the right parent is not', () => {
    expect(decideDelivery(wrote(at('9')), clears)).toMatchObject({ kind: 'synced', adopt: true })
  })
  test('to another parent is written over also where another system names the right one by the id of that', () => {
    const found = wrote(at('8'))
    const named = { ...found.golden, fields: { givenName: 'Ana', account: at('8') } }
    expect(decideDelivery({ ...found, golden: named }, clears)).toMatchObject({
      kind: 'write',
      changed: { company: '9' },
    })
  })
})

describe('what a patch carries', () => {
  const both = context('{ "full": givenName & " " & familyName, "job": jobTitle }', { patches: true })
  const fields = { givenName: 'Ana', familyName: 'Li', jobTitle: 'Boss' }
  const was = (sent: object, fieldsSent: Readonly<Record<string, string>>) =>
    due({
      golden: { version: 2, fields, state: 'active', updatedAtMs: 0 },
      remote: remote({ sent: { ...sent }, shadow: shadow({ sent: fieldsSent }) }),
    })
  const known = { full: 'Ana Li', job: 'Boss' }
  test.each([
    ['what changed', was({ ...known, job: 'Clerk' }, { ...fields, jobTitle: 'Clerk' }), both, ['jobTitle']],
    [
      'all that a member is made of',
      was({ ...known, full: 'Ann Li' }, { ...fields, givenName: 'Ann' }),
      both,
      ['givenName', 'familyName'],
    ],
    [
      'all, after a write of unknown fate',
      { ...was({ ...known, job: 'Clerk' }, { ...fields, jobTitle: 'Clerk' }), isOpen: true },
      both,
      undefined,
    ],
    [
      'all, where the whole document goes along',
      was({ ...known, job: 'Clerk' }, { ...fields, jobTitle: 'Clerk' }),
      { ...both, patches: false },
      undefined,
    ],
  ])('%s', (_, delivery, given, carries) => {
    const decision = decideDelivery(delivery, given)
    expect(decision.kind === 'write' ? decision.carries : 'no write').toEqual(carries)
  })

  test('consents alone, when it is the last write on leaving a route', () => {
    const given = context('{ "full": givenName, "news": $exists(consents[status = "granted"]) }', { patches: true })
    const consents = [{ channel: 'email', purpose: 'newsletter', status: 'denied' }]
    const left = due({
      action: 'freeze',
      golden: { version: 2, fields: { givenName: 'Ann', consents }, state: 'active', updatedAtMs: 0 },
      remote: remote({ sent: { full: 'Ana', news: true }, shadow: shadow({ sent: { givenName: 'Ana' } }) }),
    })
    expect(decideDelivery(left, given)).toMatchObject({
      kind: 'write',
      changed: { news: false },
      carries: ['consents'],
    })
    expect(decideDelivery(left, { ...given, patches: false })).not.toHaveProperty('carries')
  })
})
