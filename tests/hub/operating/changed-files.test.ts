import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { runBackfills } from '#app/again/backfill.ts'
import { createMemoryVendor, type MemoryVendor } from '../../support/memory-connector.ts'
import { until } from '../../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { type Scene, startScene } from '../scene.ts'

const IN = '{"person": {"email": mail, "givenName": name, "jobTitle": title}}'
const OUT = '{"ext": $id, "mail": email, "name": givenName}'
const ROUTE = '  - { entity: person, system: crm, object: contact }\n'

// Each test starts two hubs or three: on a busy machine that takes longer than the usual limit.
describe('files that changed while the hub was stopped', { timeout: 90_000 }, () => {
  let db: TestDatabase
  let scene: Scene
  let vendors: { erp: MemoryVendor; site: MemoryVendor; crm: MemoryVendor }
  let time: number

  beforeEach(async () => {
    db = await createTestDatabase()
    vendors = { erp: createMemoryVendor('erp'), site: createMemoryVendor('site'), crm: createMemoryVendor('crm') }
    time = Date.parse('2026-01-01T00:00:00Z')
  })
  afterEach(async () => {
    await scene.hub.stop()
  })

  async function start(
    more: { routes?: string; policy?: string; out?: string; brake?: string; titles?: string } = {},
  ): Promise<void> {
    scene = await startScene(
      {
        yaml: `
systems:
  erp: { connector: erp }
  site: { connector: site }
  crm: { connector: crm, objects: { contact: { brake: ${more.brake ?? '{ records: 200 }'} } } }
routes:
${more.routes ?? ROUTE}
policy: ${more.policy ?? '{}'}
`,
        connectors: Object.values(vendors).map(vendor => vendor.connector),
        mappings: {
          'erp/contact.in': IN,
          'site/contact.in': IN,
          'crm/contact.out': more.out ?? OUT,
          'crm/company.out': OUT,
        },
        tables: { titles: more.titles ?? 'word,title\nceo,Boss\n', other: `a,b\n1,${more.titles?.length ?? 0}\n` },
      },
      db,
    )
  }

  /** Starts the hub again with other files, and waits until all that follows from them has come to rest. */
  async function startAgain(more: Parameters<typeof start>[0]): Promise<void> {
    await scene.hub.stop()
    await start(more)
    await until(
      () => scene.rows('select from backfill where ended_at is null'),
      open => open.length === 0,
    )
    await scene.calm()
  }

  async function say(system: string, ids: readonly number[], data: Record<string, string> = {}): Promise<void> {
    time += 10 * 60_000
    await scene.post(
      system,
      ids.map(id => ({
        id: `${id}`,
        at: new Date(time).toISOString(),
        data: { mail: `${id}@example.com`, name: `N${id}`, ...data },
      })),
    )
    await scene.calm()
  }

  const inCrm = (member: string) =>
    [...vendors.crm.records.values()]
      .map(record => JSON.stringify(record[member]).slice(1, -1))
      .toSorted((a, b) => (a < b ? -1 : 1))
  const deliveries = () =>
    scene.rows<object>(
      'select object, state, reason, cause, priority, count(*)::int as n from delivery group by 1, 2, 3, 4, 5 order by 1, 2',
    )

  test('nothing changed: nothing is done again', async () => {
    await start()
    await say('erp', [1, 2])
    await startAgain({})
    expect(await scene.rows('select from backfill')).toEqual([])
    expect(await scene.rows('select number from config_revision')).toHaveLength(1)
    expect(vendors.crm.writes).toHaveLength(2)
  })

  test('an outbound mapping: every record is written by it, behind live work and under its own cause', async () => {
    await start()
    await say('erp', [1, 2, 3])
    await startAgain({ out: '{"ext": $id, "mail": email, "name": $uppercase(givenName) & "!"}' })
    expect(inCrm('name')).toEqual(['N1!', 'N2!', 'N3!'])
    expect(await deliveries()).toEqual([
      { object: 'contact', state: 'synced', reason: null, cause: 'mapping:crm/contact.out', priority: 1, n: 3 },
    ])
    await say('erp', [1], { name: 'Live' })
    expect(inCrm('name')).toContain('LIVE!')
    expect(await deliveries()).toContainEqual(expect.objectContaining({ cause: 'source:erp', priority: 0, n: 1 }))
  })

  test('a look-up table: what names it is planned again, and nothing else', async () => {
    const out = '{"ext": $id, "mail": email, "name": givenName, "title": $table("titles", jobTitle) ?? jobTitle}'
    await start({ out })
    await say('erp', [1], { title: 'ceo' })
    await say('erp', [2], { title: 'cto' })
    expect(inCrm('title')).toEqual(['Boss', 'cto'])
    const writes = vendors.crm.writes.length
    await startAgain({ out, titles: 'word,title\nceo,Boss\ncto,Engineer\n' })
    expect(inCrm('title')).toEqual(['Boss', 'Engineer'])
    expect(vendors.crm.writes.slice(writes).map(({ item }) => item.changed)).toEqual([{ title: 'Engineer' }])
    expect(await scene.rows('select kind, entity, cause from backfill')).toEqual([
      { kind: 'plan', entity: 'person', cause: 'mapping:crm/contact.out' },
    ])
  })

  test('a mapping that would change too many records is held by the brake', async () => {
    await start({ brake: '{ records: 3, percent: 10 }' })
    await say('erp', [1, 2, 3, 4, 5, 6])
    await startAgain({ brake: '{ records: 3, percent: 10 }', out: '{"ext": $id, "mail": email, "name": "wrong"}' })
    expect(inCrm('name').filter(name => name === 'wrong').length).toBeLessThanOrEqual(3)
    expect(await scene.rows('select cause, state from brake')).toEqual([
      { cause: 'mapping:crm/contact.out', state: 'on' },
    ])
  })

  test('a new route takes what is there; a new condition lets go what does not fit', async () => {
    await start()
    await say('erp', [1])
    await say('erp', [2], { title: 'Boss' })
    const COMPANIES = '  - { entity: person, system: crm, object: company }\n'
    await startAgain({ routes: ROUTE + COMPANIES })
    expect(await deliveries()).toContainEqual(
      expect.objectContaining({ object: 'company', state: 'synced', cause: 'route:person-to-crm-company', n: 2 }),
    )
    expect(await deliveries()).toContainEqual(expect.objectContaining({ object: 'contact', cause: 'source:erp', n: 2 }))
    const writes = vendors.crm.writes.length
    await startAgain({
      routes: ROUTE + `  - { entity: person, system: crm, object: company, when: "$exists(jobTitle)" }\n`,
    })
    expect(await deliveries()).toContainEqual(
      expect.objectContaining({ object: 'company', state: 'frozen', reason: 'route_exit', n: 1 }),
    )
    expect(vendors.crm.writes).toHaveLength(writes)
  })

  test('a route that left the file is paused: its deliveries are held, and go on when it is back', async () => {
    await start()
    await say('erp', [1, 2])
    vendors.crm.answer = () => ({ kind: 'retry', reason: 'down', notBeforeMs: Date.now() + 1_500 })
    await scene.post('erp', [{ id: '1', data: { mail: '1@example.com', name: 'Late' } }])
    await until(
      () => scene.rows(`select from delivery where state = 'retrying'`),
      found => found.length === 1,
    )
    await scene.hub.stop()
    vendors.crm.answer = () => undefined
    await start({ routes: '  []' })
    await until(
      () => scene.rows(`select from delivery where state = 'held' and reason = 'no_route'`),
      found => found.length === 1,
    )
    await say('erp', [3])
    expect(inCrm('name')).toEqual(['N1', 'N2'])
    await startAgain({})
    expect(inCrm('name')).toEqual(['Late', 'N2', 'N3'])
  })

  test('a policy waits for a person; then the customers are computed again, and written where they changed', async () => {
    await start()
    await say('erp', [1, 2], { title: 'by erp' })
    await say('site', [1, 2], { title: 'by site' })
    const titles = () =>
      scene.rows(`select fields ->> 'jobTitle' as title, version from golden_record order by version`)
    const before = await titles()
    await startAgain({ policy: '{ survivorship: { person: { jobTitle: { rule: priority, systems: [erp, site] } } } }' })
    expect(scene.hub.policy?.pending()).toEqual(['+ survivorship.person'])
    expect(await scene.rows('select from backfill')).toEqual([])
    expect(await titles()).toEqual(before)
    // Nor does it come in by the way, with what is said meanwhile.
    await say('site', [1], { title: 'by site once more' })
    expect(await titles()).toContainEqual({ title: 'by site once more', version: 3 })

    expect(await createActions(scene.hub).applyPolicy('sam')).toMatchObject({ ok: true, applied: { number: 2 } })
    await until(
      () => scene.rows('select from backfill where ended_at is null'),
      open => open.length === 0,
    )
    await scene.calm()
    expect(scene.hub.policy?.pending()).toEqual([])
    expect(await titles()).toEqual([
      { title: 'by erp', version: 3 },
      { title: 'by erp', version: 4 },
    ])
    expect(await scene.rows(`select kind, entity, cause from backfill`)).toEqual([
      { kind: 'compute', entity: 'person', cause: 'policy' },
    ])
    expect(await deliveries()).toEqual([
      expect.objectContaining({ state: 'synced', cause: 'policy', priority: 1, n: 2 }),
    ])
  })
})

test('a backfill leaves room in the pipeline, and goes on where it was', async () => {
  const db = await createTestDatabase()
  const gateway = await startScene(
    {
      yaml: 'systems: { crm: { connector: crm } }\n',
      connectors: [createMemoryVendor('crm').connector],
      mappings: {},
      overrides: { role: 'gateway' },
    },
    db,
  )
  const { rows } = gateway
  await rows(
    `insert into golden_record (id, entity, fields, provenance) select gen_random_uuid(), 'person', '{}', '{}' from generate_series(1, 4300)`,
  )
  await rows(
    `insert into backfill (id, kind, entity, cause, revision) values ('${randomUUID()}', 'plan', 'person', 'mapping:x.out', 1)`,
  )
  const parts = { ...gateway.hub, wake: () => {} }
  const waiting = async () => (await rows<{ n: number }>('select count(*)::int as n from plan_work'))[0]?.n
  const seen = []
  for (let turn = 0; turn < 4; turn += 1) {
    await runBackfills(parts)
    seen.push(await waiting())
    await rows('delete from plan_work')
  }
  expect(seen).toEqual([2000, 2000, 300, 0])
  expect(await rows('select done, ended_at is not null as ended from backfill')).toEqual([{ done: 4300, ended: true }])

  // Not before every live process works by the new files.
  await rows(`update backfill set ended_at = null, position = null, revision = 99`)
  await runBackfills(parts)
  expect(await waiting()).toBe(0)
})
