import { afterEach, describe, expect, test } from 'vitest'
import type { Json } from '#model/json.ts'
import connector from '../../connectors/http/connector.ts'
import { createSandbox } from '../../connectors/http/example/sandboxes/all.ts'
import type { Sandbox, VendorName } from '../../connectors/http/example/sandboxes/sandbox.ts'
import { item } from '../support/access.ts'
import { pullAll } from '../support/pull-all.ts'
import { exampleAccess } from './harness.ts'
import type { TestAccess } from './harness.ts'

/** The four vendors of the example, each wired by its patchbay.yaml alone, over real HTTP. */
const running: Sandbox[] = []
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.stop()
})

async function vendor(name: VendorName): Promise<{ sandbox: Sandbox; access: TestAccess }> {
  const sandbox = createSandbox(name, { seed: 1, fast: name === 'crm' })
  await sandbox.start()
  running.push(sandbox)
  return { sandbox, access: exampleAccess(name, sandbox.url()) }
}

const push = connector.push!
const pull = connector.pull!

const pullObject = (access: TestAccess, object: string, from?: Json) =>
  pullAll(cursor => pull.changes!(access, object, cursor), { from, pagesMax: 50 })

const people = (count: number, make: (i: number) => Record<string, Json>) =>
  Array.from({ length: count }, (_, i) => item(`g-${i}`, make(i)))

describe('crm: OAuth2, search, batch of creates and updates', () => {
  test('creates in one call, answers its rendering, finds by external id and mail, and updates what changed', async () => {
    const { access, sandbox } = await vendor('crm')
    const items = people(100, i => ({ externalId: `g-${i}`, email: `p${i}@x.test`, firstName: 'ana' }))
    const created = await push.upsert(access, 'contact', items)
    expect(created.every(outcome => outcome.kind === 'delivered' && outcome.state?.firstName === 'Ana')).toBe(true)
    expect(access.http.calls.map(call => new URL(call.url).pathname)).toEqual(['/oauth/token', '/v1/contacts/batch'])

    const found = await push.find!(access, 'contact', [
      { externalId: 'g-7', content: {} },
      { externalId: 'other', content: { email: 'P8@x.test' } },
      { externalId: 'nobody', content: { email: 'nobody@x.test' } },
    ])
    expect(created[0]).toMatchObject({ modifiedAtMs: sandbox.records().contact?.[0]?.updatedAtMs })
    const idOf = (i: number) => (created[i]?.kind === 'delivered' ? created[i].remoteId : '')
    expect(found).toEqual({ ok: true, found: [[idOf(7)], [idOf(8)], []] })

    const change = item(
      'g-7',
      { firstName: 'Eva', email: 'p7@x.test' },
      { remoteId: idOf(7), changed: { firstName: 'Eva' } },
    )
    expect(await push.upsert(access, 'contact', [change])).toMatchObject([{ kind: 'delivered', remoteId: idOf(7) }])
    expect(sandbox.record('contact', idOf(7))?.fields).toMatchObject({ firstName: 'Eva', email: 'p7@x.test' })
  })

  test('one row that meets an existing mail is `exists`, one that is gone is `gone`, the others are delivered', async () => {
    const { access, sandbox } = await vendor('crm')
    const existing = sandbox.edit('contact', undefined, { email: 'a@x.test' })
    const outcomes = await push.upsert(access, 'contact', [
      item('g-1', { externalId: 'g-1', email: 'A@x.test' }),
      item('g-2', { externalId: 'g-2' }, { remoteId: '999' }),
      item('g-3', { externalId: 'g-3' }),
    ])
    expect(outcomes).toMatchObject([{ kind: 'exists', remoteId: existing }, { kind: 'gone' }, { kind: 'delivered' }])
  })

  test('obtains a new token once when the old one is refused, and is disconnected when the secret is wrong', async () => {
    const { access, sandbox } = await vendor('crm')
    await push.upsert(access, 'order', [item('g-1', { externalId: 'g-1' })])
    sandbox.faults.revokeTokens()
    expect(await push.upsert(access, 'order', [item('g-2', { externalId: 'g-2' })])).toMatchObject([
      { kind: 'delivered' },
    ])
    expect(access.tokens.obtained).toBe(2)
    const wrong = { ...access, secrets: { ...access.secrets, clientSecret: ['wrong'] } }
    sandbox.faults.revokeTokens()
    expect(await push.upsert(wrong, 'order', [item('g-3', {})])).toMatchObject([{ kind: 'disconnected' }])
  })

  test('pulls every change once, page by page, and goes on where it stopped', async () => {
    const { access, sandbox } = await vendor('crm')
    for (let i = 0; i < 250; i++) sandbox.edit('deal', undefined, { name: `d${i}` })
    const first = await pullObject(access, 'deal')
    expect(new Set(first.records.map(record => record.remoteId)).size).toBe(250)
    expect(first.records[0]?.modifiedAtMs).toBe(sandbox.records().deal?.[0]?.updatedAtMs)
    const id = first.records[17]?.remoteId ?? ''
    sandbox.edit('deal', id, { name: 'changed' })
    const second = await pullObject(access, 'deal', first.cursor)
    expect(second.records.at(-1)).toMatchObject({ remoteId: id, state: { name: 'changed' } })
  })
})

describe('helpdesk: API key, create_or_update, limits', () => {
  test('upserts by external id with a result per row', async () => {
    const { access, sandbox } = await vendor('helpdesk')
    const items = [
      item('g-1', { name: 'Ana', email: 'ana@x.test' }),
      item('g-2', { name: ' ' }),
      item('g-3', { name: 'Bo' }),
    ]
    const outcomes = await push.upsert(access, 'user', items)
    expect(outcomes).toMatchObject([
      { kind: 'delivered' },
      { kind: 'rejected', reason: 'Name: is too short (minimum one character)' },
      { kind: 'delivered' },
    ])
    expect(await push.upsert(access, 'user', items)).toEqual(outcomes)
    expect(sandbox.records().user).toHaveLength(2)
  })

  test('429 is a throttled retry at the time the vendor names', async () => {
    const { access, sandbox } = await vendor('helpdesk')
    sandbox.faults.throttle(60_000)
    const before = Date.now()
    const [outcome] = await push.upsert(access, 'user', [item('g-1', { name: 'Ana' })])
    expect(outcome).toMatchObject({ kind: 'retry', throttled: true })
    const waitMs = outcome?.kind === 'retry' ? (outcome.notBeforeMs ?? 0) - before : 0
    expect(waitMs).toBeGreaterThanOrEqual(2000)
    expect(waitMs).toBeLessThan(4000)
  })

  test('reads by id in one call, and pulls by a cursor that stays valid', async () => {
    const { access, sandbox } = await vendor('helpdesk')
    const ids = Array.from({ length: 120 }, (_, i) => sandbox.edit('ticket', undefined, { subject: `t${i}` }))
    const read = await pull.read!(access, 'ticket', [ids[3] ?? '', ids[5] ?? '', '1'])
    expect(read).toMatchObject({ ok: true, records: [{ remoteId: ids[3] }, { remoteId: ids[5] }] })
    expect(access.http.calls).toHaveLength(1)
    const first = await pullObject(access, 'ticket')
    expect(new Set(first.records.map(record => record.remoteId))).toEqual(new Set(ids))
    expect((await pullObject(access, 'ticket', first.cursor)).records).toEqual([])
    sandbox.edit('ticket', ids[9], { subject: 'again' })
    expect((await pullObject(access, 'ticket', first.cursor)).records).toMatchObject([{ remoteId: ids[9] }])
  })
})

describe('erp: JSON-RPC with a session', () => {
  test('signs in once, creates in one call, and again when the session ended', async () => {
    const { access, sandbox } = await vendor('erp')
    const items = people(3, i => ({ x_hub_id: `g-${i}`, name: `P${i}`, is_company: false }))
    expect(await push.upsert(access, 'contact', items)).toMatchObject([
      { kind: 'delivered' },
      { kind: 'delivered' },
      { kind: 'delivered' },
    ])
    expect(access.http.calls).toHaveLength(2)
    sandbox.faults.revokeTokens()
    const id = sandbox.records().partner?.[0]?.id ?? ''
    const change = item('g-0', { name: 'Q' }, { remoteId: id, changed: { name: 'Q' } })
    expect(await push.upsert(access, 'contact', [change])).toEqual([{ kind: 'delivered', remoteId: id }])
    expect([access.tokens.obtained, sandbox.record('partner', id)?.fields.name]).toEqual([2, 'Q'])
  })

  test('an all-or-nothing batch with bad rows delivers the good ones', async () => {
    const { access, sandbox } = await vendor('erp')
    sandbox.edit('partner', undefined, { name: 'There', x_hub_id: 'g-3' })
    const outcomes = await push.upsert(access, 'contact', [
      item('g-1', { x_hub_id: 'g-1', name: 'Good' }),
      item('g-2', { x_hub_id: 'g-2', name: '' }),
      item('g-3', { x_hub_id: 'g-3', name: 'Double' }),
    ])
    expect(outcomes.map(outcome => outcome.kind)).toEqual(['delivered', 'rejected', 'unknown'])
    expect(outcomes[1]).toMatchObject({
      reason: expect.stringContaining("Missing required value for the field 'Name'"),
    })
    expect(await push.find!(access, 'contact', [{ externalId: 'g-3', content: {} }])).toMatchObject({
      ok: true,
      found: [[expect.any(String)]],
    })
  })

  test('a record that was deleted is gone; one read back has its time', async () => {
    const { access, sandbox } = await vendor('erp')
    expect(await push.upsert(access, 'contact', [item('g-1', { name: 'X' }, { remoteId: '4711' })])).toEqual([
      { kind: 'gone' },
    ])
    const id = sandbox.edit('invoice', undefined, { name: 'INV/1', amount_total: 12 })
    const read = await pull.read!(access, 'invoice', [id, '999'])
    const seconds = Math.floor((sandbox.record('invoice', id)?.updatedAtMs ?? 0) / 1000)
    expect(read).toMatchObject({
      ok: true,
      records: [{ remoteId: id, modifiedAtMs: seconds * 1000, state: { partner_id: false } }],
    })
  })

  test('pulls by offset until the last page', async () => {
    const { access, sandbox } = await vendor('erp')
    for (let i = 0; i < 230; i++) sandbox.edit('partner', undefined, { name: `p${i}`, is_company: i % 23 === 0 })
    expect((await pullObject(access, 'contact')).records).toHaveLength(220)
  })

  test('a wrong password is disconnected, not a rejected delivery', async () => {
    const { access } = await vendor('erp')
    const wrong = { ...access, secrets: { ...access.secrets, password: ['wrong'] } }
    expect(await push.upsert(wrong, 'contact', [item('g-1', { name: 'X' })])).toMatchObject([{ kind: 'disconnected' }])
    expect(await connector.check!(wrong)).toMatchObject({ ok: false })
    expect(await connector.check!(access)).toMatchObject({ ok: true })
  })
})

describe('marketing: bearer token, batch upsert by mail', () => {
  test('delivers and rejects by row, with the field; repeats without a double', async () => {
    const { access, sandbox } = await vendor('marketing')
    const items = [item('g-1', { email: 'Ana@X.test', tags: ['b', 'a'] }), item('g-2', { email: 'nobody' })]
    const outcomes = await push.upsert(access, 'subscriber', items)
    expect(outcomes).toMatchObject([
      { kind: 'delivered', state: { email: 'ana@x.test', tags: ['a', 'b'] } },
      { kind: 'rejected', field: 'email', reason: 'Please provide a valid email address' },
    ])
    await push.upsert(access, 'subscriber', items)
    expect(sandbox.records().subscriber).toHaveLength(1)
  })

  test('pulls page by page; an unplugged vendor is a retry', async () => {
    const { access, sandbox } = await vendor('marketing')
    for (let i = 0; i < 201; i++) sandbox.edit('subscriber', undefined, { email: `s${i}@x.test` })
    expect((await pullObject(access, 'subscriber')).records).toHaveLength(201)
    const back = sandbox.faults.unplug(100)
    expect(await push.upsert(access, 'subscriber', [item('g-1', { email: 'a@x.test' })])).toMatchObject([
      { kind: 'retry' },
    ])
    await back
  })

  test('deletes, and what is not there is gone', async () => {
    const { access, sandbox } = await vendor('marketing')
    const id = sandbox.edit('subscriber', undefined, { email: 'a@x.test' })
    const known = item('g-1', {}, { remoteId: id })
    expect(await push.delete!(access, 'subscriber', [known], 'delete')).toEqual([{ kind: 'delivered', remoteId: id }])
    expect(await push.delete!(access, 'subscriber', [known], 'delete')).toEqual([{ kind: 'gone' }])
    expect(sandbox.records().subscriber).toEqual([])
  })
})
