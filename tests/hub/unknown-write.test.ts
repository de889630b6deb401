import { expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { until } from '../support/hub.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { SITE_AND_CRM, startScene } from './scene.ts'

const MAPPINGS = {
  'site/contact.in': '{"person": {"email": mail, "givenName": name}}',
  'crm/contact.in': '{"person": {"email": mail, "givenName": name}}',
  'crm/contact.out': '{"mail": email, "name": givenName}',
}

test('a write whose answer was lost is known as ours when it is told, also after another record became the primary one and was written', async () => {
  const [site, crm] = [createMemoryVendor('site'), createMemoryVendor('crm')]
  const scene = await startScene({
    yaml: SITE_AND_CRM,
    connectors: [site.connector, crm.connector],
    mappings: MAPPINGS,
  })
  const acts = createActions(scene.hub)
  const content = (name: string) => ({ mail: 'one@example.com', name })
  for (const id of ['c1', 'c2']) {
    await scene.post('crm', { id, data: content('Old') })
    await scene.calm()
  }
  crm.answer = (_object, { remoteId }) => (remoteId === 'c1' ? { kind: 'unknown', reason: 'no answer' } : undefined)
  await scene.post('site', { id: 's1', data: content('New') })
  await until(
    () => scene.rows(`select 1 from delivery where state = 'unknown'`),
    unknown => unknown.length === 1,
  )
  expect(await acts.choosePrimary({ system: 'crm', object: 'contact', remoteId: 'c2', by: 'sam' })).toMatchObject({
    ok: true,
  })
  // It is looked at again now, and not after the vendor's index lag.
  await scene.rows('update delivery set due_at = now()')
  await scene.post('site', { id: 's1', data: content('Newer') })
  await until(
    async () => crm.records.get('c2')?.['name'],
    name => name === 'Newer',
  )
  await scene.calm()
  expect(crm.writes.filter(({ item }) => item.remoteId === 'c1')).toHaveLength(1)

  await scene.post('crm', { id: 'c1', data: content('New') })
  await scene.calm()
  const [row] = await scene.rows<{ name: object }>(
    `select fields -> 'givenName' as name from source_record where system = 'crm' and remote_id = 'c1'`,
  )
  expect(row?.name).toMatchObject({ v: 'Old', o: { v: 'New' } })
}, 30_000)
