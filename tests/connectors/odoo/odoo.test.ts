import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { textAt } from '#connector/reply-path.ts'
import type { Json, JsonObject } from '#model/json.ts'
import odoo from '../../../connectors/odoo/connector.ts'
import { startSandbox, type OdooSandbox } from '../../../connectors/odoo/sandbox.ts'
import { item } from '../../support/access.ts'
import { pullAll } from '../../support/pull-all.ts'
import { sandboxAccess } from '../sandbox-access.ts'

/** The connector against its sandbox, over real HTTP, by both interfaces and with both kinds of external ids. */
const { push, pull, check } = odoo
if (push?.find === undefined || pull?.changes === undefined || pull.read === undefined || pull.ids === undefined)
  throw new Error('the connector lost a part')
const { upsert, find } = push
const { changes, read, ids } = pull
let sandbox: OdooSandbox
let nowMs = Date.parse('2026-11-21T10:00:00Z')
beforeEach(async () => {
  sandbox = await startSandbox({ nowMs: () => nowMs })
})
afterEach(() => sandbox.close())

const access = (settings: JsonObject = {}) => ({ ...sandboxAccess(odoo, sandbox, { settings }), nowMs: () => nowMs })
const contact = (n: number, more = {}) => item(`g-${n}`, { name: `Name ${n}`, email: `P${n}@example.com`, ...more })
const partner = (n: number) => sandbox.records('contact').find(record => record['name'] === `Name ${n}`)
const idOf = (n: number) => textAt(partner(n), 'id') ?? ''

const pullRound = (from?: Json, object = 'contact') =>
  pullAll(cursor => changes(access(), object, cursor), { from, pagesMax: 30 })

describe.each([
  ['JSON-2, ids of its own', 'json2', { type: 'xmlId' }],
  ['JSON-2, our id in a field', 'json2', { type: 'field' }],
  ['JSON-RPC, ids of its own', 'jsonrpc', { type: 'xmlId' }],
  ['JSON-RPC, our id in a field', 'jsonrpc', { type: 'field' }],
])('%s', (_, api, externalIds) => {
  const given = () => access({ ...(api === 'jsonrpc' ? sandbox.rpcSettings : {}), externalIds })

  it('makes, changes, empties, archives and deletes records', async () => {
    const one = given()
    const items = [contact(1, { phone: '+49 30 1' }), contact(2, { phone: '+49 30 2' })]
    const made = await upsert(one, 'contact', items)
    expect(made).toEqual([1, 2].map(n => ({ kind: 'delivered', remoteId: idOf(n) })))
    expect(partner(1)).toMatchObject({ is_company: false, email: 'P1@example.com', email_normalized: 'p1@example.com' })
    const change = { ...contact(1), remoteId: idOf(1), changed: { phone: null, city: 'Berlin' } }
    expect(await upsert(one, 'contact', [change])).toMatchObject([{ kind: 'delivered' }])
    expect(partner(1)).toMatchObject({ phone: false, city: 'Berlin' })
    await push.delete?.(one, 'contact', [{ ...contact(1), remoteId: idOf(1) }], 'archive')
    expect(partner(1)).toMatchObject({ active: false })
    const removed = { ...contact(2), remoteId: idOf(2) }
    expect(await push.delete?.(one, 'contact', [removed, removed], 'delete')).toMatchObject([
      { kind: 'delivered' },
      { kind: 'gone' },
    ])
    expect(await upsert(one, 'contact', [{ ...change, remoteId: '999' }])).toEqual([{ kind: 'gone' }])
  })

  it('proves its credentials, and says so when they do not count', async () => {
    expect(await check?.(given())).toEqual({ ok: true, detail: 'Odoo 19.0, user 7' })
    const stranger = { ...given(), secrets: { apiKey: ['wrong'] } }
    expect(await check?.(stranger)).toMatchObject({ ok: false })
    expect(await upsert(stranger, 'contact', [contact(1)])).toMatchObject([{ kind: 'disconnected' }])
  })

  it('finds the country by its code, once, and reads it back with its name', async () => {
    const one = given()
    const country = { $search: { model: 'res.country', domain: [['code', '=', 'DE']] } }
    await upsert(one, 'contact', [contact(1, { country_id: country }), contact(2, { country_id: country })])
    expect(one.calls.filter(call => JSON.stringify(call).includes('res.country'))).toHaveLength(1)
    const nowhere = { $search: { model: 'res.country', domain: [['code', '=', 'XX']] } }
    await upsert(one, 'contact', [contact(3, { country_id: nowhere })])
    const result = await read(one, 'contact', [idOf(1), idOf(3), '999'])
    expect(result).toMatchObject({
      ok: true,
      records: [
        { remoteId: idOf(1), modifiedAtMs: nowMs, state: { country_id: [expect.any(Number), 'Germany'], phone: null } },
        { remoteId: idOf(3), state: { country_id: null, active: true, is_company: false } },
      ],
    })
  })
})

describe('external ids of Odoo', () => {
  it('make no second record when a reply was lost, and the lines of an order no second time', async () => {
    const one = access()
    await upsert(one, 'contact', [contact(1)])
    const lines = [
      [5, 0, 0],
      [0, 0, { display_type: 'line_note', name: '2 × Lamp' }],
    ]
    const order = item('o-1', { partner_id: Number(idOf(1)), client_order_ref: 'S-1', order_line: lines })
    for (let repeat = 0; repeat < 2; repeat += 1) {
      expect(await upsert(one, 'contact', [contact(1)])).toMatchObject([{ kind: 'delivered', remoteId: idOf(1) }])
      expect(await upsert(one, 'order', [order])).toMatchObject([{ kind: 'delivered' }])
    }
    expect(sandbox.records('contact')).toHaveLength(1)
    const orderId = textAt(sandbox.records('order')[0], 'id') ?? ''
    const shown = await read(one, 'order', [orderId])
    // Beside the ids, which are all that Odoo gives, stands what mappings need of the customer and the lines.
    const partnerId = { is_company: false, commercial_partner_id: [Number(idOf(1)), 'Name 1'] }
    const related = { partner_id: partnerId, order_line: [{ name: '2 × Lamp', product_id: false }] }
    expect(shown).toMatchObject({ ok: true, records: [{ state: { client_order_ref: 'S-1', related } }] })
    expect(sandbox.records('order')).toHaveLength(1)
  })

  it('let the good rows of a load through', async () => {
    const results = await upsert(access(), 'contact', [
      contact(1),
      item('bad', { name: '', email: 'x@example.com' }),
      contact(3),
    ])
    expect(results).toEqual([
      { kind: 'delivered', remoteId: idOf(1) },
      { kind: 'rejected', reason: 'Contacts require a name' },
      { kind: 'delivered', remoteId: idOf(3) },
    ])
  })
})

it('a known record is as old as the answer to its own write, by the clock of Odoo', async () => {
  const id = String(sandbox.database.create('res.partner', { name: 'Ana' }))
  const before = Math.floor(Date.now() / 1000) * 1000
  const [outcome] = await upsert(access(), 'contact', [{ ...item('g-1', { name: 'Ana Silva' }), remoteId: id }])
  if (outcome?.kind !== 'delivered') throw new Error(outcome?.kind)
  expect(outcome.modifiedAtMs).toBeGreaterThanOrEqual(before)
  expect((outcome.modifiedAtMs ?? 0) % 1000).toBe(0)
})

describe('searches', () => {
  it('know mail addresses in any spelling, tax ids, and only records of that kind', async () => {
    const company = sandbox.database.create('res.partner', {
      is_company: true,
      name: 'Acme',
      vat: 'DE123456789',
      email: 'ana@example.com',
    })
    const ana = sandbox.database.create('res.partner', { name: 'Ana', email: 'Ana@Example.com' })
    const one = access({ externalIds: { type: 'field' } })
    await upsert(one, 'contact', [contact(1)])
    const found = await find(one, 'contact', [
      { externalId: 'x', content: { email: 'ANA@example.com' } },
      { externalId: 'g-1', content: { email: 'ana@example.com' } },
      { externalId: 'y', content: {} },
    ])
    expect(found).toEqual({ ok: true, found: [[String(ana)], [idOf(1)], []] })
    const companies = await find(access(), 'company', [{ externalId: 'x', content: { vat: 'de123456789' } }])
    expect(companies).toEqual({ ok: true, found: [[String(company)]] })
    expect(await find(access(), 'order', [{ externalId: 'x', content: {} }])).toEqual({ ok: true, found: [[]] })
  })
})

describe('polls', () => {
  const create = (n: number) => sandbox.database.create('res.partner', { name: `Bulk ${n}` })

  it('leave nothing out, though one import changed more than a page, and others changed in the same second', async () => {
    // Odoo keeps microseconds that it does not show: these do not come in the order of their ids.
    const late = create(0)
    nowMs += 100
    const bulk = Array.from({ length: 450 }, (_, n) => create(n + 1))
    nowMs += 400
    sandbox.database.write('res.partner', [late], { city: 'late' })
    nowMs += 2000
    const last = create(999)
    const { records, cursor } = await pullRound()
    expect(new Set(records.map(record => Number(record.remoteId)))).toEqual(new Set([late, ...bulk, last]))
    expect(records.find(record => record.remoteId === String(late))?.state['city']).toBe('late')
    nowMs += 3_600_000
    const news = create(1000)
    const next = await pullRound(cursor)
    expect(next.records.map(record => Number(record.remoteId))).toContain(news)
    const after = await pullRound(next.cursor)
    expect(after.records.map(record => Number(record.remoteId))).toEqual([news])
  })

  it('keep companies, people, and addresses apart, and see what is archived', async () => {
    const company = sandbox.database.create('res.partner', { is_company: true, name: 'Acme' })
    const person = sandbox.database.create('res.partner', { name: 'Ana', active: false })
    sandbox.database.create('res.partner', { name: 'Acme, store', type: 'delivery' })
    const remoteIds = async (object: string) =>
      (await pullRound(undefined, object)).records.map(record => record.remoteId)
    expect(await remoteIds('company')).toEqual([String(company)])
    expect(await remoteIds('contact')).toEqual([String(person)])
    expect(await ids(access(), 'contact', undefined)).toMatchObject({ ok: true, ids: [String(person)], more: false })
    const berlin = access({ objects: { company: { domain: [['city', '=', 'Berlin']] } } })
    expect(await ids(berlin, 'company', undefined)).toMatchObject({ ids: [] })
  })

  it('ask for custom fields that the mapping reads, if the database has them', async () => {
    const one = { ...access(), namesRead: () => new Set(['x_level', 'x', 'name']) }
    expect(await read(one, 'contact', ['1'])).toMatchObject({ ok: true })
    const asked = one.calls.find(call => call.url.endsWith('/search_read'))
    expect(JSON.stringify(asked?.json)).not.toContain('x_level')
  })
})
