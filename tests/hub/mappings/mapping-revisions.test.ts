import { beforeAll, describe, expect, test } from 'vitest'
import type { Hub } from '#app.ts'
import { createToken } from '#console/tokens.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { startTestHub, until } from '../../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { sceneOf, type Scene } from '../scene.ts'
import { openConsole } from '../console.ts'

const IN = '{"person": {"email": mail, "givenName": name}}'
const OUT = '{"ext": $id, "mail": email, "name": givenName}'
const YAML = `
systems:
  erp: { connector: erp }
  crm: { connector: crm }
routes:
  - { entity: person, system: crm, object: contact }
`

describe('the life of a mapping', () => {
  const erp = createMemoryVendor('erp')
  const crm = createMemoryVendor('crm')
  let db: TestDatabase
  let first: Hub
  let other: Hub
  let scene: Scene
  let time = Date.parse('2026-01-01T00:00:00Z')

  const start = (files: Readonly<Record<string, string>>): Promise<Hub> =>
    startTestHub({
      databaseUrl: db.url,
      yaml: YAML,
      connectors: [erp.connector, crm.connector],
      mappings: { 'erp/contact.in': IN, 'crm/contact.out': OUT, ...files },
      overrides: { console: openConsole },
    })

  beforeAll(async () => {
    db = await createTestDatabase()
    first = await start({})
    other = await start({})
    scene = sceneOf(first, db)
  })

  async function api(who: string, method: string, path: string, body?: object) {
    const { value } = await createToken(db.database.kysely, { id: first.ids.uuid(), name: who, scopes: ['admin'] })
    const headers = { authorization: `Bearer ${value}`, 'content-type': 'application/json' }
    const reply = await fetch(`${first.url}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
  }

  async function say(id: string, name: string): Promise<void> {
    time += 10 * 60_000
    await scene.post('erp', [{ id, at: new Date(time).toISOString(), data: { mail: `${id}@example.com`, name } }])
    await scene.calm()
  }

  const inCrm = (): unknown[] =>
    [...crm.records.values()]
      .map(record => JSON.stringify(record['name']).slice(1, -1))
      .toSorted((a, b) => (a < b ? -1 : 1))

  test('files are the first revisions, and what is mapped says by which', async () => {
    await say('1', 'Ann')
    expect(inCrm()).toEqual(['Ann'])
    expect(
      await scene.rows(
        "select mapping, revision, origin, state from mapping_revision where mapping ~ '^(crm|erp)/' order by mapping",
      ),
    ).toEqual([
      { mapping: 'crm/contact.out', revision: 1, origin: 'file', state: 'published' },
      { mapping: 'erp/contact.in', revision: 1, origin: 'file', state: 'published' },
    ])
    expect(await scene.rows("select mapping_revision from event where system = 'erp'")).toEqual([
      { mapping_revision: 1 },
    ])
    expect(await scene.rows('select mapping_revision from delivery')).toEqual([{ mapping_revision: 1 }])
    const listed = (await api('mia', 'GET', '/deliveries')).body['items'] as { goldenId: string }[]
    const one = await api('mia', 'GET', `/deliveries/crm/contact/${listed[0]?.goldenId ?? ''}`)
    expect(one.body).toMatchObject({ mappingRevision: 1 })
  })

  test('a draft is saved, checked, and two people on one are told', async () => {
    const saved = await api('mia', 'PUT', '/mappings/crm/contact.out/draft', { source: '{"ext": ', expected: null })
    expect(saved).toMatchObject({ status: 200, body: { revision: 2, state: 'draft', createdBy: 'mia', against: 1 } })
    const lost = await api('noa', 'PUT', '/mappings/crm/contact.out/draft', { source: '{}', expected: null })
    expect(lost).toMatchObject({ status: 409, body: { detail: expect.stringContaining('mia saved another draft') } })
    const checked = await api('mia', 'POST', '/mappings/crm/contact.out/check', {})
    expect(checked.body).toMatchObject({ passed: false, findings: [{ code: 'syntax', line: 1 }] })
    const refused = await api('mia', 'POST', '/mapping-publications', { mappings: ['crm/contact.out'] })
    expect(refused).toMatchObject({
      status: 409,
      body: { errors: [{ path: expect.stringContaining('crm/contact.out:1') }] },
    })
    const listed = (await api('mia', 'GET', '/mappings')).body['items'] as { name: string }[]
    expect(listed.filter(one => /^(crm|erp)\//.test(one.name))).toMatchObject([
      { name: 'crm/contact.out', revision: 1, draft: { by: 'mia' } },
      { name: 'erp/contact.in', revision: 1, draft: null },
    ])
  })

  test('cases of a draft are run and must pass', async () => {
    const source = '{"ext": $id, "mail": email, "name": $uppercase(givenName)}'
    const cases = [{ name: 'loud', input: { givenName: 'ann' }, expect: { name: 'Ann' } }]
    await api('mia', 'PUT', '/mappings/crm/contact.out/draft', { source, cases })
    expect((await api('mia', 'POST', '/mapping-publications', { mappings: ['crm/contact.out'] })).status).toBe(409)
    const right = [{ name: 'loud', input: { givenName: 'ann' }, expect: { name: 'ANN' } }]
    await api('mia', 'PUT', '/mappings/crm/contact.out/draft', { source, cases: right })
    expect((await api('mia', 'POST', '/mappings/crm/contact.out/check', {})).body).toMatchObject({
      passed: true,
      results: [{ name: 'loud', passed: true }],
      lineage: expect.arrayContaining([{ target: 'name', reads: ['givenName'], decidedBy: [] }]),
    })
  })

  test('a set is published at once, is in force in every process within a second, and is recorded', async () => {
    await api('mia', 'PUT', '/mappings/erp/contact.in/draft', {
      source: '{"person": {"email": mail, "givenName": name & "!"}}',
    })
    const published = await api('mia', 'POST', '/mapping-publications', {
      mappings: ['crm/contact.out', 'erp/contact.in'],
      note: 'louder',
    })
    const publishedMs = performance.now()
    expect(published).toMatchObject({
      status: 200,
      body: {
        kind: 'publish',
        by: 'mia',
        note: 'louder',
        changes: [
          { mapping: 'crm/contact.out', revision: 2, previous: 1 },
          { mapping: 'erp/contact.in', revision: 2, previous: 1 },
        ],
      },
    })
    // Both change in one moment: there is no look at the other process that sees one without the other.
    await until(
      async () => [other.mappings.get('crm/contact.out')?.revision, other.mappings.get('erp/contact.in')?.revision],
      revisions => {
        expect(revisions[0]).toBe(revisions[1])
        return revisions[0] === 2
      },
    )
    expect(performance.now() - publishedMs).toBeLessThan(1000)
    // Without a replay what is there stays until it changes.
    await scene.calm()
    expect(inCrm()).toEqual(['Ann'])
    await say('2', 'bob')
    expect(inCrm()).toEqual(['Ann', 'BOB!'])
    expect(await scene.rows("select mapping_revision from event where system = 'erp' order by id")).toEqual([
      { mapping_revision: 1 },
      { mapping_revision: 2 },
    ])
    expect(await scene.rows('select mapping_revision from delivery order by planned_at')).toEqual([
      { mapping_revision: 1 },
      { mapping_revision: 2 },
    ])
    expect(await scene.rows("select actor, target from audit where action = 'mapping.publish'")).toEqual([
      { actor: 'mia', target: expect.stringMatching(/^publication \d+$/) },
    ])
    // Each process says so when it looks next.
    await until(
      () => scene.rows('select distinct publication from process'),
      publications => publications.length === 1,
    )
  })

  test('with a replay what is stored is made again and only differences are sent', async () => {
    await api('mia', 'PUT', '/mappings/crm/contact.out/draft', {
      source: '{"ext": $id, "mail": email, "name": $lowercase(givenName)}',
      cases: [],
    })
    const before = (await scene.rows('select from attempt')).length
    await api('mia', 'POST', '/mapping-publications', { mappings: ['crm/contact.out'], replay: true })
    await until(
      () => scene.rows('select from backfill where ended_at is null'),
      open => open.length === 0,
    )
    await scene.calm()
    expect(inCrm()).toEqual(['ann', 'bob!'])
    expect(await scene.rows('select distinct cause, mapping_revision from delivery')).toEqual([
      { cause: 'mapping:crm/contact.out', mapping_revision: 3 },
    ])
    expect((await scene.rows('select from attempt')).length).toBeGreaterThan(before)
  })

  test('with a replay history is mapped again by an inbound mapping too, and records where it stands', async () => {
    await api('mia', 'PUT', '/mappings/erp/contact.in/draft', {
      source: '{"person": {"email": mail, "givenName": name & "?"}}',
    })
    const published = await api('mia', 'POST', '/mapping-publications', { mappings: ['erp/contact.in'], replay: true })
    const path = `/mapping-publications/${String(published.body['number'])}`
    await until(
      async () => (await api('mia', 'GET', path)).body['replay'] as { state: string; done: number; total: number },
      replay => replay.state === 'done',
    )
    expect((await api('mia', 'GET', path)).body).toMatchObject({ replay: { state: 'done', done: 2, total: 2 } })
    await scene.calm()
    expect(inCrm()).toEqual(['ann?', 'bob?'])
    expect(await scene.rows("select distinct mapping_revision, run from event where system = 'erp'")).toEqual([
      { mapping_revision: 3, run: 1 },
    ])
    const back = { mapping: 'erp/contact.in', revision: 2, replay: true }
    await api('mia', 'POST', '/mapping-publications/rollback', back)
    await until(
      () => inCrm(),
      names => names.join() === 'ann!,bob!',
    )
  })

  test('a publication is rolled back as a whole, and history shows all of it', async () => {
    const list = (await api('mia', 'GET', '/mapping-publications')).body as {
      items: { number: number; note: string | null }[]
    }
    const loud = list.items.find(one => one.note === 'louder')
    const back = await api('noa', 'POST', '/mapping-publications/rollback', { publication: loud?.number })
    expect(back).toMatchObject({ status: 200, body: { kind: 'rollback', by: 'noa' } })
    expect(first.mappings.get('erp/contact.in')?.source).toBe(IN)
    expect(first.mappings.get('crm/contact.out')?.source).toBe(OUT)
    const one = await api('noa', 'POST', '/mapping-publications/rollback', { mapping: 'crm/contact.out', revision: 3 })
    expect(one).toMatchObject({ status: 200, body: { changes: [{ previous: 1, revision: 3 }] } })
    const revisions = await api('mia', 'GET', '/mappings/crm/contact.out/revisions')
    expect(revisions.body['items']).toMatchObject([
      { revision: 3, state: 'published' },
      { revision: 2, state: 'retired' },
      { revision: 1, origin: 'file', state: 'retired' },
    ])
    const detail = await api('mia', 'GET', '/mappings/crm/contact.out/revisions/2?against=1')
    expect(detail.body).toMatchObject({ against: 1, diff: [{ mark: '-' }, { mark: '+' }] })
  })

  test('a file that changed under a revision of a person does not replace it; one that says the same does', async () => {
    await other.stop()
    await first.stop()
    first = await start({ 'crm/contact.out': '{"mail": email}', 'erp/contact.in': `${IN} ` })
    scene = sceneOf(first, db)
    expect(first.mappings.get('crm/contact.out')?.revision).toBe(3)
    expect(first.mappings.get('erp/contact.in')?.source).toBe(`${IN} `)
    await first.stop()
    first = await start({ 'crm/contact.out': '{"ext": $id, "mail": email, "name": $lowercase(givenName)}' })
    scene = sceneOf(first, db)
    expect(first.mappings.get('crm/contact.out')).toMatchObject({ revision: 5 })
    expect(
      await scene.rows("select origin from mapping_revision where state = 'published' and mapping ~ '^(crm|erp)/'"),
    ).toEqual([{ origin: 'file' }, { origin: 'file' }])
  })
})
