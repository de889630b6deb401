import { afterAll, beforeAll, expect, test } from 'vitest'
import { textAt } from '#connector/reply-path.ts'
import { secretOf } from '#connector/sandbox.ts'
import { connectorNamed, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { startSandbox, type OdooSandbox } from '../../../connectors/odoo/sandbox.ts'
import { startScene, type Scene } from '../../hub/scene.ts'
import { pollNow } from '../hub-acts.ts'
import { repositoryMappings } from '../repository-mappings.ts'

const desk = createMemoryVendor('desk')
let sandbox: OdooSandbox
let scene: Scene

beforeAll(async () => {
  sandbox = await startSandbox()
  scene = await startScene({
    yaml: `
systems:
  erp:
    connector: odoo
    mappings: odoo
    settings: { url: '${sandbox.url}', database: acme }
    secrets: { apiKey: env:ODOO_KEY, webhookSecret: env:ODOO_HOOK }
    objects: { company: { pollEvery: 1h }, contact: { pollEvery: 1h } }
  desk: { connector: desk, objects: { contact: {}, company: {}, order: {} } }
routes:
  - { entity: account, system: erp, object: company }
  - { entity: person, system: erp, object: contact }
  - { entity: order, system: erp, object: order }
  - { entity: person, system: desk, object: contact }
  - { entity: invoice, system: desk, object: order, mapping: desk/invoice.out }
`,
    env: { ODOO_KEY: secretOf(sandbox, 'apiKey'), ODOO_HOOK: 'hook-secret-1' },
    connectors: [await connectorNamed('odoo'), desk.connector],
    mappings: {
      ...repositoryMappings('odoo'),
      'desk/contact.in': `{"person": {"email": $email(mail), "givenName": first, "familyName": last, "account": company ? {"$ref": {"object": "company", "id": company}}}}`,
      'desk/contact.out': '{"mail": email, "name": givenName & " " & familyName, "city": address.addressLocality}',
      'desk/company.in': '{"account": {"name": name}}',
      'desk/order.in':
        '{"order": {"number": number, "person": {"$key": {"email": buyer}}, "lines": [{"name": product, "quantity": 2}]}}',
      'desk/invoice.out':
        '{"number": number, "status": status, "total": total.amount, "contact": $links.person.remoteId}',
    },
  })
})
afterAll(() => sandbox.close())

/** What an automation rule of Odoo does after its transaction. */
const notify = (action: string, model: string, id: number, fields: readonly string[] = []) =>
  fetch(`${scene.hub.url}/in/erp/hook-secret-1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(sandbox.notification(action, model, id, ['write_date', ...fields])),
  })
const atDesk = (mail: string) => [...desk.records].find(([, record]) => record['mail'] === mail)

test('a webhook that does not say what the partner is leads to the record all the same', async () => {
  const germany = Number(textAt(sandbox.database.search('res.country', [['code', '=', 'DE']])[0], 'id'))
  const acme = sandbox.database.create('res.partner', { is_company: true, name: 'Acme GmbH', vat: 'DE123456789' })
  const ana = sandbox.database.create('res.partner', {
    name: 'Ana Silva',
    email: 'Ana@Example.com',
    parent_id: acme,
    city: 'Berlin',
    country_id: germany,
  })
  expect((await notify('hub contact', 'res.partner', acme)).status).toBe(200)
  expect((await notify('hub contact', 'res.partner', ana)).status).toBe(200)
  await until(
    () => atDesk('ana@example.com'),
    found => found !== undefined,
  )
  await scene.calm(30_000)
  expect(atDesk('ana@example.com')?.[1]).toMatchObject({ name: 'Ana Silva', city: 'Berlin' })
  // Odoo holds what it said itself: nothing was written there.
  expect(sandbox.calls.some(call => /\/(write|load|create)$/.test(call.path))).toBe(false)
})

test('an invoice is read with who pays it, and its payment follows', async () => {
  const [ana] = sandbox.database.search('res.partner', [['email_normalized', '=', 'ana@example.com']])
  const [euro] = sandbox.database.search('res.currency', [['name', '=', 'EUR']])
  const invoice = sandbox.database.create('account.move', {
    name: 'INV/2026/00007',
    move_type: 'out_invoice',
    partner_id: Number(textAt(ana, 'id')),
    state: 'posted',
    payment_state: 'not_paid',
    amount_total: 99.9,
    amount_residual: 99.9,
    currency_id: Number(textAt(euro, 'id')),
  })
  await notify('hub invoice', 'account.move', invoice)
  const held = () => [...desk.records.values()].find(record => record['number'] === 'INV/2026/00007')
  await until(held, found => found?.['status'] === 'open')
  expect(held()).toMatchObject({ total: '99.90', contact: atDesk('ana@example.com')?.[0] })
  sandbox.database.write('account.move', [invoice], { payment_state: 'paid', amount_residual: 0 })
  await notify('hub invoice', 'account.move', invoice)
  await until(held, found => found?.['status'] === 'paid')
})

test('a customer of another system becomes a company, its contact and an order, once, and later a change', async () => {
  await scene.post('desk', { object: 'company', id: 'd1', eventId: 'c1', data: { name: 'Umbrella' } })
  const person = { mail: 'kim@example.com', first: 'Kim', last: 'Lee', company: 'd1' }
  await scene.post('desk', { id: 'p1', eventId: 'e1', data: person })
  await scene.post('desk', {
    object: 'order',
    id: 'o1',
    eventId: 'o1',
    data: { number: 'W-1', buyer: 'kim@example.com', product: 'Lamp' },
  })
  await scene.calm(30_000)
  const kim = () => sandbox.records('contact').find(record => record['email'] === 'kim@example.com')
  const umbrella = sandbox.records('company').find(record => record['name'] === 'Umbrella')
  expect(kim()).toMatchObject({ name: 'Kim Lee', is_company: false, parent_id: umbrella?.['id'] })
  expect(sandbox.records('order')).toMatchObject([{ client_order_ref: 'W-1', partner_id: kim()?.['id'] }])
  await scene.post('desk', { id: 'p1', eventId: 'e2', data: { ...person, last: 'Lee-Park' } })
  await scene.calm(30_000)
  expect(kim()).toMatchObject({ name: 'Kim Lee-Park' })
  expect(sandbox.records('contact')).toHaveLength(2)
  expect(sandbox.records('order')).toHaveLength(1)
})

test('a poll finds what no webhook told, and a delete is told by its action', async () => {
  const [ana] = sandbox.database.search('res.partner', [['email_normalized', '=', 'ana@example.com']])
  const id = Number(textAt(ana, 'id'))
  sandbox.database.write('res.partner', [id], { city: 'Hamburg' })
  await pollNow(scene, 'erp')
  await until(
    () => atDesk('ana@example.com')?.[1],
    record => record?.['city'] === 'Hamburg',
    40_000,
  )
  sandbox.database.unlink('res.partner', [id])
  await notify('hub contact deleted', 'res.partner', id, [])
  const deleted = () =>
    scene.rows(
      `select 1 from event where remote_id = '${id}' and object = 'contact' and kind = 'delete' and state = 'processed'`,
    )
  await until(deleted, rows => rows.length > 0, 40_000)
  await scene.calm(30_000)
  expect(sandbox.records('contact').map(record => record['name'])).toEqual(['Kim Lee-Park'])
})
