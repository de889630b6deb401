import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, startScene } from '../scene.ts'

describe('a member that goes back and forth', () => {
  const erp = createMemoryVendor('erp')
  const crm = createMemoryVendor('crm')
  let scene: Scene
  let time = Date.parse('2026-01-01T00:00:00Z')

  beforeAll(async () => {
    scene = await startScene({
      yaml: `
systems:
  erp: { connector: erp }
  crm: { connector: crm }
routes:
  - { entity: person, system: crm, object: contact }
`,
      connectors: [erp.connector, crm.connector],
      mappings: {
        'erp/contact.in': '{"person": {"email": mail, "givenName": name, "jobTitle": title}}',
        'crm/contact.out': '{"ext": $id, "mail": email, "name": givenName, "title": jobTitle}',
      },
    })
  })

  async function say(name: string, title: string): Promise<void> {
    time += 10 * 60_000
    await scene.post('erp', [
      { id: '1', at: new Date(time).toISOString(), data: { mail: 'a@example.com', name, title } },
    ])
    await scene.calm()
  }
  const held = () => [...crm.records.values()].map(({ name, title }) => ({ name, title }))[0]
  const delivery = async () =>
    (await scene.rows<object>(`select state, reason, detail from delivery where system = 'crm'`))[0]

  test('is frozen after five times in an hour; others still go, and a release lifts it', async () => {
    for (const title of ['a', 'b', 'a', 'b', 'a', 'b']) await say('Ana', title)
    expect(held()).toEqual({ name: 'Ana', title: 'b' })
    expect(await delivery()).toMatchObject({ state: 'synced' })

    await say('Ana', 'a')
    expect(held()).toEqual({ name: 'Ana', title: 'b' })
    const frozen = { state: 'frozen', reason: 'flip_flop', detail: { members: ['title'] } }
    expect(await delivery()).toEqual(frozen)

    await say('Anna', 'c')
    expect(held()).toEqual({ name: 'Anna', title: 'b' })
    expect(await delivery()).toEqual(frozen)
    const flips = scene.hub.metrics.registry.getSingleMetric('patchbay_flip_flops_total')
    expect(await flips?.get()).toMatchObject({ values: [{ value: 1 }] })

    const [key] = await scene.rows<{ golden_id: string }>(`select golden_id from delivery where system = 'crm'`)
    await createActions(scene.hub).releaseDeliveries([
      { system: 'crm', object: 'contact', goldenId: key?.golden_id ?? '' },
    ])
    await scene.calm()
    expect(held()).toEqual({ name: 'Anna', title: 'c' })
    expect(await delivery()).toMatchObject({ state: 'synced' })
  })
})
