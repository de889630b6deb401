import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import type { PullResult, RemoteState } from '#connector/kit.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { until } from '../support/hub.ts'
import { createMemoryVendor, type MemoryVendor } from '../support/memory-connector.ts'
import { type Scene, startScene } from './scene.ts'

const YAML = `
systems:
  site: { connector: site }
  desk: { connector: desk, objects: { contact: {} } }
  crm: { connector: crm, objects: { contact: { loadGroup: sales, pollEvery: 1h } } }
  erp: { connector: erp, objects: { contact: { loadGroup: sales } } }
  mail: { connector: mail, objects: { contact: { loadGroup: mail } } }
routes:
  - { entity: person, system: desk, object: contact }
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: erp, object: contact, when: 'givenName != "Only CRM"' }
  - { entity: person, system: mail, object: contact }
`
const IN = '{"person": {"email": mail, "givenName": name, "jobTitle": title}}'
const OUT = '{"mail": email, "name": givenName}'
const MAPPINGS = {
  'site/contact.in': IN,
  'crm/contact.in': IN,
  'erp/contact.in': IN,
  'desk/contact.out': OUT,
  'crm/contact.out': OUT,
  'erp/contact.out': OUT,
  'mail/contact.out': OUT,
}
const DAY = 86_400_000
const OLD = Date.UTC(2025, 0, 1)

interface PagedVendor extends MemoryVendor {
  cursors: (Json | undefined)[]
  /** Pulls answer only up to this page; the ones behind fail. */
  pagesAllowed: number
}

/** A vendor whose pull gives its stored records, so many a page; the cursor is the number of records read. */
function pagedVendor(name: string, pageSize: number, modified: (id: string) => number): PagedVendor {
  const vendor: PagedVendor = Object.assign(createMemoryVendor(name), { cursors: [], pagesAllowed: Infinity })
  vendor.changes = (cursor): PullResult => {
    vendor.cursors.push(cursor)
    const from = typeof cursor === 'number' ? cursor : 0
    if (from / pageSize >= vendor.pagesAllowed)
      return { ok: false, outcome: { kind: 'retry', reason: 'pulled too far' } }
    const all = [...vendor.records].slice(from, from + pageSize)
    const records = all.map(([remoteId, state]): RemoteState => ({ remoteId, state, modifiedAtMs: modified(remoteId) }))
    return { ok: true, records, cursor: from + all.length, more: from + all.length < vendor.records.size }
  }
  return vendor
}

const person = (n: number | string, name = `Name ${n}`): JsonObject => ({ mail: `p${n}@example.com`, name })

describe('first link', () => {
  const site = createMemoryVendor('site')
  const desk = createMemoryVendor('desk')
  const crm = pagedVendor('crm', 30, () => OLD)
  const erp = pagedVendor('erp', 50, () => OLD + DAY)
  const mail = createMemoryVendor('mail')
  const { pull: _, ...mailConnector } = mail.connector
  let scene: Scene

  beforeAll(async () => {
    // 1 to 100 are in the CRM, 51 to 130 in the ERP, where 60 to 69 have another name; the site knows 1 to 20 and 201.
    for (let n = 1; n <= 100; n += 1) crm.records.set(`c${n}`, person(n))
    crm.records.set('c-twin', person(7))
    for (let n = 51; n <= 130; n += 1) erp.records.set(`e${n}`, person(n, n >= 60 && n < 70 ? `New ${n}` : `Name ${n}`))
    const connectors = [site.connector, desk.connector, crm.connector, erp.connector, mailConnector]
    scene = await startScene({ yaml: YAML, connectors, mappings: MAPPINGS })
    const known = Array.from({ length: 20 }, (_, index) => index + 1)
    await scene.post(
      'site',
      [...known, 201].map(n => ({ id: `s${n}`, data: person(n, n === 20 ? 'Changed 20' : `Name ${n}`) })),
    )
    await scene.calm()
  })

  const actions = () => createActions(scene.hub)
  const states = async (): Promise<Record<string, string>> => {
    const rows = await scene.rows<{ system: string; link_state: string }>(
      'select system, link_state from system_object',
    )
    return Object.fromEntries(rows.map(row => [row.system, row.link_state]))
  }
  const plan = async (system: string) =>
    (await actions().linkPlan(system, undefined)).find(item => item.system === system)?.plan

  test('what has a load group is new, and nothing is written to it; the others are live at once', async () => {
    expect(await states()).toEqual({ desk: 'live', crm: 'new', erp: 'new', mail: 'new' })
    expect(desk.writes).toHaveLength(21)
    expect([...crm.writes, ...erp.writes, ...mail.writes]).toEqual([])
    expect(crm.cursors).toEqual([])
    const waiting = await scene.rows(
      `select distinct state, reason, detail, due_at from delivery where system in ('crm', 'erp', 'mail')`,
    )
    expect(waiting).toEqual([{ state: 'waiting', reason: 'first_link', detail: null, due_at: null }])
  })

  test('starting one member starts its load group, and no other', async () => {
    erp.pagesAllowed = 1
    expect((await actions().linkStart('crm', undefined)).map(item => item.system).sort()).toEqual(['crm', 'erp'])
    expect(await states()).toMatchObject({ crm: 'loading', erp: 'loading', mail: 'new' })
    // The CRM is loaded wholly, and waits for the ERP, which fails.
    await until(
      async () => await actions().linkPlan('crm', undefined),
      ([first, second]) => first?.endedAt !== null && second?.error !== null,
    )
    const [ofCrm, ofErp] = await actions().linkPlan('crm', undefined)
    expect(ofCrm).toMatchObject({ state: 'loading', loaded: 101, error: null, plan: null })
    expect(ofErp).toMatchObject({ state: 'loading', loaded: 50, error: 'pulled too far', endedAt: null })
    expect(ofErp?.nextTryAt).not.toBeNull()
  })

  test('a webhook that comes while loading is handled as ever', async () => {
    await scene.post('crm', [{ id: 'c1', data: person(1, 'Live 1'), at: new Date().toISOString() }])
    await until(
      () => [...desk.records.values()].some(record => record['name'] === 'Live 1'),
      seen => seen,
    )
  })

  test('a load that failed goes on from its last page', async () => {
    erp.pagesAllowed = Infinity
    const before = erp.cursors.length
    await scene.rows(`update system_object set poll_due_at = now() where system = 'erp'`)
    await until(states, seen => seen['crm'] === 'review' && seen['erp'] === 'review')
    await scene.calm()
    expect(erp.cursors[before]).toBe(50)
    expect([...crm.writes, ...erp.writes]).toEqual([])
  })

  test('the plan says what would be done', async () => {
    const ofCrm = await until(
      () => plan('crm'),
      seen => seen?.undecided === 0,
    )
    // 101 to 130 and 201 are not in the CRM; 60 to 69 are newer in the ERP, 20 on the site.
    expect(ofCrm).toMatchObject({
      remoteRecords: 101,
      matched: 71,
      create: 31,
      change: 11,
      inSync: 89,
      remove: 0,
      dead: 0,
    })
    expect(ofCrm).toMatchObject({ duplicates: 1, openReviews: 0, members: [{ member: 'name', count: 11 }] })
    expect(ofCrm?.samples.change[0]).toMatchObject({ members: ['name'] })
    expect(ofCrm?.samples.duplicates).toMatchObject([{ remoteIds: ['c-twin', 'c7'] }])
    const ofErp = await until(
      () => plan('erp'),
      seen => seen?.undecided === 0,
    )
    expect(ofErp).toMatchObject({ remoteRecords: 80, create: 51, change: 0, inSync: 80 })
  })

  test('what was loaded goes to live systems behind live work, and for the first link', async () => {
    expect(new Set([...desk.records.values()].map(record => record['mail'])).size).toBe(131)
    const rows = await scene.rows<{ priority: number; cause: string }>(
      `select distinct priority, cause from delivery d join golden_record g on g.id = d.golden_id
       where system = 'desk' and g.fields ->> 'email' = 'p40@example.com'`,
    )
    expect(rows).toEqual([{ priority: 1, cause: 'load:crm' }])
  })

  test('polls go on from where loading ended', async () => {
    crm.records.set('c301', person(301))
    await scene.rows(`update system_object set poll_due_at = now() where system = 'crm'`)
    await until(
      () => [...desk.records.values()].some(record => record['mail'] === 'p301@example.com'),
      seen => seen,
    )
    expect(crm.cursors.at(-1)).toBe(101)
    expect(crm.writes).toEqual([])
  })

  test('applying makes one system live, and only it is written to', async () => {
    expect(await actions().linkApply('mail', undefined, 'op')).toEqual([])
    expect(await actions().linkApply('crm', undefined, 'op')).toEqual([{ system: 'crm', object: 'contact' }])
    expect(await states()).toMatchObject({ crm: 'live', erp: 'review' })
    await scene.calm()
    await until(
      () => crm.writes.length,
      count => count === 42,
    )
    await scene.calm()
    const created = crm.writes.filter(({ item }) => item.remoteId === undefined)
    expect(created).toHaveLength(31)
    expect(
      crm.writes.filter(({ item }) => item.remoteId !== undefined).map(({ item }) => Object.keys(item.changed)),
    ).toEqual(Array.from({ length: 11 }, () => ['name']))
    expect(erp.writes).toEqual([])
    const rows = await scene.rows(
      `select distinct state, priority, cause from delivery where system = 'crm' and counted_at is not null`,
    )
    expect(rows).toEqual([{ state: 'synced', priority: 1, cause: 'link' }])
    expect(crm.records.size).toBe(133)
  })
})
