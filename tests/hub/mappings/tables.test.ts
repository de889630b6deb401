import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createPlanActions } from '#app/mappings/plan/plans.ts'
import type { Hub } from '#app.ts'
import { isProblem } from '#console/problem.ts'
import { createToken } from '#console/tokens.ts'
import { startTestHub, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { openConsole } from '../console.ts'
import { sceneOf, type Scene } from '../scene.ts'

const IN = '{"person": {"email": mail, "jobTitle": $table("titles", job).en}}'
const OUT = '{"ext": $id, "mail": email, "owner": $table("owners", jobTitle)}'
const TITLES = 'code,en,de\nceo,Boss,Chefin\ndev,Developer,\n'
const YAML = `
systems:
  erp: { connector: erp }
  crm: { connector: crm }
routes:
  - { entity: person, system: crm, object: contact }
`

// It starts three hubs one after the other.
describe('look-up tables of a running hub', { timeout: 90_000 }, () => {
  const erp = createMemoryVendor('erp')
  const crm = createMemoryVendor('crm')
  let db: TestDatabase
  let hub: Hub
  let scene: Scene

  async function start(owners: string, titles = TITLES): Promise<void> {
    hub = await startTestHub({
      databaseUrl: db.url,
      yaml: YAML,
      connectors: [erp.connector, crm.connector],
      mappings: { 'erp/contact.in': IN, 'crm/contact.out': OUT },
      tables: { owners, titles },
      overrides: { console: openConsole },
    })
    scene = sceneOf(hub, db)
  }

  beforeAll(async () => {
    db = await createTestDatabase()
    await start('title,owner\nBoss,u1\n')
  })

  async function api(method: string, path: string, body?: object) {
    const { value } = await createToken(db.database.kysely, { id: randomUUID(), name: 'mia', scopes: ['admin'] })
    const headers = { authorization: `Bearer ${value}`, 'content-type': 'application/json' }
    const given = body === undefined ? {} : { body: JSON.stringify(body) }
    const reply = await fetch(`${hub.url}/api/v1${path}`, { method, headers, ...given })
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
  }

  async function say(id: string, job: string): Promise<void> {
    await scene.post('erp', [{ id, at: new Date().toISOString(), data: { mail: `${id}@example.com`, job } }])
    await scene.calm()
  }

  const inCrm = () => Object.fromEntries([...crm.records.values()].map(one => [one['mail'], one['owner']]))
  const revisions = async () =>
    (
      await scene.rows<{ mapping: string; revision: number }>(
        "select mapping, revision from mapping_revision where state = 'published' order by mapping",
      )
    )
      .filter(({ mapping }) => /^(crm|erp)\//.test(mapping))
      .map(({ mapping, revision }) => `${mapping} ${revision}`)

  test('answer mappings of both directions, and a file that changed makes a revision of what names it', async () => {
    await say('a', 'ceo')
    expect(inCrm()).toEqual({ 'a@example.com': 'u1' })
    expect(await revisions()).toEqual(['crm/contact.out 1', 'erp/contact.in 1'])
    await hub.stop()
    await start('title,owner\nBoss,u2\nDeveloper,u3\n')
    expect(await revisions()).toEqual(['crm/contact.out 2', 'erp/contact.in 1'])
    expect(await scene.rows("select note from mapping_revision where mapping = 'crm/contact.out'")).toEqual([
      { note: 'with tables/owners.csv' },
      { note: 'with tables/owners.csv' },
    ])
    await until(
      () => scene.rows('select from backfill where ended_at is null'),
      open => open.length === 0,
    )
    await say('b', 'dev')
    expect(inCrm()).toEqual({ 'a@example.com': 'u2', 'b@example.com': 'u3' })
    expect(await scene.rows('select distinct mapping_revision from delivery')).toEqual([{ mapping_revision: 2 }])
    expect(await scene.rows('select distinct mapping_revision from event')).toEqual([{ mapping_revision: 1 }])
  })

  test('a revision that is put back maps by the table as it was then', async () => {
    const back = { mapping: 'crm/contact.out', revision: 1, replay: true }
    expect(await api('POST', '/mapping-publications/rollback', back)).toMatchObject({ status: 200 })
    await until(
      () => scene.rows('select from backfill where ended_at is null'),
      open => open.length === 0,
    )
    await scene.calm()
    expect(inCrm()).toMatchObject({ 'a@example.com': 'u1' })
    expect(hub.mappings.get('crm/contact.out')?.revision).toBe(1)
    // It stays when the hub starts again, and its table comes from the database.
    await hub.stop()
    await start('title,owner\nBoss,u2\nDeveloper,u3\n')
    expect(hub.mappings.get('crm/contact.out')?.revision).toBe(1)
    expect(hub.mappings.get('crm/contact.out')?.run({ jobTitle: 'Boss' }, { nowMs: 0 })).toMatchObject({
      value: { owner: 'u1' },
    })
  })

  test('a draft is checked, tried, planned and published with the tables of the files', async () => {
    const source = '{"ext": $id, "mail": email, "owner": $table("owners", jobTitle), "x": $table("titles", "ceo").fr}'
    const checked = await api('POST', '/mappings/crm/contact.out/check', { source })
    expect(checked.body).toMatchObject({
      passed: true,
      findings: [{ reason: 'target_empty' }, { reason: 'field_unknown', params: { name: 'fr' } }],
    })
    const wrong = await api('POST', '/mappings/crm/contact.out/check', { source: '{"a": $table("owner", jobTitle)}' })
    expect(wrong.body).toMatchObject({ passed: false, findings: [{ reason: 'M1014', line: 1 }] })
    const tried = await api('POST', '/mappings/crm/contact.out/try', { source, input: { jobTitle: 'Boss' } })
    expect(tried.body).toMatchObject({ draft: { value: { owner: 'u2' } }, inForce: { value: { owner: 'u1' } } })
    const typed = '{"owner": $table("'
    const completed = await api('POST', '/mappings/crm/contact.out/completions', {
      source: typed,
      position: typed.length,
    })
    expect(completed.body).toMatchObject({
      options: expect.arrayContaining([
        { label: 'owners', kind: 'text', detail: 'owner' },
        { label: 'titles', kind: 'text', detail: 'en, de' },
      ]),
    })

    const plans = createPlanActions(hub)
    const started = await plans.startMappingPlan({
      system: 'crm',
      object: 'contact',
      mapping: 'crm/contact.out',
      source: OUT,
      last: undefined,
    })
    if (isProblem(started)) throw new Error(started.detail)
    const plan = await until(
      async () => plans.readMappingPlan(started.id) ?? started,
      one => one.state !== 'running',
      25_000,
    )
    expect(plan).toMatchObject({ state: 'done', result: { changed: 2, fields: { owner: { changed: 1, added: 1 } } } })

    await api('PUT', '/mappings/crm/contact.out/draft', { source: `${OUT} /* mine */`, cases: [] })
    expect(await api('POST', '/mapping-publications', { mappings: ['crm/contact.out'], replay: true })).toMatchObject({
      status: 200,
    })
    await until(
      () => scene.rows('select from backfill where ended_at is null'),
      open => open.length === 0,
    )
    await scene.calm()
    expect(inCrm()).toEqual({ 'a@example.com': 'u2', 'b@example.com': 'u3' })
    expect(
      await scene.rows("select tables from mapping_revision where mapping = 'crm/contact.out' and state = 'published'"),
    ).toEqual([{ tables: { owners: expect.stringMatching(/^[0-9a-f]{32}$/) } }])
  })

  test('a file that is no table stops the start, with file and line', async () => {
    await hub.stop()
    await expect(start('title,owner\nBoss,u2\nBoss,u3\n')).rejects.toThrow(
      /tables.owners\.csv:3:1 the key "Boss" is there twice/,
    )
    await start('title,owner\nBoss,u2\n')
  })
})
