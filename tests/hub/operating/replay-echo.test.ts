import { expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { SITE_AND_CRM, startScene } from '../scene.ts'

test('an event that was an echo is one when it is run again, though nobody remembers the write', async () => {
  const [site, crm] = [createMemoryVendor('site'), createMemoryVendor('crm')]
  const scene = await startScene({
    yaml: SITE_AND_CRM,
    connectors: [site.connector, crm.connector],
    mappings: {
      'site/contact.in': '{"person": {"email": mail, "givenName": name}}',
      'crm/contact.in': '{"person": {"email": mail, "givenName": name}}',
      'crm/contact.out': '{"mail": email, "name": givenName}',
    },
  })
  const say = async (system: string, id: string, name: string): Promise<void> => {
    await scene.post(system, { id, data: { mail: 'ana@example.com', name } })
    await scene.calm()
  }
  await say('crm', 'c1', 'Own')
  for (const name of ['Written', 'Later']) {
    await say('site', 's1', name)
    await say('crm', 'c1', name)
  }
  const stated = () =>
    scene.rows<{ v: string; seen: string }>(
      `select fields -> 'givenName' ->> 'v' as v, fields -> 'givenName' -> 'o' ->> 'v' as seen from source_record where system = 'crm'`,
    )
  expect(await stated()).toEqual([{ v: 'Own', seen: 'Later' }])

  // Of the writes before the last some are remembered.
  await scene.rows('update remote_record set sent_earlier = null')
  const [, echo] = await scene.rows<{ id: string; notes: object[] }>(
    `select id, notes from event where system = 'crm' order by id`,
  )
  expect(echo?.notes).toEqual([{ code: 'echo', fields: ['givenName'] }])
  await createActions(scene.hub).replayEvents([echo?.id ?? ''])
  await scene.calm()
  expect(await stated()).toEqual([{ v: 'Own', seen: 'Later' }])
}, 60_000)
