import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Hub } from '#app.ts'
import { startTestHub, until } from '../support/hub.ts'
import { sceneOf } from './scene.ts'
import { createMemoryVendor } from '../support/memory-connector.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const YAML = `
systems:
  crm: { connector: crm, objects: { contact: {}, company: {}, order: {} } }
  desk: { connector: desk, objects: { contact: {} } }
routes:
  - { entity: account, system: crm, object: company }
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: desk, object: contact }
  - { entity: order, system: crm, object: order }
`
const PERSON_IN = `{"person": {"email": $email(mail), "givenName": first, "familyName": last, "account": company ? {"$ref": {"object": "company", "id": company}}}}`
const MAPPINGS = {
  'crm/contact.in': PERSON_IN,
  'desk/contact.in': PERSON_IN,
  'crm/company.in': '{"account": {"name": name}}',
  'crm/order.in': '{"order": {"number": number, "person": {"$key": {"email": buyer}}}}',
  'crm/contact.out':
    '{"ext": $id, "mail": email, "first": givenName, "last": familyName, "company": $links.account.remoteId}',
  'crm/company.out': '{"ext": $id, "name": name}',
  'crm/order.out': '{"ext": $id, "number": number, "contact": $links.person.remoteId}',
  'desk/contact.out': '{"ext": $id, "mail": email, "name": givenName & " " & familyName}',
}

describe('from a webhook to every other system', () => {
  const crm = createMemoryVendor('crm')
  const desk = createMemoryVendor('desk')
  let hub: Hub
  let db: TestDatabase

  beforeAll(async () => {
    db = await createTestDatabase()
    hub = await startTestHub({
      databaseUrl: db.url,
      yaml: YAML,
      connectors: [crm.connector, desk.connector],
      mappings: MAPPINGS,
    })
  })

  async function post(system: string, events: unknown): Promise<Response> {
    return await fetch(`${hub.url}/in/${system}`, {
      method: 'POST',
      headers: { 'x-token': 't', 'content-type': 'application/json' },
      body: typeof events === 'string' ? events : JSON.stringify(events),
    })
  }

  const calm = (): Promise<void> => sceneOf(hub, db).calm()

  test('a new person reaches the other system; the one that it came from holds all of it and is not written to', async () => {
    crm.records.set('c1', { mail: 'Ana@Example.com', first: 'Ana', last: 'Silva' })
    const reply = await post('crm', {
      id: 'c1',
      eventId: 'e1',
      data: { mail: 'Ana@Example.com', first: 'Ana', last: 'Silva' },
    })
    expect(reply.status).toBe(202)
    await calm()
    expect([...desk.records.values()]).toEqual([
      expect.objectContaining({ mail: 'ana@example.com', name: 'Ana Silva' }),
    ])
    expect(crm.writes).toEqual([])
    const { rows } = await sql<{ sent: object }>`select sent from remote_record where remote_id = 'c1'`.execute(
      db.database.kysely,
    )
    expect(rows).toMatchObject([{ sent: { mail: 'ana@example.com', first: 'Ana' } }])
  })

  test('the same vendor event id is processed once', async () => {
    await post('crm', { id: 'c1', eventId: 'e1', data: { mail: 'other@example.com', first: 'X', last: 'Y' } })
    await calm()
    const { rows } = await sql<{
      state: string
      reason: string
    }>`select state, reason from event where vendor_event_id = 'e1' order by id`.execute(db.database.kysely)
    expect(rows).toEqual([
      { state: 'processed', reason: null },
      { state: 'ignored', reason: 'duplicate' },
    ])
  })

  test('an older statement never overwrites a newer one', async () => {
    await post('crm', {
      id: 'c1',
      eventId: 'e2',
      at: '2026-11-02T00:00:00Z',
      data: { mail: 'ana@example.com', first: 'Anna', last: 'Silva' },
    })
    await post('crm', {
      id: 'c2',
      eventId: 'e3',
      at: '2026-11-03T00:00:00Z',
      data: { mail: 'bo@example.com', first: 'Bo', last: 'Li' },
    })
    await post('crm', {
      id: 'c2',
      eventId: 'e4',
      at: '2026-11-01T00:00:00Z',
      data: { mail: 'bo@example.com', first: 'Old', last: 'Name' },
    })
    await calm()
    expect([...desk.records.values()]).toContainEqual(expect.objectContaining({ name: 'Bo Li' }))
  })

  test('two systems that know one mail become one customer', async () => {
    desk.records.set('d9', { mail: 'wang@example.com' })
    await post('desk', { id: 'd9', data: { mail: 'WANG@example.com', first: '小明', last: '王' } })
    await post('crm', { id: 'c9', data: { mail: 'wang@example.com', first: '小明', last: '王' } })
    await calm()
    const { rows } = await sql<{ golden: number; remotes: number }>`
      select count(distinct golden_id)::int as golden, count(*)::int as remotes from remote_record where remote_id in ('d9', 'c9')`.execute(
      db.database.kysely,
    )
    expect(rows).toEqual([{ golden: 1, remotes: 2 }])
  })

  test('an account is written before its person, and the person carries its id', async () => {
    await post('desk', { id: 'd5', data: { mail: 'kim@example.com', first: 'Kim', last: 'Lee', company: 'acme' } })
    await calm()
    await post('crm', { object: 'company', id: 'acme', data: { name: 'Acme' } })
    await post('crm', {
      object: 'contact',
      id: 'c5',
      data: { mail: 'kim@example.com', first: 'Kim', last: 'Lee', company: 'acme' },
    })
    await calm()
    const kim = [...crm.records.entries()].find(([, record]) => record['mail'] === 'kim@example.com')
    expect(kim?.[1]['company']).toBe('acme')
  })

  test('an order waits for its buyer', async () => {
    await post('crm', { object: 'order', id: 'o1', data: { number: 'O-1', buyer: 'late@example.com' } })
    await calm()
    await post('desk', { id: 'd7', data: { mail: 'late@example.com', first: 'La', last: 'Te' } })
    await calm()
    const order = crm.records.get('o1')
    const buyer = [...crm.records.entries()].find(([, record]) => record['mail'] === 'late@example.com')
    expect(buyer).toBeDefined()
    expect(order?.['contact']).toBe(buyer?.[0])
  })

  test('a thin event is read back', async () => {
    crm.records.set('c20', { mail: 'thin@example.com', first: 'Thin', last: 'Event' })
    await post('crm', [
      { id: 'c20', whole: false, data: {} },
      { id: 'c20', whole: false, data: {} },
    ])
    await calm()
    expect([...desk.records.values()]).toContainEqual(expect.objectContaining({ name: 'Thin Event' }))
    expect(crm.reads.flat().filter(id => id === 'c20')).toHaveLength(1)
  })

  test('an unknown create is looked up before it is repeated', async () => {
    desk.answer = (_object, item) => {
      if (item.content['mail'] !== 'unknown@example.com' || desk.records.has('ghost')) return undefined
      desk.records.set('ghost', { ...item.content })
      return { kind: 'unknown', reason: 'timed out after sending' }
    }
    await post('crm', { id: 'c30', data: { mail: 'unknown@example.com', first: 'Un', last: 'Known' } })
    await until(
      async () =>
        (await sql<{ state: string }>`select state from delivery where remote_id = 'ghost'`.execute(db.database.kysely))
          .rows[0]?.state,
      state => state === 'synced',
      15_000,
    )
    expect([...desk.records.values()].filter(record => record['mail'] === 'unknown@example.com')).toHaveLength(1)
    desk.answer = () => undefined
  })

  test('a mapping that fails makes its event dead with the reason, and a rejected delivery revives when its content changed', async () => {
    await post('crm', { object: 'company', id: 'bad', data: { name: { not: 'a text' } } })
    desk.answer = (_object, item) =>
      item.content['mail'] === 'no@example.com'
        ? { kind: 'rejected', reason: 'mail refused', field: 'mail' }
        : undefined
    await post('crm', { id: 'c40', data: { mail: 'no@example.com', first: 'No', last: 'Way' } })
    await calm()
    const dead = await sql<{ reason: string }>`select reason from event where state = 'dead'`.execute(
      db.database.kysely,
    )
    expect(dead.rows).toEqual([{ reason: 'schema_violation' }])
    const rejected = await sql<{
      reason: string
      detail: unknown
    }>`select reason, detail from delivery where state = 'dead'`.execute(db.database.kysely)
    expect(rejected.rows).toEqual([{ reason: 'rejected', detail: { message: 'mail refused', field: 'mail' } }])
    await post('crm', { id: 'c40', data: { mail: 'yes@example.com', first: 'No', last: 'Way' } })
    await calm()
    expect([...desk.records.values()]).toContainEqual(expect.objectContaining({ mail: 'yes@example.com' }))
  })

  test('a refused request changes nothing and is kept for a day', async () => {
    const reply = await fetch(`${hub.url}/in/crm`, { method: 'POST', headers: { 'x-token': 'wrong' }, body: '{}' })
    expect(reply.status).toBe(401)
    expect(await reply.json()).toMatchObject({ code: 'credentials_wrong', status: 401 })
    const kept = await until(
      async () =>
        (await sql<{ code: string }>`select code from refused_request where system = 'crm'`.execute(db.database.kysely))
          .rows,
      rows => rows.length > 0,
    )
    expect(kept).toEqual([{ code: 'credentials_wrong' }])
    expect((await fetch(`${hub.url}/in/nobody`, { method: 'POST' })).status).toBe(404)
  })

  test('broken JSON behind a valid signature is kept as a dead event', async () => {
    const reply = await post('crm', '{"broken": ')
    expect(reply.status).toBe(400)
    const { rows } = await sql<{
      body: Buffer
    }>`select r.body from event e join request r on r.id = e.request_id where e.reason = 'malformed'`.execute(
      db.database.kysely,
    )
    expect(rows.map(row => row.body.toString())).toEqual(['{"broken": '])
  })
})
