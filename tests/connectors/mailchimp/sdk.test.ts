import client from '@mailchimp/mailchimp_marketing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { secretOf } from '#connector/sandbox.ts'
import connector from '../../../connectors/mailchimp/connector.ts'
import { subscriberHash } from '../../../connectors/mailchimp/member.ts'
import { startSandbox, type MailchimpSandbox } from '../../../connectors/mailchimp/sandbox.ts'
import { item } from '../../support/access.ts'
import { sandboxAccess } from '../sandbox-access.ts'

/** Mailchimp's own client writes what the connector reads, and reads what the connector wrote: the sandbox is true to both. */
const LIST = 'a6b5da1054'
const ANA = subscriberHash('ana@example.com')
let sandbox: MailchimpSandbox
let nowMs = Date.parse('2026-11-21T10:00:00Z')
beforeAll(async () => {
  sandbox = await startSandbox({ nowMs: () => nowMs })
  client.basePath = connector.manifest.settings.parse(sandbox.settings).apiUrl ?? ''
  client.setConfig({ apiKey: secretOf(sandbox, 'apiKey') })
})
afterAll(() => sandbox.close())

it('signs in, and names the audience', async () => {
  expect((await client.ping.get()).health_status).toContain('Chimpy')
  expect(await client.lists.getList(LIST)).toMatchObject({ id: LIST, name: 'Newsletter' })
})

it('a member that the client puts is pulled by the connector', async () => {
  const put = await client.lists.setListMember(LIST, ANA, {
    email_address: 'Ana@Example.com',
    status_if_new: 'subscribed',
    merge_fields: { FNAME: 'Ana' },
  })
  expect(put).toMatchObject({ id: ANA, status: 'subscribed', merge_fields: { FNAME: 'Ana' } })
  await client.lists.updateListMemberTags(LIST, ANA, { tags: [{ name: 'vip', status: 'active' }] })
  const pulled = await connector.pull?.changes?.(sandboxAccess(connector, sandbox), 'member', undefined)
  expect(pulled).toMatchObject({
    ok: true,
    records: [{ remoteId: ANA, state: { merge_fields: { FNAME: 'Ana' }, tags: [{ name: 'vip' }] } }],
  })
})

it('what the connector writes the client reads, also by last change', async () => {
  nowMs += 60_000
  const bo = { email_address: 'bo@example.com', status: 'subscribed', merge_fields: { FNAME: 'Bo' } }
  const [outcome] = (await connector.push?.upsert(sandboxAccess(connector, sandbox), 'member', [item('g', bo)])) ?? []
  expect(outcome).toMatchObject({ kind: 'delivered' })
  expect(await client.lists.getListMember(LIST, subscriberHash('bo@example.com'))).toMatchObject(bo)
  const changed = await client.lists.getListMembersInfo(LIST, {
    sinceLastChanged: '2026-11-21T10:00:30+00:00',
    sortField: 'last_changed',
    count: 10,
  })
  expect(changed.members.map(member => member.email_address)).toEqual(['bo@example.com'])
  expect(changed.total_items).toBe(1)
})

it('a batch tells what was made, what was changed and what was refused', async () => {
  const members = ['ana@example.com', 'cy@example.com', 'broken'].map(email_address => ({
    email_address,
    status: 'subscribed',
  }))
  const batch = await client.lists.batchListMembers(LIST, { members, update_existing: true })
  expect(batch.new_members.map(member => member.email_address)).toEqual(['cy@example.com'])
  expect(batch.updated_members.map(member => member.id)).toEqual([ANA])
  expect(batch.errors).toMatchObject([{ email_address: 'broken' }])
  expect(batch).toMatchObject({ total_created: 1, error_count: 1 })
})

it('refusals come as problem documents, as the client knows them', async () => {
  const twice = client.lists.addListMember(LIST, { email_address: 'ana@example.com', status: 'subscribed' })
  await expect(twice).rejects.toMatchObject({ status: 400, response: { body: { title: 'Member Exists' } } })
  const nobody = client.lists.getListMember(LIST, subscriberHash('nobody@example.com'))
  await expect(nobody).rejects.toMatchObject({ status: 404, response: { body: { status: 404 } } })
  sandbox.failNext({ status: 429, json: { title: 'Too Many Requests', status: 429 } })
  await expect(client.lists.getList(LIST)).rejects.toMatchObject({ status: 429 })
  client.setConfig({ apiKey: 'wrong-us21' })
  await expect(client.lists.getList(LIST)).rejects.toMatchObject({ status: 401 })
  client.setConfig({ accessToken: secretOf(sandbox, 'apiKey') })
  expect(await client.lists.getList(LIST)).toMatchObject({ id: LIST })
})

it('one that is archived comes back, one that is removed for good does not', async () => {
  await client.lists.deleteListMember(LIST, ANA)
  expect(await client.lists.getListMember(LIST, ANA)).toMatchObject({ status: 'archived' })
  const back = { email_address: 'ana@example.com', status: 'subscribed' }
  expect(await client.lists.setListMember(LIST, ANA, back)).toMatchObject({ status: 'subscribed' })
  await client.lists.deleteListMemberPermanent(LIST, ANA)
  await expect(client.lists.setListMember(LIST, ANA, back)).rejects.toMatchObject({ status: 400 })
})
