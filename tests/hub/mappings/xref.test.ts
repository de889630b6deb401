import { beforeEach, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { createPlanActions } from '#app/mappings/plan/plans.ts'
import { readDeliveries } from '#deliver/claim/claim.ts'
import { decideAll } from '#deliver/decide/decisions.ts'
import { isProblem } from '#console/problem.ts'
import { until } from '../../support/hub.ts'
import { createMemoryVendor, type MemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, startScene } from '../scene.ts'

// People and their companies come from a site. Both go to the CRM; the ERP and the desk get people with the CRM's ids.
const ERP = `{
  "mail": email,
  "nobody": [$xref("crm", "contact", "\u0000\ud800"), $xref($pad("s", 9000), "contact", $id)][0],
  "crmId": $xref("crm", "contact", $id),
  "firm": $xref("crm", "company", $links.account.id) ?? null
}`

describe('ids of other systems', () => {
  let vendors: Record<'site' | 'crm' | 'erp' | 'desk', MemoryVendor>
  let scene: Scene

  beforeEach(async () => {
    vendors = {
      site: createMemoryVendor('site'),
      crm: createMemoryVendor('crm'),
      erp: createMemoryVendor('erp'),
      desk: createMemoryVendor('desk'),
    }
    scene = await startScene({
      yaml: `
systems:
  site: { connector: site }
  crm: { connector: crm }
  erp: { connector: erp }
  desk: { connector: desk }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: account, system: crm, object: company }
  - { entity: person, system: erp, object: contact }
  - { entity: person, system: desk, object: contact }
`,
      connectors: Object.values(vendors).map(vendor => vendor.connector),
      mappings: {
        'site/contact.in':
          '{"person": {"email": mail, "givenName": name, "account": firm ? {"$ref": {"object": "company", "id": firm}}}}',
        'site/company.in': '{"account": {"name": name}}',
        'crm/company.in': '{"account": {"name": name}}',
        'crm/contact.out': '{"mail": email, "name": givenName}',
        'crm/company.out': '{"name": name}',
        'erp/contact.out': ERP,
        // Nothing is held there before the CRM has it.
        'desk/contact.out': '($crm := $xref("crm", "contact", $id); $crm ? {"ref": $crm, "name": givenName})',
        // The desk's people tell who they are by the CRM's ids alone.
        'desk/contact.in': '{"person": {"@externalId": $xref("crm", "contact", crm), "jobTitle": job}}',
      },
    })
  })

  const say = (system: string, object: string, id: string, data: object, more: object = {}) =>
    scene.post(system, [{ object, id, at: new Date().toISOString(), data, ...more }])
  const inErp = () => [...vendors.erp.records.values()]
  const [ann, firm] = [{ mail: 'ann@example.com', name: 'Ann', firm: 'f' }, { name: 'Firm' }]

  test('reach what was written before there was one, and go when their record goes', async () => {
    const gate = Promise.withResolvers<undefined>()
    vendors.crm.answer = () => gate.promise
    await say('site', 'company', 'f', firm)
    await say('site', 'contact', '1', ann)
    await until(inErp, records => records.length === 1)
    expect(inErp()).toEqual([{ mail: 'ann@example.com', firm: null }])
    expect(await scene.rows(`select state, reason from delivery where system = 'desk'`)).toEqual([
      { state: 'absent', reason: 'mapping_empty' },
    ])
    gate.resolve(undefined)
    await scene.calm()
    const idOf = (name: string) => [...vendors.crm.records].find(([, record]) => record.name === name)?.[0]
    expect(inErp()).toEqual([{ mail: 'ann@example.com', firm: idOf('Firm'), crmId: idOf('Ann') }])
    expect([...vendors.desk.records.values()]).toEqual([{ ref: idOf('Ann'), name: 'Ann' }])

    await say('crm', 'company', idOf('Firm') ?? '', {}, { kind: 'delete' })
    await scene.calm()
    expect(inErp()).toEqual([{ mail: 'ann@example.com', firm: null, crmId: idOf('Ann') }])
  })

  test('are noted as asked for before they count: what came in between would have been heard by nobody', async () => {
    await say('site', 'contact', '1', ann)
    await scene.calm()
    const { hub, db } = scene
    const routes = new Map(hub.config.routes.map(route => [route.name, route]))
    const [row] = await scene.rows<{ id: string; asks: string[] }>(
      `select golden_id as id, asks from delivery where system = 'erp'`,
    )
    const key = { system: 'erp', object: 'contact', golden_id: row?.id ?? '' }
    expect(row?.asks).toEqual([`${key.golden_id} crm`])
    await scene.rows(`update delivery set asks = null where system = 'erp'`)
    const decide = () =>
      db.database.transaction(async tx => await decideAll(hub, tx, await readDeliveries(tx, [key], 0), routes))
    expect(await decide()).toEqual([undefined])
    expect(await scene.rows(`select asks from delivery where system = 'erp'`)).toEqual([{ asks: row?.asks }])
    expect(await decide()).toEqual([expect.objectContaining({ kind: 'synced' })])
  })

  test('those who ask nothing of it are left alone', async () => {
    await say('site', 'contact', '1', ann)
    await say('site', 'contact', '2', { mail: 'bea@example.com', name: 'Bea' })
    await scene.calm()
    const writes = vendors.erp.writes.length
    await say('site', 'company', 'f', firm)
    await scene.calm()
    expect(vendors.erp.writes.slice(writes).map(({ item }) => Object.keys(item.changed))).toEqual([['firm']])
    expect(
      await scene.rows(`select count(*)::int as n from delivery where system = 'crm' and asks is not null`),
    ).toEqual([{ n: 0 }])
  })

  test('the other way round, an inbound mapping knows whose record an id is', async () => {
    await say('site', 'contact', '1', ann)
    await scene.calm()
    const [crmId] = vendors.crm.records.keys()
    await say('desk', 'contact', 'd9', { crm: crmId, job: 'Buyer' })
    await scene.calm()
    expect(await scene.rows(`select fields->>'email' as mail, fields->>'jobTitle' as job from golden_record`)).toEqual([
      { mail: 'ann@example.com', job: 'Buyer' },
    ])
    const row = { remoteId: undefined, document: { crm: 'nobody', job: 'Buyer' } }
    expect(await createActions(scene.hub).checkRow('desk', 'contact', row)).toBeUndefined()
  })

  test('a plan answers as the hub does', { timeout: 60_000 }, async () => {
    await say('site', 'contact', '1', ann)
    await scene.calm()
    const actions = createPlanActions(scene.hub)
    const plan = async (mapping: string, source: string) => {
      const [system = '', object = ''] = mapping.replace(/\.(in|out)$/, '').split('/')
      const started = await actions.startMappingPlan({ system, object, mapping, source, last: undefined })
      if (isProblem(started)) throw new Error(started.detail)
      return await until(
        async () => actions.readMappingPlan(started.id) ?? started,
        one => one.state !== 'running',
        // Its threads take a while to start.
        25_000,
      )
    }
    expect(await plan('erp/contact.out', ERP)).toMatchObject({ state: 'done', result: { records: 1, changed: 0 } })
    const [crmId] = vendors.crm.records.keys()
    expect(await plan('erp/contact.out', '{"crmId": $uppercase($xref("crm", "contact", $id))}')).toMatchObject({
      result: { fields: { crmId: { changed: 1 } }, samples: [{ after: { crmId: crmId?.toUpperCase() } }] },
    })
  })
})
