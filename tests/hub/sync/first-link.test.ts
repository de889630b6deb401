import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { linkMembers } from '#deliver/link/link.ts'
import { startReviews } from '#deliver/link/review.ts'
import { until } from '../../support/hub.ts'
import { createPagedVendor, person } from '../../support/link-vendor.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { arrowLines, readStateDiagram, sortedLines } from '../../house/state-diagram.ts'
import { type Scene, startScene } from '../scene.ts'

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

describe('first link', () => {
  const site = createMemoryVendor('site')
  const desk = createMemoryVendor('desk')
  const crm = createPagedVendor('crm', 30, OLD)
  const erp = createPagedVendor('erp', 50, OLD + DAY)
  const mail = createMemoryVendor('mail', { concurrency: 1, batchMax: 1 })
  const { pull: _, ...mailConnector } = mail.connector
  let scene: Scene
  let db: TestDatabase

  beforeAll(async () => {
    // 1 to 100 are in the CRM, 51 to 130 in the ERP, where 60 to 69 have another name; the site knows 1 to 20 and 201.
    for (let n = 1; n <= 100; n += 1) crm.records.set(`c${n}`, person(n))
    crm.records.set('c-twin', person(7))
    for (let n = 51; n <= 130; n += 1) erp.records.set(`e${n}`, person(n, n >= 60 && n < 70 ? `New ${n}` : `Name ${n}`))
    const connectors = [site.connector, desk.connector, crm.connector, erp.connector, mailConnector]
    db = await createTestDatabase()
    await recordMoves(db)
    scene = await startScene({ yaml: YAML, connectors, mappings: MAPPINGS }, db)
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
    expect(await startReviews(scene.hub.database, linkMembers(scene.hub.config))).toEqual([])
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
    // Ten of eleven are shown, and ten of eleven are those that are new in the ERP.
    const renamed = ofCrm?.samples.change.find(row => String(row.content?.['name']).startsWith('New'))
    const number = String(renamed?.content?.['name']).slice(4)
    expect(renamed).toMatchObject({
      members: ['name'],
      content: { name: `New ${number}` },
      vendorForm: { name: `Name ${number}` },
    })
    expect(ofCrm?.samples.create[0]?.content).toMatchObject({ mail: expect.stringContaining('@example.com') })
    expect(ofCrm?.samples.duplicates).toMatchObject([{ remoteIds: ['c-twin', 'c7'] }])
    const ofErp = await until(
      () => plan('erp'),
      seen => seen?.undecided === 0,
    )
    expect(ofErp).toMatchObject({ remoteRecords: 80, create: 51, change: 0, inSync: 80 })
  })

  test('what rests for a reason of its own is decided, and does not keep the plan open', async () => {
    const frozen = `update delivery set state = 'frozen', reason = 'source_deleted', detail = null, due_at = null`
    const [one] = await scene.rows<{ golden_id: string; detail: object }>(
      `select golden_id, detail from delivery where system = 'crm' and reason = 'first_link' limit 1`,
    )
    await scene.rows(`${frozen} where system = 'crm' and golden_id = '${one?.golden_id}'`)
    expect(await plan('crm')).toMatchObject({ undecided: 0 })
    await scene.rows(
      `update delivery set state = 'waiting', reason = 'first_link', detail = '${JSON.stringify(one?.detail)}' where system = 'crm' and golden_id = '${one?.golden_id}'`,
    )
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
    // Somebody enters a customer there who would be created, and the hub has not heard of it yet.
    crm.records.set('c-late', person(110))
    expect(await actions().linkApply('mail', undefined, 'op')).toEqual([])
    expect(await actions().linkApply('crm', undefined, 'op')).toEqual([{ system: 'crm', object: 'contact' }])
    expect(await states()).toMatchObject({ crm: 'live', erp: 'review' })
    await scene.calm()
    await until(
      () => crm.writes.length,
      count => count === 41,
    )
    await scene.calm()
    const created = crm.writes.filter(({ item }) => item.remoteId === undefined)
    expect(created).toHaveLength(30)
    expect(created.map(({ item }) => item.content['mail'])).not.toContain('p110@example.com')
    expect(
      crm.writes.filter(({ item }) => item.remoteId !== undefined).map(({ item }) => Object.keys(item.changed)),
    ).toEqual(Array.from({ length: 11 }, () => ['name']))
    expect(erp.writes).toEqual([])
    const rows = await scene.rows<{ remote_id: string; state: string; priority: number; cause: string }>(
      `select remote_id, state, priority, cause from delivery where system = 'crm' and counted_at is not null`,
    )
    const [late, ...others] = rows.toSorted(({ remote_id: one }) => (one === 'c-late' ? -1 : 1))
    expect(late).toMatchObject({ remote_id: 'c-late', state: 'synced' })
    expect(new Set(others.map(({ state, priority, cause }) => `${state} ${priority} ${cause}`))).toEqual(
      new Set(['synced 1 link']),
    )
    expect(crm.records.size).toBe(133)
  })

  test('what was applied goes behind live work', async () => {
    await actions().linkStart('mail', undefined)
    // It cannot be pulled: there is nothing to wait for.
    expect(await states()).toMatchObject({ mail: 'review' })
    await until(
      () => plan('mail'),
      seen => seen?.undecided === 0 && seen.create === 132,
    )
    // One call at a time; the second waits for the test.
    const answering = Promise.withResolvers<undefined>()
    mail.answer = () => (mail.writes.length === 2 ? answering.promise : undefined)
    await actions().linkApply('mail', undefined, 'op')
    await until(
      () => mail.writes.length,
      count => count === 2,
    )
    await scene.post('site', [{ id: 's-live', data: person('live') }])
    await until(
      () =>
        scene.rows(`select 1 from delivery d join golden_record g on g.id = d.golden_id
        where d.system = 'mail' and d.state = 'pending' and g.fields ->> 'email' = 'plive@example.com'`),
      rows => rows.length === 1,
    )
    answering.resolve(undefined)
    await scene.calm()
    const order = mail.writes.map(({ item }) => item.content['mail'])
    expect(order).toHaveLength(133)
    // Few had been taken up before it came.
    expect(order.indexOf('plive@example.com')).toBeLessThan(10)
  })

  test('its states moved as docs/two-way-sync.md draws them', async () => {
    const { rows } = await sql<{ source: string; target: string }>`select distinct source, target from moves`.execute(
      db.database.kysely,
    )
    const moves = sortedLines(rows.map(row => [row.source, row.target] as const))
    // Of an object that was live without having been written to: see the next part.
    expect([...moves, 'live -> new'].sort()).toEqual(arrowLines(readStateDiagram(DRAWING)))
  })
})

const DRAWING =
  /```mermaid\n([\s\S]*?)```/.exec(
    readFileSync(join(import.meta.dirname, '../../../docs/two-way-sync.md'), 'utf8'),
  )?.[1] ?? ''

/** Lets the database write down every move of a link state. */
async function recordMoves({ database }: TestDatabase): Promise<void> {
  await sql`create table moves (source text, target text)`.execute(database.kysely)
  await sql`
    create function record_move() returns trigger language plpgsql as $$
    begin
      insert into moves values (case when tg_op = 'INSERT' then '[*]' else old.link_state end, new.link_state);
      return null;
    end $$`.execute(database.kysely)
  await sql`
    create trigger record_move after insert or update of link_state on system_object
    for each row execute function record_move()`.execute(database.kysely)
}

describe('a system that is linked later', () => {
  const site = createMemoryVendor('site')
  const crm = createPagedVendor('crm', 10, OLD)
  const desk = createMemoryVendor('desk')
  const connectors = [site.connector, crm.connector, desk.connector]
  const yaml = (crmObjects: string, deskObjects: string, routes: string) => `
systems:
  site: { connector: site }
  crm: { connector: crm, objects: { contact: { ${crmObjects} } } }
  desk: { connector: desk, objects: { contact: { ${deskObjects} } } }
routes: [${routes}]
`
  const DESK = '{ entity: person, system: desk, object: contact }'
  const CRM = '{ entity: person, system: crm, object: contact }'
  let db: TestDatabase
  let scene: Scene

  const states = async () =>
    await scene.rows(`select system || ' ' || link_state as state, cursor from system_object order by system`)
  const restart = async (text: string): Promise<void> => {
    await scene.hub.stop()
    scene = await startScene({ yaml: text, connectors, mappings: MAPPINGS }, db)
  }

  beforeAll(async () => {
    db = await createTestDatabase()
    for (let n = 1; n <= 60; n += 1) crm.records.set(`c${n}`, person(n))
    scene = await startScene({ yaml: yaml('pollEvery: 1h', '', DESK), connectors, mappings: MAPPINGS }, db)
    await until(
      () => desk.writes.length,
      count => count === 60,
    )
    await scene.calm()
  })

  test('becomes new when a load group is added, unless something was written there already', async () => {
    expect(await states()).toEqual([
      { state: 'crm live', cursor: 60 },
      { state: 'desk live', cursor: null },
    ])
    await restart(yaml('pollEvery: 1h, loadGroup: a', 'loadGroup: a', `${DESK}, ${CRM}`))
    expect(await states()).toMatchObject([{ state: 'crm new' }, { state: 'desk live' }])
  })

  test('stays new when its load group leaves the file: only a person makes it live', async () => {
    await restart(yaml('pollEvery: 1h', '', `${DESK}, ${CRM}`))
    expect(await states()).toMatchObject([{ state: 'crm new' }, { state: 'desk live' }])
    await restart(yaml('pollEvery: 1h, loadGroup: a', '', `${DESK}, ${CRM}`))
  })

  test('is loaded from the beginning, and goes on after a stop where it was', async () => {
    crm.pagesAllowed = 3
    await createActions(scene.hub).linkStart('crm', 'contact')
    await until(states, ([first]) => JSON.stringify(first) === JSON.stringify({ state: 'crm loading', cursor: 30 }))
    const begun = crm.cursors.length
    crm.pagesAllowed = Infinity
    await restart(yaml('pollEvery: 1h, loadGroup: a', '', `${DESK}, ${CRM}`))
    await scene.rows(`update system_object set poll_due_at = now() where system = 'crm'`)
    await until(states, ([first]) => JSON.stringify(first) === JSON.stringify({ state: 'crm review', cursor: 60 }))
    // The same customers as before, and nothing to write but what the site says about one of them.
    expect(crm.cursors.slice(begun).filter(cursor => cursor !== 30 && cursor !== 60)).toEqual([40, 50])
    const [report] = await createActions(scene.hub).linkPlan('crm', undefined)
    expect(report).toMatchObject({ loaded: 60, plan: { remoteRecords: 60, create: 0, change: 0 } })
    expect(crm.writes).toEqual([])
  })
})
