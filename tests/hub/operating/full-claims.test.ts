import { expect, test } from 'vitest'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { SITE_AND_CRM, startScene } from '../scene.ts'

test('what a full claim leaves is looked at at once, also when nothing in that claim needs a call', async () => {
  const site = createMemoryVendor('site')
  const crm = createMemoryVendor('crm', { batchMax: 1, concurrency: 1 })
  const scene = await startScene({
    yaml: SITE_AND_CRM,
    connectors: [site.connector, crm.connector],
    mappings: {
      'site/contact.in': '{"person": {"email": mail, "givenName": name, "jobTitle": job}}',
      'crm/contact.out': '{"ext": $id, "mail": email, "name": givenName}',
    },
  })
  const say = (job: string) =>
    scene.post(
      'site',
      Array.from({ length: 20 }, (_, n) => ({
        id: `${n}`,
        data: { mail: `${n}@example.com`, name: `Person ${n}`, job },
      })),
    )
  await say('baker')
  await scene.calm()
  expect(crm.writes).toHaveLength(20)
  await say('miller')
  await scene.calm(8_000)
  expect(crm.writes).toHaveLength(20)
})
