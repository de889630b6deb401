import { expect, test } from 'vitest'
import { until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { SITE_AND_CRM, startScene } from '../scene.ts'

const MAPPINGS = {
  'site/contact.in': '{"person": {"email": mail, "givenName": name}}',
  'crm/contact.out': '{"ext": $id, "mail": email, "name": givenName}',
}

test('content that was corrected while the vendor refused what it was before is written', async () => {
  const [site, crm] = [createMemoryVendor('site'), createMemoryVendor('crm')]
  const scene = await startScene({
    yaml: SITE_AND_CRM,
    connectors: [site.connector, crm.connector],
    mappings: MAPPINGS,
  })
  const refusal = Promise.withResolvers<{ kind: 'rejected'; reason: string }>()
  crm.answer = (_object, { content }) => (content['name'] === 'Wrong' ? refusal.promise : undefined)

  await scene.post('site', { id: 's1', data: { mail: 'one@example.com', name: 'Wrong' } })
  await until(
    async () => crm.calls.running,
    running => running === 1,
  )
  await scene.post('site', { id: 's1', data: { mail: 'one@example.com', name: 'Right' } })
  await until(
    () => scene.rows(`select 1 from golden_record where fields ->> 'givenName' = 'Right'`),
    changed => changed.length === 1,
  )
  await until(
    () => scene.rows('select 1 from plan_work'),
    work => work.length === 0,
  )
  refusal.resolve({ kind: 'rejected', reason: 'this name is not allowed' })
  await scene.calm()
  expect([...crm.records.values()].map(record => record['name'])).toEqual(['Right'])
  expect(await scene.rows('select state, reason, detail from delivery')).toEqual([
    { state: 'synced', reason: null, detail: null },
  ])
}, 30_000)
