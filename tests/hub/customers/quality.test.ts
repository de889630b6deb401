import { beforeAll, describe, expect, test } from 'vitest'
import { measureDaily } from '#app/quality/measure.ts'
import { createToken } from '#console/tokens.ts'
import { commandLine } from '../../cli/run.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { openConsole } from '../console.ts'
import { type Scene, startScene } from '../scene.ts'

const YAML = `
hub: { defaultCountry: CN }
systems:
  crm: { connector: crm }
  erp: { connector: erp }
`
const IN = '{"person": {"email": mail, "givenName": first, "phone": phone, "birthDate": born, "tags": tags}}'
const DAY_MS = 86_400_000

describe('the quality of what systems say', () => {
  let scene: Scene
  let cli: ReturnType<typeof commandLine>

  beforeAll(async () => {
    const connectors = [createMemoryVendor('crm').connector, createMemoryVendor('erp').connector]
    const mappings = { 'crm/contact.in': IN, 'erp/contact.in': IN }
    scene = await startScene({ yaml: YAML, connectors, mappings, overrides: { console: openConsole } })
    const id = scene.hub.ids.uuid()
    const { value } = await createToken(scene.db.database.kysely, { id, name: 'ann', scopes: ['operate', 'read'] })
    cli = commandLine({ PATCHBAY_URL: scene.hub.url, PATCHBAY_TOKEN: value })
    const at = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString()
    await scene.post('crm', [
      {
        id: '1',
        at: at(100),
        data: { mail: 'a@example.com', first: 'Ana', phone: '+493012345678', born: '1785-01-02' },
      },
      { id: '2', at: at(100), data: { mail: 'b@example.com', first: '娜娜', phone: '+8611000000000' } },
      { id: '3', at: at(100), data: { mail: 'c@example.com', tags: ['x'] } },
      { id: '4', at: at(100), data: { mail: 'd@example.com' } },
    ])
    await scene.calm()
    await scene.post('erp', [
      { id: '1', at: at(10), data: { mail: 'a@example.com', first: 'Anna' } },
      { id: '3', at: at(10), data: { mail: 'c@example.com', tags: ['y'] } },
    ])
    await scene.calm()
    await scene.post('crm', { id: '4', at: at(5), kind: 'delete', type: 'contact.deleted' })
    await scene.calm()
  })

  const fieldOf = (report: { items: { system: string; field: string }[] }, system: string, field: string) =>
    report.items.find(item => item.system === system && item.field === field)

  test('is nothing before it was measured', async () => {
    await scene.rows('delete from quality_snapshot')
    expect(await cli.json('quality')).toEqual({ day: null, items: [] })
  })

  test('is complete, valid, fresh and undisputed as far as it is, per field', async () => {
    const report = await cli.json('quality', '--now')
    expect(fieldOf(report, 'crm', 'email')).toMatchObject({ records: 3, completeness: 1, validity: 1, conflictRate: 0 })
    // Of three living records two have a phone, of which one is none; the oldest man of the world is no date of birth.
    expect(fieldOf(report, 'crm', 'phone')).toMatchObject({ completeness: 0.6667, validity: 0.5, conflictRate: 0 })
    expect(fieldOf(report, 'crm', 'birthDate')).toMatchObject({ completeness: 0.3333, validity: 0 })
    // Ana lost against Anna; nobody else tells of 娜娜.
    expect(fieldOf(report, 'crm', 'givenName')).toMatchObject({ completeness: 0.6667, validity: null, conflictRate: 1 })
    expect(fieldOf(report, 'erp', 'givenName')).toMatchObject({ completeness: 0.5, conflictRate: 0 })
    // Elements of lists are united: none loses.
    expect(fieldOf(report, 'crm', 'tags')).toMatchObject({ conflictRate: null })
    expect(fieldOf(report, 'crm', 'email')).toMatchObject({ medianAgeDays: expect.closeTo(100, 0) })
    expect(fieldOf(report, 'erp', 'email')).toMatchObject({ medianAgeDays: expect.closeTo(10, 0) })
  })

  test('of one system, and its trend over days', async () => {
    await scene.rows(`insert into quality_snapshot select day - 7, system, object, entity, field, records, 1, judged, valid, compared, conflicting, age_days
      from quality_snapshot where field = 'phone'`)
    const report = await cli.json('quality', 'crm', '--days', '30')
    expect(report.items.every((item: { system: string }) => item.system === 'crm')).toBe(true)
    expect(fieldOf(report, 'crm', 'phone')).toMatchObject({
      history: [{ completeness: 0.3333 }, { completeness: 0.6667 }],
    })
    const said = (await cli.pb('quality', 'crm')).stdout
    expect(said).toMatch(/crm\/contact +phone +3 +66\.7 % \(\+33\.3\) +50 %/)
  })

  test('is measured once a day by itself, and kept for a while', async () => {
    await scene.rows(`update quality_snapshot set records = 999 where day = (select max(day) from quality_snapshot)`)
    await measureDaily(scene.hub)
    expect(await scene.rows(`select from quality_snapshot where records = 999`)).not.toEqual([])
    await scene.rows(`update quality_snapshot set day = day - 500`)
    await measureDaily(scene.hub)
    expect(await scene.rows(`select from quality_snapshot where records = 999`)).toEqual([])
    expect(await scene.rows(`select from quality_snapshot`)).not.toEqual([])
  })
})
