import { expect, test } from 'vitest'
import { until } from '../../support/hub.ts'
import { createMemoryVendor, type MemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, SITE_AND_CRM, startScene } from '../scene.ts'

const MAPPINGS = {
  'site/contact.in': '{"person": {"email": mail, "givenName": name}}',
  'crm/contact.in': '{"person": {"email": mail, "givenName": name}}',
  'crm/contact.out': '{"mail": email, "name": givenName}',
}

/** A site that writes to a CRM, by these mappings where they differ. */
async function start(crm: MemoryVendor, mappings: Partial<typeof MAPPINGS> = {}): Promise<Scene> {
  const site = createMemoryVendor('site')
  return await startScene({
    yaml: SITE_AND_CRM,
    connectors: [site.connector, crm.connector],
    mappings: { ...MAPPINGS, ...mappings },
  })
}

test.each([
  ['told whole', true],
  ['that is read back', false],
])(
  'what a person sets back while our write is under way is not left there unheard: %s',
  async (_, whole) => {
    const crm = createMemoryVendor('crm')
    const scene = await start(crm, { 'crm/contact.in': '{"person": {"@at": at, "email": mail, "givenName": name}}' })
    // The CRM tells its own times: each change is a second later.
    let nowMs = Date.now() - 3_600_000
    const at = (): string => new Date((nowMs += 1_000)).toISOString()
    const set = (name: string): void => void crm.records.set('c1', { mail: 'ana@example.com', name, at: at() })
    const tell = async (isWhole: boolean): Promise<void> => {
      const data = crm.records.get('c1') ?? {}
      await scene.post('crm', isWhole ? { id: 'c1', at: data['at'], data } : { id: 'c1', whole: false })
    }
    const settled = () => scene.rows(`select 1 from event where system = 'crm' and state in ('processed', 'ignored')`)

    crm.answer = () => {
      set('Old')
      return { kind: 'delivered', remoteId: 'c1', modifiedAtMs: nowMs }
    }
    await scene.post('site', { id: 's1', data: { mail: 'ana@example.com', name: 'Old' } })
    await scene.calm()
    await tell(true)
    await scene.calm()

    crm.answer = async () => {
      crm.answer = (_object, item) => {
        set(typeof item.changed['name'] === 'string' ? item.changed['name'] : 'none')
        return { kind: 'delivered', remoteId: 'c1', modifiedAtMs: nowMs }
      }
      set('New')
      const modifiedAtMs = nowMs
      set('Old')
      await tell(whole)
      await until(settled, rows => rows.length === 2)
      return { kind: 'delivered', remoteId: 'c1', modifiedAtMs }
    }
    await scene.post('site', { id: 's1', data: { mail: 'ana@example.com', name: 'New' } })
    await scene.calm()
    const [golden] = await scene.rows<{ name: string }>(`select fields ->> 'givenName' as name from golden_record`)
    expect(crm.records.get('c1')?.['name']).toBe(golden?.name)
  },
  30_000,
)

test('of a vendor whose clock is ahead its own time of our write tells that a person set it back since', async () => {
  const crm = createMemoryVendor('crm')
  const scene = await start(crm)
  let nowMs = Date.now() + 3_600_000
  const set = async (name: string): Promise<void> => {
    const data = { mail: 'ana@example.com', name }
    crm.records.set('c1', data)
    await scene.post('crm', { id: 'c1', at: new Date((nowMs += 1_000)).toISOString(), data })
    await scene.calm()
  }
  crm.answer = () => {
    crm.records.set('c1', { mail: 'ana@example.com', name: 'Old' })
    return { kind: 'delivered', remoteId: 'c1', modifiedAtMs: nowMs }
  }
  await scene.post('site', { id: 's1', data: { mail: 'ana@example.com', name: 'Old' } })
  await scene.calm()
  // The webhook of our own write is lost.
  await set('New')
  await set('Old')
  expect(await scene.rows(`select fields ->> 'givenName' as name from golden_record`)).toEqual([{ name: 'Old' }])
}, 30_000)

test.each([
  ['after it', false],
  ['while it is under way', true],
])(
  'what a person set back before a patch of other fields is no echo of that: told %s',
  async (_, isDuring) => {
    const crm = createMemoryVendor('crm', { patches: true })
    const scene = await start(crm, {
      'site/contact.in': '{"person": {"email": mail, "givenName": name, "jobTitle": job}}',
      'crm/contact.in': '{"person": {"email": mail, "givenName": name, "jobTitle": job}}',
      'crm/contact.out': '{"mail": email, "name": givenName, "job": jobTitle}',
    })
    const tell = async (name: string): Promise<void> => {
      const before = await scene.rows(`select 1 from event where state in ('processed', 'ignored')`)
      await scene.post('crm', { id: 'c1', data: { mail: 'ana@example.com', name } })
      await until(
        () => scene.rows(`select 1 from event where state in ('processed', 'ignored')`),
        rows => rows.length > before.length,
      )
    }
    crm.answer = () => ({ kind: 'delivered', remoteId: 'c1' })
    await scene.post('site', { id: 's1', data: { mail: 'ana@example.com', name: 'Old', job: 'Clerk' } })
    await scene.calm()
    await tell('Old')
    await scene.calm()

    const changed: unknown[] = []
    crm.answer = async (_object, item) => {
      changed.push(item.changed)
      if (changed.length === 1 && isDuring) {
        await tell('New')
        await tell('Old')
      }
      return { kind: 'delivered', remoteId: 'c1' }
    }
    await scene.post('site', { id: 's1', data: { mail: 'ana@example.com', job: 'Boss' } })
    await scene.calm()
    if (!isDuring) {
      await tell('New')
      await tell('Old')
      await scene.calm()
    }
    expect(changed[0]).toEqual({ job: 'Boss' })
    expect(await scene.rows(`select fields ->> 'givenName' as name from golden_record`)).toEqual([{ name: 'Old' }])
  },
  30_000,
)
