import { expect, test } from 'vitest'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { startScene } from './scene.ts'

const YAML = `
systems:
  crm: { connector: crm }
  desk: { connector: desk, priority: 10 }
routes:
  - { entity: person, system: crm, object: contact, losingEdits: keepLocal }
`
const IN = `{"person": {"email": mail, "givenName": first, "jobTitle": job}}`

test('what a system keeps of its own is given back to a vendor that takes whole documents', async () => {
  const crm = createMemoryVendor('crm')
  const desk = createMemoryVendor('desk')
  const scene = await startScene({
    yaml: YAML,
    connectors: [crm.connector, desk.connector],
    mappings: {
      'crm/contact.in': IN,
      'desk/contact.in': IN,
      'crm/contact.out': `{"mail": email, "first": givenName, "job": jobTitle}`,
    },
  })
  const says = async (system: string, id: string, data: object): Promise<void> => {
    await scene.post(system, { id, at: new Date().toISOString(), data: { mail: 'ana@example.com', ...data } })
    await scene.calm()
  }
  await says('desk', 'd1', { first: 'Ana', job: 'Clerk' })
  const [id = ''] = [...crm.records.keys()]
  await says('crm', id, { first: 'Local' })
  const writes = crm.writes.length
  await says('desk', 'd1', { job: 'Boss' })
  expect(crm.writes.slice(writes)).toMatchObject([
    { item: { changed: { job: 'Boss' }, content: { first: 'Local', job: 'Boss' } } },
  ])
  expect(crm.writes.at(-1)?.item.changed).toEqual({ job: 'Boss' })
})
