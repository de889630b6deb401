import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import type { Outcome } from '#connector/outcome.ts'
import { createLog } from '#observe/log.ts'
import { type TestHubOptions, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { startScene } from '../scene.ts'

// Polls and webhooks tell of one record side by side: a system's first word about it may come twice at once.

const YAML = `
systems:
  crm: { connector: crm, objects: { contact: {} } }
  desk: { connector: desk, objects: { contact: {} } }
routes:
  - { entity: person, system: desk, object: contact }
`
const OUT = '{"ext": $id, "mail": email, "job": jobTitle}'

/** A hub with both systems; what the tests are about is the one it writes to. */
async function startBoth(mappings: TestHubOptions['mappings'], overrides: TestHubOptions['overrides'] = {}) {
  const desk = createMemoryVendor('desk')
  const connectors = [createMemoryVendor('crm').connector, desk.connector]
  return { desk, scene: await startScene({ yaml: YAML, connectors, mappings, overrides }) }
}

test('two first reports of a record that bears our id are worked on together, and it belongs to its customer', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'patchbay-newcomers-')), 'hub.log')
  const { scene } = await startBoth(
    {
      'crm/contact.in': '{"person": {"email": mail}}',
      'desk/contact.in': '{"person": {"@externalId": ext, "email": mail, "jobTitle": job}}',
      'desk/contact.out': OUT,
    },
    { log: createLog({ level: 'error', file }) },
  )
  await scene.post('crm', { id: 'c1', eventId: 'e1', data: { mail: 'ana@example.com' } })
  await scene.calm()
  const goldens = () => scene.rows<{ id: string }>(`select id from golden_record where state = 'active'`)
  const [golden] = await goldens()
  const report = { mail: 'ana@example.com', ext: golden?.id }
  await scene.post('desk', [
    { id: 'copy', eventId: 'd1', data: report },
    { id: 'copy', eventId: 'd2', data: { ...report, job: 'CFO' } },
  ])
  await scene.calm()
  expect(await goldens()).toEqual([golden])
  expect(await scene.rows(`select golden_id from remote_record where remote_id = 'copy'`)).toEqual([
    { golden_id: golden?.id },
  ])
  expect(readFileSync(file, 'utf8')).toBe('')
})

test('what the hub is just making belongs to its customer, though its vendor merges another record into it first: the two are one', async () => {
  const { desk, scene } = await startBoth({
    'crm/contact.in': '{"person": {"email": mail}}',
    'desk/contact.in': '{"person": {"email": mail, "jobTitle": job}}',
    'desk/contact.out': OUT,
  })
  await scene.post('desk', { id: 'd1', data: { mail: 'two@example.com', job: 'CFO' } })
  await scene.calm()
  const answer = Promise.withResolvers<Outcome>()
  desk.answer = () => answer.promise
  await scene.post('crm', { id: 'c1', data: { mail: 'one@example.com' } })
  await until(
    async () => desk.calls.running,
    running => running === 1,
  )
  await scene.post('desk', { id: 'd1', kind: 'merge', mergedInto: 'made', data: {} })
  await until(
    () => scene.rows(`select from remote_record where remote_id = 'made'`),
    rows => rows.length === 1,
  )
  desk.answer = () => undefined
  answer.resolve({ kind: 'delivered', remoteId: 'made', state: { mail: 'one@example.com', job: 'CFO' } })
  await scene.calm()
  expect(await scene.rows(`select state from golden_record order by state`)).toEqual([
    { state: 'active' },
    { state: 'merged' },
  ])
  expect(await scene.rows('select from review')).toEqual([])
})

test('a report that tells nothing of a create without any key is known as its own, and makes no customer of nothing', async () => {
  const { desk, scene } = await startBoth({
    'crm/contact.in': '{"person": {"jobTitle": job}}',
    'desk/contact.in': '{"person": {"email": mail, "language": language}}',
    'desk/contact.out': OUT,
  })
  const answer = Promise.withResolvers<Outcome>()
  desk.answer = () => answer.promise
  await scene.post('crm', { id: 'c1', data: { job: 'CFO' } })
  await until(
    async () => desk.calls.running,
    running => running === 1,
  )
  await scene.post('desk', { id: 'made', data: { mail: null, job: 'CFO' } })
  await until(
    () => scene.rows(`select from event where system = 'desk' and state = 'processed'`),
    rows => rows.length === 1,
  )
  answer.resolve({ kind: 'delivered', remoteId: 'made' })
  await scene.calm()
  expect(await scene.rows('select state from golden_record')).toEqual([{ state: 'active' }])
  expect(await scene.rows('select state from delivery')).toEqual([{ state: 'synced' }])
}, 30_000)

test('a report that tells no key of a create, and nothing but what the hub wrote, is known as its own', async () => {
  const { desk, scene } = await startBoth({
    'crm/contact.in': '{"person": {"email": mail, "jobTitle": job, "department": team}}',
    // Its addresses are told to it, and not read from it.
    'desk/contact.in': '{"person": {"jobTitle": job, "department": team}}',
    'desk/contact.out': '{"mail": email, "job": jobTitle, "team": department}',
  })
  const answer = Promise.withResolvers<Outcome>()
  desk.answer = () => answer.promise
  await scene.post('crm', { id: 'c1', data: { mail: 'ana@example.com', job: 'CFO', team: 'Board' } })
  await until(
    async () => desk.calls.running,
    running => running === 1,
  )
  await scene.post('desk', [
    { id: 'made', data: { job: 'CFO', team: 'Board' } },
    { id: 'theirs', data: { job: 'CFO', team: 'Sales' } },
  ])
  await until(
    () => scene.rows(`select from event where system = 'desk' and state = 'processed'`),
    rows => rows.length === 2,
  )
  answer.resolve({ kind: 'delivered', remoteId: 'made' })
  await scene.calm()
  const ofCustomer = await scene.rows(
    `select r.remote_id from golden_record g join remote_record r on r.golden_id = g.id where g.fields ? 'email' order by 1`,
  )
  expect(ofCustomer).toEqual([{ remote_id: 'c1' }, { remote_id: 'made' }])
}, 30_000)

test.each([
  ['what it shows most of', '{"person": {"email": mail, "givenName": name, "jobTitle": job}}'],
  ['the one that was leased last, where it shows as much of both', '{"person": {"email": mail, "givenName": name}}'],
])(
  'of two creates, the one for a customer that was merged away since, a record is %s',
  async (_name, told) => {
    const { desk, scene } = await startBoth({
      'crm/contact.in': '{"person": {"email": mail, "givenName": name, "jobTitle": job}}',
      'desk/contact.in': told,
      'desk/contact.out': '{"mail": email, "name": givenName, "job": jobTitle}',
    })
    const acts = createActions(scene.hub)
    const goldenOf = async (id: string): Promise<string> => {
      const [row] = await scene.rows<{ golden_id: string }>(
        `select golden_id from remote_record where remote_id = '${id}'`,
      )
      return row?.golden_id ?? 'none'
    }
    const writes = (count: number) =>
      until(
        () => scene.rows('select from delivery where in_flight_fields is not null'),
        rows => rows.length === count,
      )
    desk.answer = () => ({ kind: 'unknown', reason: 'no answer' })
    await scene.post('crm', { id: 'loser', data: { mail: 'one@example.com', name: 'Ann', job: 'Baker' } })
    await writes(1)
    await acts.pauseSystem('desk', 'a test', 'sam')
    await scene.post('crm', { id: 'winner', data: { mail: 'two@example.com', name: 'Ann', job: 'CFO' } })
    await until(
      () => scene.rows('select from delivery'),
      rows => rows.length === 2,
    )
    const [winnerId, loserId] = [await goldenOf('winner'), await goldenOf('loser')]
    const merged = await acts.mergeCustomers({ winnerId, loserId, by: 'sam' })
    await scene.post('crm', { id: 'winner', data: { mail: 'one@example.com', name: 'Ann', job: 'CFO' } })
    await until(
      () => scene.rows(`select from golden_record where id = '${winnerId}' and fields ->> 'email' = 'one@example.com'`),
      rows => rows.length === 1,
    )
    await acts.resumeSystem('desk', 'sam')
    await writes(2)

    await scene.post('desk', { id: 'made', data: { mail: 'one@example.com', name: 'Ann', job: 'CFO' } })
    await until(
      () => goldenOf('made'),
      id => id === winnerId,
    )
    expect(await acts.unmerge({ mergeId: merged.ok ? (merged.mergeId ?? '') : '', by: 'sam' })).toMatchObject({
      ok: true,
    })
    expect(await goldenOf('made')).toBe(winnerId)
  },
  30_000,
)

/** A create without an answer for one customer, and another customer with a record in the same system. */
async function lostCreateBesideAnother() {
  const { desk, scene } = await startBoth({
    'crm/contact.in': '{"person": {"email": mail, "jobTitle": job}}',
    'desk/contact.in': '{"person": {"email": mail, "jobTitle": job}}',
    'desk/contact.out': OUT,
  })
  const acts = createActions(scene.hub)
  const inState = (state: string) =>
    until(
      () => scene.rows(`select 1 from delivery where state = '${state}'`),
      rows => rows.length === 1,
    )
  desk.answer = () => ({ kind: 'unknown', reason: 'no answer' })
  await scene.post('crm', { id: 'c1', data: { mail: 'one@example.com', job: 'CEO' } })
  await inState('unknown')
  await scene.post('desk', { id: 'd2', data: { mail: 'two@example.com' } })
  await inState('synced')
  const [winner, loser] = await scene.rows<{ id: string }>('select id from golden_record order by created_at')
  const pair = { winnerId: winner?.id ?? '', loserId: loser?.id ?? '' }
  return {
    scene,
    desk,
    acts,
    pair,
    inState,
    async merge(): Promise<string> {
      const merged = await acts.mergeCustomers({ ...pair, by: 'sam' })
      if (!merged.ok) throw new Error(merged.message)
      await scene.rows(`update delivery set due_at = now() where state = 'unknown'`)
      return merged.mergeId ?? ''
    },
    jobOfMade: () =>
      scene.rows(`select fields -> 'jobTitle' -> 'a' as said from source_record where remote_id = 'made'`),
  }
}

test('a create whose answer was lost is known by its report, also when a merge brought its customer another record there', async () => {
  const { scene, desk, acts, pair, merge, jobOfMade } = await lostCreateBesideAnother()
  desk.answer = () => undefined
  const mergeId = await merge()
  await scene.calm()
  expect(desk.records.get('d2')).toMatchObject({ job: 'CEO' })
  await scene.post('desk', { id: 'made', data: { mail: 'one@example.com', job: 'CEO' } })
  await scene.calm()
  expect(await jobOfMade()).toEqual([{ said: false }])
  expect(await acts.unmerge({ mergeId, by: 'sam' })).toMatchObject({ ok: true })
  await scene.calm()
  expect(await scene.rows(`select remote_id, golden_id from remote_record order by 1`)).toMatchObject([
    { remote_id: 'c1', golden_id: pair.winnerId },
    { remote_id: 'd2', golden_id: pair.loserId },
    { remote_id: 'made', golden_id: pair.winnerId },
  ])
}, 30_000)

test('a create whose answer was lost is known by its report, also after the merge was undone that had brought its customer another record there', async () => {
  const { scene, desk, acts, inState, merge, jobOfMade } = await lostCreateBesideAnother()
  desk.answer = () => ({ kind: 'retry', reason: 'busy' })
  const mergeId = await merge()
  await inState('retrying')
  await acts.pauseSystem('desk', 'a test', 'sam')
  expect(await acts.unmerge({ mergeId, by: 'sam' })).toMatchObject({ ok: true })
  await scene.post('desk', { id: 'made', data: { mail: 'one@example.com', job: 'CEO' } })
  expect(await until(jobOfMade, rows => rows.length === 1)).toEqual([{ said: false }])
}, 30_000)
