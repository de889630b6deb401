import { expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { startTestHub, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { createTestDatabase } from '../../support/postgres.ts'

test("mappings of both directions, and an import's check, know the hub's own country", async () => {
  const [crm, desk] = [createMemoryVendor('crm'), createMemoryVendor('desk')]
  const db = await createTestDatabase()
  const hub = await startTestHub({
    databaseUrl: db.url,
    yaml: `
hub: { defaultCountry: PT }
systems:
  crm: { connector: crm, objects: { contact: {} } }
  desk: { connector: desk, objects: { contact: {} } }
routes: [{ entity: person, system: desk, object: contact }]
`,
    connectors: [crm.connector, desk.connector],
    mappings: {
      'crm/contact.in':
        '{"person": {"mobile": $phone(tel, $defaultCountry) ?? $error("no phone for " & $defaultCountry)}}',
      'desk/contact.out': '{"ext": $id, "tel": mobile, "country": $defaultCountry}',
    },
  })
  await hub.append('crm', 'poll', [
    {
      object: 'contact',
      type: 'contact.polled',
      kind: 'snapshot',
      remoteId: 'c1',
      whole: true,
      payload: Buffer.from('{"tel": "912 345 670"}'),
      contentType: 'application/json',
    },
  ])
  await until(
    () => [...desk.records.values()],
    records => records.length === 1,
  )
  expect([...desk.records.values()]).toEqual([expect.objectContaining({ tel: '+351912345670', country: 'PT' })])
  const row = { remoteId: undefined, document: { tel: '913 345 670' } }
  expect(await createActions(hub).checkRow('crm', 'contact', row)).toBeUndefined()
})
