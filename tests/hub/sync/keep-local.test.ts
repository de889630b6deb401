import { expect, test } from 'vitest'
import { until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { startScene } from '../scene.ts'

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
  const options = {
    yaml: YAML,
    connectors: [crm.connector, desk.connector],
    mappings: {
      'crm/contact.in': IN,
      'desk/contact.in': IN,
      'crm/contact.out': `{"mail": email, "first": givenName, "job": jobTitle}`,
    },
  }
  const scene = await startScene(options)
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

  // Nothing was heard there for long when the route is changed.
  await scene.hub.stop()
  await scene.rows(`update source_record set updated_at = now() - interval '1 day'`)
  await startScene({ ...options, yaml: YAML.replace('keepLocal', 'writeBack') }, scene.db)
  await until(
    async () => crm.writes.at(-1)?.item.changed,
    changed => JSON.stringify(changed) === '{"first":"Ana"}',
  )
})

test('what a system keeps of its own is no write of ours where a call tells only what changed: set again, it is heard', async () => {
  const crm = createMemoryVendor('crm', { patches: true })
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
    await scene.post(system, { id, data: { mail: 'ana@example.com', ...data } })
    await scene.calm()
  }
  await says('desk', 'd1', { first: 'Ana', job: 'Clerk' })
  const [id = ''] = [...crm.records.keys()]
  await says('crm', id, { first: 'Local' })
  await says('desk', 'd1', { job: 'Boss' })
  expect(crm.writes.at(-1)?.item.changed).toEqual({ job: 'Boss' })
  await says('crm', id, { first: 'Other' })
  await says('crm', id, { first: 'Local' })
  const [source] = await scene.rows<{ said: object }>(
    `select fields -> 'givenName' as said from source_record where system = 'crm'`,
  )
  expect(source?.said).toMatchObject({ v: 'Local' })
})
