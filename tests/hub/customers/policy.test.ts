import { beforeAll, describe, expect, test } from 'vitest'
import type { Hub } from '#app.ts'
import { policyOf, withPolicy } from '#app/policy/policy.ts'
import type { PolicyConfig } from '#config/config.ts'
import { createToken } from '#console/tokens.ts'
import { commandLine } from '../../cli/run.ts'
import { startTestHub, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { createTestDatabase } from '../../support/postgres.ts'
import { openConsole } from '../console.ts'
import { type Scene, sceneOf } from '../scene.ts'

const YAML = `
systems:
  erp: { connector: erp }
  site: { connector: site }
  crm: { connector: crm }
  desk: { connector: desk }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: desk, object: contact }
policy:
  matching: {}
`
const IN = '{"person": {"email": mail, "givenName": given, "familyName": family, "birthDate": born, "jobTitle": title}}'

describe('a changed policy', () => {
  const [erp, site, crm, desk] = ['erp', 'site', 'crm', 'desk'].map(name => createMemoryVendor(name)) as [
    ReturnType<typeof createMemoryVendor>,
    ReturnType<typeof createMemoryVendor>,
    ReturnType<typeof createMemoryVendor>,
    ReturnType<typeof createMemoryVendor>,
  ]
  let first: Hub
  let other: Hub
  let scene: Scene
  let cli: ReturnType<typeof commandLine>
  /** What the file says otherwise by now. */
  let file: Partial<PolicyConfig> = {}

  beforeAll(async () => {
    const db = await createTestDatabase()
    const start = async (): Promise<Hub> => {
      let hub: Hub | undefined
      const readFile = () => {
        const config = hub?.config
        if (config === undefined) throw new Error('the hub has not started')
        return {
          ok: true as const,
          config: withPolicy(config, { ...policyOf(config), ...file }),
          raw: {},
          hash: '',
          warnings: [],
        }
      }
      hub = await startTestHub({
        databaseUrl: db.url,
        yaml: YAML,
        connectors: [erp, site, crm, desk].map(vendor => vendor.connector),
        mappings: {
          'erp/contact.in': IN,
          'site/contact.in': IN,
          'crm/contact.out': '{"ext": $id, "mail": email, "title": jobTitle}',
          'desk/contact.out': '{"ext": $id, "mail": email}',
        },
        overrides: { console: openConsole, readFile },
      })
      return hub
    }
    first = await start()
    other = await start()
    scene = sceneOf(first, db)
    const made = await createToken(db.database.kysely, { id: first.ids.uuid(), name: 'ann', scopes: ['admin'] })
    cli = commandLine({ PATCHBAY_URL: other.url, PATCHBAY_TOKEN: made.value })
    // Names agree too: a shared mail alone is doubted where all else differs.
    const people = ['Ottilie', 'Bartholomew', 'Cassiopeia'].map((given, n) => {
      const [id, born] = [n + 1, `19${61 + 7 * n}-0${n + 2}-1${n + 1}`]
      return { id: `${id}`, data: { mail: `${id}@example.com`, given, family: `Winterbourne${given}`, born } }
    })
    for (const [system, at] of [
      ['erp', '2026-01-01T00:00:00Z'],
      ['site', '2026-02-01T00:00:00Z'],
    ] as const) {
      await scene.post(
        system,
        people.map(({ id, data }) => ({ id, at, data: { ...data, title: `by ${system}` } })),
      )
      await scene.calm(60_000)
    }
    expect(await scene.rows('select from golden_record')).toHaveLength(3)
  })

  const stored = () => scene.rows('select id, version, fields, provenance from golden_record order by id')
  const titles = async (): Promise<string[]> =>
    (await scene.rows<{ title: string }>(`select fields ->> 'jobTitle' as title from golden_record order by 1`)).map(
      row => row.title,
    )
  const inCrm = () => [...crm.records.values()].map(record => record['title'])
  const ERP_FIRST = { person: { jobTitle: { rule: 'priority', systems: ['erp', 'site'] } } } as const

  test('is nothing while the file says what is in force', async () => {
    expect(await cli.json('policy', 'show')).toMatchObject({ number: 1, appliedBy: 'start', changes: [] })
    expect((await cli.pb('policy', 'plan')).stderr).toContain('nothing to apply')
    expect((await cli.pb('policy', 'apply', '--yes')).code).not.toBe(0)
  })

  test('is planned: by entity and field, with samples, and where it would be written', async () => {
    file = { survivorship: ERP_FIRST }
    const before = await stored()
    const plan = await cli.json('policy', 'plan')
    expect(plan).toMatchObject({
      state: 'done',
      changes: ['+ survivorship.person'],
      total: 3,
      records: 3,
      changed: 3,
      updates: 3,
      fields: { 'person.jobTitle': { added: 0, removed: 0, changed: 3 } },
      destinations: { 'crm/contact': 3 },
      matching: null,
    })
    expect(plan.samples[0]).toMatchObject({
      before: { 'person.jobTitle': 'by site' },
      after: { 'person.jobTitle': 'by erp' },
    })
    expect(await cli.json('policy', 'plan', '--last', '2')).toMatchObject({ total: 2, records: 2, changed: 2 })
    expect(await stored()).toEqual(before)
    expect(inCrm()).toEqual(['by site', 'by site', 'by site'])
    const said = (await cli.pb('policy', 'plan')).stdout
    expect(said).toContain('+ survivorship.person')
    expect(said).toMatch(/person\.jobTitle +3 +0 +0/)
    expect(said).toContain('crm/contact: 3 records')
  })

  test('is not applied without a word', async () => {
    expect((await cli.json('policy', 'apply')).applied).toBeNull()
    expect(await titles()).toEqual(['by site', 'by site', 'by site'])
  })

  test('is applied: every process computes by it, what differs is delivered, and who did it is kept', async () => {
    expect((await cli.json('policy', 'apply', '--yes')).applied).toMatchObject({ number: 2 })
    await until(titles, found => found.every(title => title === 'by erp'), 20_000)
    await scene.calm()
    expect(inCrm()).toEqual(['by erp', 'by erp', 'by erp'])
    expect(await scene.rows(`select distinct cause from delivery where system = 'crm'`)).toEqual([{ cause: 'policy' }])
    for (const hub of [first, other]) expect(hub.config.policy.survivorship).toEqual(ERP_FIRST)
    expect(await cli.json('policy', 'show')).toMatchObject({ number: 2, appliedBy: 'ann', changes: [] })
    expect(
      await scene.rows(`select actor, target, detail -> 'changes' as changes from audit where action = 'policy.apply'`),
    ).toEqual([{ actor: 'ann', target: 'policy 2', changes: ['+ survivorship.person'] }])
    // A newer word of the other system does not win any more.
    await scene.post('site', { id: '1', at: '2026-03-01T00:00:00Z', data: { mail: '1@example.com', title: 'newer' } })
    await scene.calm()
    expect(await titles()).toEqual(['by erp', 'by erp', 'by erp'])
  })

  test('is taken back the same way, from the source records', async () => {
    file = { survivorship: {} }
    expect((await cli.json('policy', 'apply', '--yes')).plan).toMatchObject({
      changes: ['- survivorship.person'],
      changed: 3,
    })
    await until(titles, found => found.includes('newer'), 20_000)
    await scene.calm()
    expect(new Set(inCrm())).toEqual(new Set(['by site', 'newer']))
  })

  test('of thresholds tells who would be merged, and merges when it is applied', async () => {
    const twin = { given: 'Quentin', family: 'Marlowe' }
    await scene.post('erp', [
      { id: '7', data: { ...twin, mail: 'q@example.com', born: '1971-05-02' } },
      { id: '8', data: { ...twin, mail: 'marlowe@example.net', born: '1971-05-19' } },
    ])
    await scene.calm()
    file = { matching: { linkBits: -10, reviewBits: -12, clusterRecordsMax: 25 } }
    const plan = await cli.json('policy', 'plan')
    expect(plan).toMatchObject({ changed: 0, matching: { merges: 1 } })
    expect(plan.changes).toContain('~ matching.linkBits: 3 -> -10')
    await cli.json('policy', 'apply', '--yes')
    await until(
      () => scene.rows(`select from merge_log where cause = 'match' and undone_at is null`),
      found => found.length === 1,
      20_000,
    )
  })

  test('switches comparing off and on again while the hub runs', async () => {
    const settings = () => [first, other].map(hub => hub.matching.settings()?.linkBits)
    file = { matching: undefined as never }
    await cli.json('policy', 'apply', '--yes')
    await until(settings, found => found.every(bits => bits === undefined))
    file = { matching: { linkBits: 5, reviewBits: 0, clusterRecordsMax: 25 } }
    await cli.json('policy', 'apply', '--yes')
    await until(settings, found => found.every(bits => bits === 5))
  })

  test('is not applied from a file with mistakes', async () => {
    const broken = { ...first, readFile: () => ({ ok: false as const, problems: [] }) }
    const { createActions } = await import('#app/actions.ts')
    expect(await createActions(broken).applyPolicy('ann')).toMatchObject({
      ok: false,
      message: expect.stringContaining('patchbay check'),
    })
  })
})
