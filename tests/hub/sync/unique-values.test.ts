import { expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { SITE_AND_CRM, startScene } from '../scene.ts'

const MAPPINGS = {
  'site/contact.in': '{"person": {"email": mail, "givenName": name}}',
  'crm/contact.in': '{"person": {"email": mail, "givenName": name}}',
  'crm/contact.out': '{"ext": $id, "mail": email, "name": givenName}',
}

test('an update that meets another record there waits until that one has changed', async () => {
  const [site, crm] = [createMemoryVendor('site'), createMemoryVendor('crm')]
  const scene = await startScene({
    yaml: SITE_AND_CRM,
    connectors: [site.connector, crm.connector],
    mappings: MAPPINGS,
  })
  const person = (id: string, mail: string) => scene.post('site', { id, data: { mail, name: 'Ana' } })
  const deliveries = () => scene.rows<{ state: string; reason: string | null }>('select state, reason from delivery')
  await person('s1', 'ana@example.com')
  await scene.calm()
  // The CRM has a record that nobody has told of, and keeps mail addresses unique.
  crm.records.set('c9', { mail: 'new@example.com', name: 'Bo' })
  crm.answer = (_object, { remoteId, content }) => {
    const [other] = [...crm.records].find(([id, { mail }]) => id !== remoteId && mail === content['mail']) ?? []
    return other === undefined ? undefined : { kind: 'exists', remoteId: other }
  }
  const writes = crm.writes.length
  await person('s1', 'new@example.com')
  await until(deliveries, rows => rows.some(({ reason }) => reason === 'exists'))
  await until(
    () => scene.rows(`select from event where remote_id = 'c9' and state = 'processed'`),
    events => events.length === 1,
  )
  expect(await deliveries()).toEqual([{ state: 'retrying', reason: 'exists' }])
  expect(crm.writes.length - writes).toBe(1)

  crm.records.set('c9', { mail: 'bo@example.com', name: 'Bo' })
  const keys = await scene.rows<{ system: string; object: string; goldenId: string }>(
    'select system, object, golden_id as "goldenId" from delivery',
  )
  await createActions(scene.hub).retryDeliveries(keys)
  await until(deliveries, rows => rows.some(({ state }) => state === 'synced'))
  expect([...crm.records.values()].map(({ mail }) => mail)).toContain('new@example.com')
}, 30_000)
