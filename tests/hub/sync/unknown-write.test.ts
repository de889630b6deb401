import { expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { until } from '../../support/hub.ts'
import { createMemoryVendor, type MemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, SITE_AND_CRM, startScene } from '../scene.ts'

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

/** A create that is made there, and whose answer is lost. */
function loseAnswer(crm: MemoryVendor, id: string): void {
  crm.answer = (_object, item) => {
    if (item.remoteId !== undefined) return undefined
    crm.records.set(id, { ...item.content })
    return { kind: 'unknown', reason: 'no answer' }
  }
}

const BY_ID = { ...MAPPINGS, 'crm/contact.out': '{"ext": $id, "mail": email, "name": givenName}' }
const unknown = (scene: Scene) =>
  until(
    () => scene.rows(`select 1 from delivery where state = 'unknown'`),
    rows => rows.length === 1,
  )

test('a create whose answer was lost is known as ours when it is told, though its customer left the route meanwhile', async () => {
  const [site, crm] = [createMemoryVendor('site'), createMemoryVendor('crm')]
  const scene = await startScene({
    yaml: SITE_AND_CRM.replace(
      'object: contact }',
      `object: contact, when: 'givenName != "Away"', onRouteExit: freeze }`,
    ),
    connectors: [site.connector, crm.connector],
    mappings: BY_ID,
  })
  loseAnswer(crm, 'c1')
  await scene.post('site', { id: 's1', data: { mail: 'one@example.com', name: 'Here' } })
  await unknown(scene)
  await scene.post('site', { id: 's1', data: { mail: 'one@example.com', name: 'Away' } })
  await scene.calm()
  expect(await scene.rows('select state, reason from delivery')).toEqual([{ state: 'frozen', reason: 'route_exit' }])

  await scene.post('crm', { id: 'c1', data: { mail: 'one@example.com', name: 'Here' } })
  await scene.calm()
  expect(
    await scene.rows(`select fields -> 'givenName' -> 'a' as said from source_record where remote_id = 'c1'`),
  ).toEqual([{ said: false }])
}, 30_000)

test('a create whose answer was lost is not made again when it is reported while the vendor searches for it', async () => {
  const [site, crm] = [createMemoryVendor('site'), createMemoryVendor('crm')]
  const scene = await startScene({
    yaml: SITE_AND_CRM,
    connectors: [site.connector, crm.connector],
    mappings: MAPPINGS,
  })
  crm.answer = () => ({ kind: 'unknown', reason: 'no answer' })
  await scene.post('site', { id: 's1', data: { mail: 'one@example.com', name: 'One' } })
  await unknown(scene)
  crm.answer = () => undefined
  crm.finding = async () => {
    await scene.post('crm', { id: 'made', data: { mail: 'one@example.com', name: 'One' } })
    await until(
      () => scene.rows(`select 1 from remote_record where remote_id = 'made'`),
      rows => rows.length === 1,
    )
  }
  await scene.rows(`update delivery set due_at = now()`)
  await scene.calm()
  expect(crm.writes.filter(({ item }) => item.remoteId === undefined)).toHaveLength(1)
  expect(await scene.rows(`select remote_id from remote_record where system = 'crm'`)).toEqual([{ remote_id: 'made' }])
}, 30_000)

test('a create that a look found went there, also when that is written again', async () => {
  const [site, crm] = [createMemoryVendor('site'), createMemoryVendor('crm')]
  const scene = await startScene({ yaml: SITE_AND_CRM, connectors: [site.connector, crm.connector], mappings: BY_ID })
  loseAnswer(crm, 'c1')
  await scene.post('site', { id: 's1', data: { mail: 'one@example.com', name: 'Old' } })
  await unknown(scene)
  crm.answer = () => ({ kind: 'unknown', reason: 'no answer' })
  await scene.post('site', { id: 's1', data: { mail: 'one@example.com', name: 'New' } })
  await until(
    async () => crm.writes.length,
    writes => writes === 2,
  )
  const inFlight = () =>
    scene.rows<{ writes: object[] }>('select in_flight_fields as writes from delivery where lease_by is null')
  const [row] = await until(inFlight, rows => rows.length === 1)
  expect(row?.writes).toMatchObject([
    { to: 'c1', fields: { givenName: 'New' } },
    { to: 'c1', fields: { givenName: 'Old' } },
  ])
}, 30_000)

test('a create whose answer was lost is remembered while a record that a merge brought is written, and found when that is undone', async () => {
  const [site, crm] = [createMemoryVendor('site'), createMemoryVendor('crm')]
  const scene = await startScene({ yaml: SITE_AND_CRM, connectors: [site.connector, crm.connector], mappings: BY_ID })
  const acts = createActions(scene.hub)
  // Its vendor's search does not show it yet.
  crm.answer = () => ({ kind: 'unknown', reason: 'no answer' })
  await scene.post('site', { id: 's1', data: { mail: 'one@example.com', name: 'One' } })
  await unknown(scene)
  crm.answer = (_object, { remoteId }) => (remoteId === undefined ? { kind: 'retry', reason: 'busy' } : undefined)
  await scene.rows(`update delivery set due_at = now()`)
  const states = (state: string) =>
    until(
      () => scene.rows(`select 1 from delivery where state = '${state}'`),
      rows => rows.length === 1,
    )
  await states('retrying')
  await scene.post('crm', { id: 'c2', data: { mail: 'two@example.com', name: 'Two' } })
  await states('synced')
  const [winner, loser] = await scene.rows<{ id: string }>('select id from golden_record order by created_at')
  const merged = await acts.mergeCustomers({ winnerId: winner?.id ?? '', loserId: loser?.id ?? '', by: 'sam' })
  if (!merged.ok) throw new Error(merged.message)
  for (const name of ['Both', 'Both again']) {
    await scene.post('site', { id: 's1', data: { mail: 'one@example.com', name } })
    await until(
      () => scene.rows(`select 1 from golden_record where fields ->> 'givenName' = '${name}'`),
      rows => rows.length === 1,
    )
    await scene.rows(`update delivery set due_at = now() where state = 'retrying'`)
    await scene.calm()
  }
  expect(crm.records.get('c2')).toMatchObject({ name: 'Both again' })
  expect(
    await scene.rows(
      `select jsonb_path_query_array(sent_earlier, '$.givenName[*].v') as written from remote_record where remote_id = 'c2'`,
    ),
  ).toMatchObject([{ written: ['Both', 'One'] }])

  crm.records.set('c1', { ext: winner?.id ?? '', mail: 'one@example.com', name: 'One' })
  expect(await acts.unmerge({ mergeId: merged.mergeId ?? '', by: 'sam' })).toMatchObject({ ok: true })
  await scene.calm()
  expect(
    await scene.rows(`select fields -> 'givenName' -> 'a' as said from source_record where remote_id = 'c1'`),
  ).toEqual([{ said: false }])
  expect(await scene.rows('select 1 from delivery where in_flight_fields is not null')).toEqual([])
}, 60_000)

test('a create whose answer was lost is known as ours when it is told, though its people had entered the customer there at the same time', async () => {
  const [site, crm] = [createMemoryVendor('site'), createMemoryVendor('crm')]
  const scene = await startScene({
    yaml: SITE_AND_CRM,
    connectors: [site.connector, crm.connector],
    mappings: MAPPINGS,
  })
  crm.answer = () => ({ kind: 'unknown', reason: 'no answer' })
  await scene.post('site', { id: 's1', data: { mail: 'one@example.com', name: 'One' } })
  await unknown(scene)
  crm.answer = () => undefined
  await scene.post('crm', { id: 'c2', data: { mail: 'one@example.com', name: 'Uno' } })
  await scene.calm()
  for (const name of ['Eins', 'Un']) {
    await scene.post('site', { id: 's1', data: { mail: 'one@example.com', name } })
    await scene.calm()
  }
  expect(crm.records.get('c2')).toMatchObject({ name: 'Un' })

  await scene.post('crm', { id: 'c1', data: { mail: 'one@example.com', name: 'One' } })
  await scene.calm()
  expect(
    await scene.rows(`select fields -> 'givenName' -> 'a' as said from source_record where remote_id = 'c1'`),
  ).toEqual([{ said: false }])
  expect(await scene.rows(`select state from golden_record`)).toEqual([{ state: 'active' }])
}, 60_000)

test('a create whose answer was lost, of a customer that was merged away, made no record that was known before it', async () => {
  const [site, crm] = [createMemoryVendor('site'), createMemoryVendor('crm')]
  const scene = await startScene({ yaml: SITE_AND_CRM, connectors: [site.connector, crm.connector], mappings: BY_ID })
  const acts = createActions(scene.hub)
  await scene.post('crm', { id: 'c1', data: { mail: 'one@example.com', name: 'Old' } })
  await scene.calm()
  await scene.rows(`update remote_record set linked_at = now() - interval '1 minute'`)
  crm.answer = (_object, { remoteId }) =>
    remoteId === undefined ? { kind: 'unknown', reason: 'no answer' } : { kind: 'rejected', reason: 'not now' }
  await scene.post('site', { id: 's1', data: { mail: 'two@example.com', name: 'New' } })
  await unknown(scene)
  const [winner, loser] = await scene.rows<{ id: string }>('select id from golden_record order by created_at')
  await acts.mergeCustomers({ winnerId: winner?.id ?? '', loserId: loser?.id ?? '', by: 'sam' })
  await scene.calm()

  await scene.post('crm', { id: 'c1', data: { mail: 'one@example.com', name: 'New' } })
  await scene.calm()
  expect(
    await scene.rows(`select fields -> 'givenName' ->> 'v' as said from source_record where remote_id = 'c1'`),
  ).toEqual([{ said: 'New' }])
}, 30_000)

test.each([
  ['its report comes', true],
  ['nothing is told of it', false],
])(
  'a removal whose answer was lost is ours, though its customer came back on the route meanwhile: %s',
  async (_, told) => {
    const [site, crm] = [createMemoryVendor('site'), createMemoryVendor('crm')]
    const scene = await startScene({
      yaml: SITE_AND_CRM.replace(
        'object: contact }',
        `object: contact, when: 'givenName != "Away"', onRouteExit: delete }`,
      ),
      connectors: [site.connector, crm.connector],
      mappings: { ...BY_ID, 'crm/contact.in': '{"person": {"email": mail, "jobTitle": title}}' },
    })
    const say = async (name: string) => await scene.post('site', { id: 's1', data: { mail: 'one@example.com', name } })
    await say('Here')
    await scene.calm()
    await scene.post('crm', { id: 'crm-1', data: { mail: 'one@example.com', title: 'Boss' } })
    await scene.calm()
    crm.answer = (_object, { remoteId = '' }) => (remoteId === 'crm-1' ? { kind: 'gone' } : undefined)
    crm.removalAnswer = ({ remoteId = '' }) => {
      crm.records.delete(remoteId)
      return { kind: 'unknown', reason: 'no answer' }
    }
    await say('Away')
    await unknown(scene)
    await say('Here')
    await until(
      () => scene.rows(`select 1 from delivery where action = 'upsert'`),
      rows => rows.length === 1,
    )
    if (told) await scene.post('crm', { id: 'crm-1', kind: 'delete' })
    await scene.calm()
    expect([...crm.records.values()]).toMatchObject([{ mail: 'one@example.com', name: 'Here' }])
    expect(await scene.rows('select state from delivery')).toEqual([{ state: 'synced' }])
    expect(await scene.rows(`select tombstone_by from remote_record where remote_id = 'crm-1'`)).toEqual([
      { tombstone_by: 'hub' },
    ])
    expect(await scene.rows(`select fields ->> 'jobTitle' as title from golden_record`)).toEqual([{ title: 'Boss' }])
  },
  30_000,
)
