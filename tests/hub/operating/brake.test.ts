import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { sweepEndedBrakes } from '#app/brakes.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, startScene } from '../scene.ts'

const YAML = `
systems:
  erp: { connector: erp }
  form: { connector: form }
  crm: { connector: crm, objects: { contact: { brake: { records: 4, percent: 10 } } } }
  shop: { connector: shop, objects: { contact: { brake: off } } }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: shop, object: contact }
`
const PERSON = '{"person": {"email": mail, "givenName": name}}'
const OUT = '{"ext": $id, "mail": email, "name": givenName}'

describe('the brake', () => {
  const [erp, form, crm, shop] = ['erp', 'form', 'crm', 'shop'].map(name => createMemoryVendor(name))
  if (!erp || !form || !crm || !shop) throw new Error('four vendors')
  let scene: Scene
  let time = Date.parse('2026-01-01T00:00:00Z')

  beforeAll(async () => {
    scene = await startScene({
      yaml: YAML,
      connectors: [erp, form, crm, shop].map(vendor => vendor.connector),
      mappings: {
        'erp/contact.in': PERSON,
        'form/contact.in': PERSON,
        'crm/contact.out': OUT,
        'shop/contact.out': OUT,
      },
    })
    await say('erp', 'First', 1, 30)
  })

  /** No brake is on, nothing is counted, and every one of the thirty is in sync. */
  beforeEach(async () => {
    await scene.rows('delete from brake_count')
    await scene.rows('delete from brake')
    await scene.rows(`update delivery set counted_cause = null, counted_at = null`)
  })

  /** The system says a name for each of these customers; waits until all rests. */
  async function say(system: string, name: string, from: number, to: number): Promise<void> {
    time += 10 * 60_000
    const events = Array.from({ length: to - from + 1 }, (_, n) => ({
      id: `${from + n}`,
      at: new Date(time).toISOString(),
      data: { mail: `${from + n}@example.com`, name: `${name} ${from + n}` },
    }))
    await scene.post(system, events)
    await scene.calm(6_000)
  }

  const named = (vendor: typeof crm, name: string) =>
    [...vendor.records.values()].filter(({ name: held }) => typeof held === 'string' && held.startsWith(name)).length
  const states = async (): Promise<Record<string, number>> => {
    const rows = await scene.rows<{ state: string; count: number }>(
      `select state || coalesce(' ' || reason, '') as state, count(*)::int as count from delivery where system = 'crm' group by 1`,
    )
    return Object.fromEntries(rows.map(row => [row.state, row.count]))
  }

  test('creates are not counted', async () => {
    expect(named(crm, 'First')).toBe(30)
    expect(await scene.rows('select * from brake')).toEqual([])
  })

  test('a few changes pass', async () => {
    await say('erp', 'Few', 1, 4)
    expect(named(crm, 'Few')).toBe(4)
    expect(await states()).toEqual({ synced: 30 })
  })

  test('too many changes from one source are held, elsewhere they go; released, they are written', async () => {
    await say('erp', 'Many', 1, 30)
    expect(named(crm, 'Many')).toBeLessThanOrEqual(4)
    expect(named(shop, 'Many')).toBe(30)
    expect((await states())['held brake']).toBe(30 - named(crm, 'Many'))
    expect(await scene.rows('select system, object, cause, state, limited_to from brake')).toEqual([
      { system: 'crm', object: 'contact', cause: 'source:erp', state: 'on', limited_to: 4 },
    ])
    expect(
      (await scene.rows<{ detail: object }>(`select detail from delivery where state = 'held' limit 1`))[0]?.detail,
    ).toEqual({ would: 'change', members: ['name'], cause: 'source:erp' })

    // Another cause goes on; the same one is held even when it changes but one.
    await say('form', 'Form', 31, 31)
    expect(named(crm, 'Form')).toBe(1)
    await say('erp', 'More', 31, 31)
    expect(named(crm, 'More')).toBe(0)

    const written = named(crm, 'Many')
    const released = await createActions(scene.hub).releaseBrake('crm', 'contact', 'ops')
    expect(released).toBe(31 - written)
    await scene.calm(6_000)
    expect(named(crm, 'Many')).toBe(30)
    expect(named(crm, 'More')).toBe(1)
    expect(await states()).toEqual({ synced: 31 })
    expect(await scene.rows('select state, ended_by from brake')).toEqual([{ state: 'released', ended_by: 'ops' }])

    // What follows soon after is part of what was released.
    await say('erp', 'After', 1, 6)
    expect(named(crm, 'After')).toBe(6)
  })

  test('discarded changes are not written until the customer changes again', async () => {
    await say('erp', 'Bad', 1, 30)
    const wrong = named(crm, 'Bad')
    await createActions(scene.hub).discardBrake('crm', 'contact', 'ops')
    await scene.calm()
    expect(named(crm, 'Bad')).toBe(wrong)
    expect((await states())['frozen discarded']).toBe(30 - wrong)
    await scene.rows('delete from brake_count')
    await say('form', 'Good', 29, 30)
    expect(named(crm, 'Good')).toBe(2)
  })

  test('what was counted for one source is counted anew for another, also after that one was discarded', async () => {
    await say('erp', 'Worse', 2, 30)
    await say('form', 'Counted', 1, 1)
    expect(named(crm, 'Counted')).toBe(1)
    await say('erp', 'Worse', 1, 1)
    expect(named(crm, 'Counted')).toBe(1)
    await createActions(scene.hub).discardBrake('crm', 'contact', 'ops')
    await scene.rows('delete from brake_count')
    await say('erp', 'Anew', 1, 1)
    expect(named(crm, 'Anew')).toBe(1)
    expect(await scene.rows(`select cause, n from brake_count where system = 'crm'`)).toEqual([
      { cause: 'source:erp', n: 1 },
    ])
  })

  test('what was released passes however long it takes', async () => {
    await say('erp', 'Slow', 1, 30)
    const actions = createActions(scene.hub)
    await actions.pauseSystem('crm', 'test', 'ops')
    await actions.releaseBrake('crm', 'contact', 'ops')
    await scene.rows(`update brake set ended_at = now() - interval '11 minutes'`)
    await scene.rows(`update delivery set counted_at = counted_at - interval '11 minutes'`)
    await actions.resumeSystem('crm', 'ops')
    await scene.calm(6_000)
    expect(named(crm, 'Slow')).toBe(30)
  })

  test('what a batch held after the end of its brake is found', async () => {
    await say('erp', 'Late', 1, 30)
    await scene.rows(`update brake set state = 'released', ended_at = now(), ended_by = 'ops'`)
    expect((await states())['held brake']).toBeGreaterThan(0)
    await sweepEndedBrakes(scene.hub)
    await scene.calm(6_000)
    expect(named(crm, 'Late')).toBe(30)
  })

  test('one record that changes often counts once', async () => {
    for (const name of ['A', 'B', 'C', 'D', 'E', 'F']) await say('erp', name, 1, 1)
    expect(named(crm, 'F')).toBe(1)
    expect(await scene.rows('select * from brake')).toEqual([])
    expect(await scene.rows(`select sum(n)::int as n from brake_count where system = 'crm'`)).toEqual([{ n: 1 }])
  })
})
