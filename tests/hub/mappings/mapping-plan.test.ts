import { beforeAll, describe, expect, test } from 'vitest'
import { createPlanActions } from '#app/mappings/plan/plans.ts'
import type { MappingPlan } from '#console/actions/mappings.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { until } from '../../support/hub.ts'
import { type Scene, startScene } from '../scene.ts'

const IN = '{"person": {"email": mail, "givenName": name, "account": {"$ref": {"object": "company", "id": firm}}}}'
const OUT = '{"ext": $id, "mail": email, "name": givenName, "firm": $links.account.remoteId}'

describe('a plan', () => {
  const erp = createMemoryVendor('erp')
  const crm = createMemoryVendor('crm')
  let scene: Scene
  let actions: ReturnType<typeof createPlanActions>

  beforeAll(async () => {
    scene = await startScene({
      yaml: `
systems:
  erp: { connector: erp }
  crm: { connector: crm }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: account, system: crm, object: company }
`,
      connectors: [erp.connector, crm.connector],
      mappings: {
        'erp/contact.in': IN,
        'erp/company.in': '{"account": {"name": name}}',
        'crm/contact.out': OUT,
        'crm/company.out': '{"ext": $id, "name": name}',
      },
    })
    const at = '2026-01-01T00:00:00Z'
    await scene.post('erp', [{ object: 'company', id: 'f', at, data: { name: 'Firm' } }])
    await scene.calm()
    const people = [1, 2, 3, 4].map(n => ({
      id: `${n}`,
      at,
      data: { mail: `${n}@example.com`, name: `N${n}`, firm: 'f' },
    }))
    await scene.post('erp', people)
    await scene.calm()
    actions = createPlanActions(scene.hub)
  })

  async function plan(mapping: string, source: string, last?: number): Promise<MappingPlan> {
    const [system = '', object = ''] = mapping.replace(/\.(in|out)$/, '').split('/')
    const started = await actions.startMappingPlan({ system, object, mapping, source, last })
    return await until(
      async () => actions.readMappingPlan(started.id) ?? started,
      one => one.state !== 'running',
    )
  }

  test('of the same mapping finds nothing', async () => {
    const same = await plan('crm/contact.out', OUT)
    expect(same).toMatchObject({ state: 'done', total: 4, result: { records: 4, changed: 0, updates: 0, creates: 0 } })
    const inbound = await plan('erp/contact.in', IN)
    expect(inbound).toMatchObject({ state: 'done', result: { records: 4, changed: 0, newFailures: 0 } })
  })

  test('of an outbound one counts by field what would be sent, with links as they are', async () => {
    const source =
      '{"ext": $id, "mail": email, "name": givenName = "N1" ? "One" : givenName, "firm": $links.account.remoteId, "new": 1}'
    const { result } = await plan('crm/contact.out', source)
    expect(result).toMatchObject({
      records: 4,
      changed: 4,
      updates: 4,
      creates: 0,
      fields: { name: { changed: 1, added: 0, removed: 0 }, new: { changed: 0, added: 4, removed: 0 } },
      destinations: { 'crm/contact': 4 },
    })
    expect(Object.keys(result.fields)).toEqual(expect.not.arrayContaining(['firm']))
    expect(result.samples).toContainEqual(
      expect.objectContaining({ before: { name: 'N1' }, after: { name: 'One', new: 1 } }),
    )
    // Nothing was written by it.
    expect(await scene.rows('select from delivery where due_at is not null')).toEqual([])
  })

  test('of an inbound one counts fields of entities, and new failures with their places', async () => {
    const { result } = await plan(
      'erp/contact.in',
      '{"person": {"email": mail, "jobTitle": name, "score": name = "N3" ? $number(name)}}',
    )
    expect(result).toMatchObject({
      records: 4,
      changed: 3,
      newFailures: 1,
      fields: { 'person.jobTitle': { added: 3 }, 'person.givenName': { removed: 3 }, 'person.account': { removed: 3 } },
      destinations: { 'crm/contact': 3 },
      failures: [{ after: null, failure: expect.stringContaining('mapping_failed') }],
    })
    expect((await plan('erp/contact.in', '{"person": {"email": "none"}}', 2)).result).toMatchObject({
      records: 2,
      newFailures: 2,
      failures: [{ failure: expect.stringContaining('schema_violation: /email') }, {}],
    })
  })

  test('can be cancelled', async () => {
    const request = { system: 'crm', object: 'contact', mapping: 'crm/contact.out', last: undefined }
    const started = await actions.startMappingPlan({ ...request, source: OUT })
    actions.cancelMappingPlan(started.id)
    const ended = await until(
      async () => actions.readMappingPlan(started.id),
      one => one?.state !== 'running',
    )
    expect(ended?.state).toBe('cancelled')
  })
})
