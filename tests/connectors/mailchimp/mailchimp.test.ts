import { afterEach, describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#model/json.ts'
import connector from '../../../connectors/mailchimp/connector.ts'
import { subscriberHash } from '../../../connectors/mailchimp/member.ts'
import { startSandbox, type MailchimpSandbox } from '../../../connectors/mailchimp/sandbox.ts'
import { pullAll } from '../../support/pull-all.ts'
import { sandboxAccess } from '../sandbox-access.ts'

// The connector against its sandbox, over HTTP.

const { pull, push } = connector
const changes = pull?.changes ?? expect.fail('the connector pulls changes')
const open: MailchimpSandbox[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(sandbox => sandbox.close()))
})

let nowMs = 0
async function started() {
  nowMs = Date.parse('2026-11-21T10:00:00Z')
  const sandbox = await startSandbox({ nowMs: () => nowMs })
  open.push(sandbox)
  const access = sandboxAccess(connector, sandbox)
  const enter = (email: string, more: JsonObject = {}) =>
    sandbox.audience.write({ email_address: email, status: 'subscribed', ...more }, { byApi: false })
  return { sandbox, access, enter }
}

const item = (email: string, content: JsonObject = {}, more: object = {}) => {
  const whole = { email_address: email, ...content }
  return { externalId: `g-${email}`, content: whole, changed: whole, idempotencyKey: 'k', ...more }
}

const members = (access: Awaited<ReturnType<typeof started>>['access'], from?: Json) =>
  pullAll(cursor => changes(access, 'member', cursor), { from, pagesMax: 20 })

describe('pull', () => {
  test('brings every member once or more, also when thousands changed within one second', async () => {
    const { sandbox, access, enter } = await started()
    for (let n = 0; n < 2500; n++) {
      if (n % 1200 === 0) nowMs += 5_000
      enter(`p${n}@example.com`)
    }
    const { records, pages } = await members(access)
    expect(new Set(records.map(record => record.remoteId)).size).toBe(2500)
    expect(pages).toBeLessThan(8)
    expect(sandbox.calls.every(call => call.startsWith('GET'))).toBe(true)
  })

  test('goes on from the newest change, and tells who was archived', async () => {
    const { sandbox, access, enter } = await started()
    enter('a@example.com')
    enter('b@example.com')
    const first = await members(access)
    expect(first.records.map(record => record.deleted)).toEqual([undefined, undefined])
    nowMs += 3600_000
    enter('a@example.com', { merge_fields: { FNAME: 'Ana' } })
    sandbox.audience.archive(subscriberHash('b@example.com'))
    const second = await members(access, first.cursor)
    expect(second.records.map(({ state, deleted }) => [state['email_address'], deleted])).toEqual([
      ['a@example.com', undefined],
      ['b@example.com', true],
    ])
    expect(await pull?.ids?.(access, 'member', undefined)).toMatchObject({ ids: [subscriberHash('a@example.com')] })
  })

  test('reads members by id; one that was removed for good is not in the answer', async () => {
    const { sandbox, access, enter } = await started()
    enter('a@example.com')
    enter('gone@example.com')
    sandbox.audience.forget(subscriberHash('gone@example.com'))
    const read = await pull?.read?.(access, 'member', ['a@example.com', 'gone@example.com'].map(subscriberHash))
    expect(read).toMatchObject({ ok: true, records: [{ state: { email_address: 'a@example.com' } }] })
    expect(read?.ok === true && read.records).toHaveLength(1)
  })
})

describe('push', () => {
  test('a change of name never signs up again somebody who has left', async () => {
    const { sandbox, access } = await started()
    const ana = item('ana@example.com', { status: 'subscribed', merge_fields: { FNAME: 'Ana' } })
    await push?.upsert(access, 'member', [ana])
    await sandbox.unsubscribe('ana@example.com')
    const named = { merge_fields: { FNAME: 'Anna' } }
    const known = { ...ana, remoteId: subscriberHash('ana@example.com'), changed: named }
    expect(await push?.upsert(access, 'member', [known, ana])).toMatchObject([
      { kind: 'delivered', state: { status: 'unsubscribed' } },
      { kind: 'delivered', state: { status: 'unsubscribed' } },
    ])
    expect(await push?.upsert(access, 'member', [{ ...known, changed: { status: 'subscribed' } }])).toMatchObject([
      { kind: 'rejected', field: 'status' },
    ])
    expect(sandbox.records('member')).toMatchObject([{ status: 'unsubscribed' }])
  })

  test('500 new members go in one call, each with its own outcome', async () => {
    const { sandbox, access } = await started()
    const items = Array.from({ length: 500 }, (_, n) => item(n === 7 ? 'broken' : `p${n}@example.com`))
    const outcomes = await push?.upsert(access, 'member', items)
    expect(sandbox.calls).toHaveLength(1)
    expect(outcomes?.filter(outcome => outcome.kind === 'delivered')).toHaveLength(499)
    expect(outcomes?.[7]).toMatchObject({ kind: 'rejected', field: 'email_address' })
    expect(sandbox.records('member')).toHaveLength(499)
  })

  test('tags come and go; one that was set in Mailchimp stays', async () => {
    const { sandbox, access } = await started()
    const tags = (...names: string[]) => ({ tags: names.map(name => ({ name })) })
    const [created] = (await push?.upsert(access, 'member', [item('ana@example.com', tags('a', 'b'))])) ?? []
    expect(created).toMatchObject({ kind: 'delivered', state: { tags: [{ name: 'a' }, { name: 'b' }] } })
    const id = subscriberHash('ana@example.com')
    sandbox.audience.setTags(id, [{ name: 'theirs', status: 'active' }])
    const update = {
      ...item('ana@example.com', tags('b', 'c')),
      remoteId: id,
      changed: tags('b', 'c'),
      sent: tags('a', 'b'),
    }
    await push?.upsert(access, 'member', [update])
    const held = sandbox.audience.find(id)?.['tags']
    expect(Array.isArray(held) && held.map(tag => (tag as JsonObject)['name'])).toEqual(['b', 'theirs', 'c'])
  })

  test('a delete is final, an archive is not', async () => {
    const { sandbox, access, enter } = await started()
    enter('a@example.com')
    const known = item('a@example.com', {}, { remoteId: subscriberHash('a@example.com') })
    expect(await push?.delete?.(access, 'member', [known], 'archive')).toMatchObject([{ kind: 'delivered' }])
    expect(await push?.upsert(access, 'member', [item('a@example.com')])).toMatchObject([{ kind: 'delivered' }])
    expect(await push?.delete?.(access, 'member', [known], 'delete')).toMatchObject([{ kind: 'delivered' }])
    expect(await push?.upsert(access, 'member', [item('a@example.com')])).toMatchObject([
      { kind: 'rejected', field: 'email_address' },
    ])
    expect(await push?.delete?.(access, 'member', [known], 'delete')).toMatchObject([{ kind: 'gone' }])
    expect(sandbox.records('member')).toEqual([])
  })
})

test('the check names what is wrong', async () => {
  const { access } = await started()
  expect(await connector.check?.(access)).toEqual({ ok: true, detail: 'audience "Newsletter"' })
  const other = { ...access, settings: { ...access.settings, listId: 'ffffffffff' } }
  expect(await connector.check?.(other)).toMatchObject({ ok: false, message: /there is no audience ffffffffff/ })
  expect(await connector.check?.({ ...access, secrets: {} })).toMatchObject({ ok: false, message: /apiKey/ })
  const noDataCentre = { ...access, settings: connector.manifest.settings.parse({ listId: 'a6b5da1054' }) }
  expect(await connector.check?.({ ...noDataCentre, secrets: { apiKey: ['abc'] } })).toMatchObject({
    ok: false,
    message: /data centre/,
  })
})
