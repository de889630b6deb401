import { beforeEach, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import type { Outcome } from '#connector/outcome.ts'
import { until } from '../../support/hub.ts'
import { createMemoryVendor, type MemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, SITE_AND_CRM, startScene } from '../scene.ts'

// A create finds, by what it looks for, a remote record that the hub knows as another customer's.

const MAPPINGS = {
  'site/contact.in': '{"person": {"email": mail, "givenName": name}}',
  'crm/contact.out': '{"ext": $id, "mail": email, "name": givenName}',
}

let crm: MemoryVendor
let scene: Scene

beforeEach(async () => {
  const site = createMemoryVendor('site')
  crm = createMemoryVendor('crm')
  scene = await startScene({ yaml: SITE_AND_CRM, connectors: [site.connector, crm.connector], mappings: MAPPINGS })
  await person('s1', 'one', 'One')
  await scene.calm()
})

const person = (id: string, mail: string, name: string) =>
  scene.post('site', { id, data: { mail: `${mail}@example.com`, name } })
const running = (count: number) =>
  until(
    async () => crm.calls.running,
    calls => calls === count,
  )
const deliveries = () =>
  scene.rows<{ system: string; object: string; goldenId: string; state: string; reason: string | null }>(
    'select system, object, golden_id as "goldenId", state, reason from delivery order by golden_id',
  )
const goldenOf = async (system: string, remoteId: string) => {
  const [row] = await scene.rows<{ id: string }>(
    `select golden_id as id from remote_record where system = '${system}' and remote_id = '${remoteId}'`,
  )
  return row?.id ?? 'none'
}

test('it is tried again while that record is about to change, and made once it has', async () => {
  const late = Promise.withResolvers<undefined>()
  crm.answer = (_object, { content }) => {
    if (content['name'] === 'Uno') return late.promise
    const shown = crm.records.get('crm-1')?.['name'] === 'One'
    return shown ? { kind: 'exists', remoteId: 'crm-1' } : undefined
  }
  await person('s1', 'one', 'Uno')
  await running(1)
  await person('s2', 'two', 'Two')
  const [, second] = await until(deliveries, rows => rows[1]?.state === 'retrying')
  expect(second).toMatchObject({ reason: 'taken' })
  late.resolve(undefined)
  await until(deliveries, rows => rows[0]?.state === 'synced')
  await createActions(scene.hub).retryDeliveries(second === undefined ? [] : [second])
  await scene.calm()
  expect((await deliveries()).map(({ state }) => state)).toEqual(['synced', 'synced'])
  expect([...crm.records.values()].map(({ name }) => name)).toEqual(['Uno', 'Two'])
  expect(await scene.rows('select from review')).toEqual([])
}, 30_000)

test("it rests as long as that record is another customer's, and is made when that is gone", async () => {
  crm.answer = (_object, { content }) =>
    content['name'] === 'Two' && crm.records.has('crm-1') ? { kind: 'exists', remoteId: 'crm-1' } : undefined
  await person('s2', 'two', 'Two')
  const [, second] = await until(deliveries, rows => rows[1]?.state === 'dead')
  expect(second).toMatchObject({ reason: 'taken' })
  crm.records.delete('crm-1')
  await scene.post('crm', { id: 'crm-1', kind: 'delete', type: 'contact.deleted' })
  await until(deliveries, rows => rows[1]?.state === 'synced')
  expect([...crm.records.values()].map(({ name }) => name)).toEqual(['Two'])
}, 30_000)

test('a merge meanwhile makes that record the same customer, and its undoing leaves it with the first', async () => {
  const acts = createActions(scene.hub)
  const late = Promise.withResolvers<Outcome>()
  crm.answer = (_object, { content, remoteId }) =>
    remoteId === undefined && content['name'] === 'Two' ? late.promise : undefined
  await person('s2', 'two', 'Two')
  await running(1)
  const [winnerId, loserId] = [await goldenOf('site', 's1'), await goldenOf('site', 's2')]
  const merged = await acts.mergeCustomers({ winnerId, loserId, by: 'sam' })
  late.resolve({ kind: 'exists', remoteId: 'crm-1' })
  await scene.calm()
  crm.answer = () => undefined
  expect(await acts.unmerge({ mergeId: merged.ok ? (merged.mergeId ?? '') : '', by: 'sam' })).toMatchObject({
    ok: true,
    remoteRecords: 1,
  })
  await scene.calm()
  expect(await goldenOf('crm', 'crm-1')).toBe(winnerId)
  expect([...crm.records.values()].map(({ ext }) => ext)).toEqual([winnerId, loserId])
}, 30_000)
