import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { until } from '../../support/until.ts'
import { type Scene, startScene } from '../scene.ts'

const YAML = `
systems:
  crm: { connector: crm, objects: { contact: {}, company: {}, order: {} } }
  desk: { connector: desk, objects: { contact: {} } }
  mail: { connector: mail, objects: { contact: {} } }
  shelf: { connector: shelf, objects: { contact: {} } }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: desk, object: contact, when: '$not(jobTitle = "gone")', onRouteExit: delete }
  - { entity: person, system: mail, object: contact, onSourceDelete: delete }
  - { entity: person, system: shelf, object: contact, onSourceDelete: archive }
  - { entity: account, system: mail, object: company, onSourceDelete: delete }
  - { entity: order, system: mail, object: order }
`
const PERSON_IN = '{"person": {"email": mail, "givenName": first, "jobTitle": job}}'
const PERSON_OUT = '{"ext": $id, "mail": email, "first": givenName, "job": jobTitle}'
const MAPPINGS = {
  'crm/contact.in': PERSON_IN,
  'desk/contact.in': PERSON_IN,
  'crm/company.in': '{"account": {"name": name}}',
  'crm/order.in': '{"order": {"number": number, "account": {"$ref": {"object": "company", "id": company}}}}',
  'crm/contact.out': PERSON_OUT,
  'desk/contact.out': PERSON_OUT,
  'mail/contact.out': PERSON_OUT,
  'shelf/contact.out': PERSON_OUT,
  'mail/company.out': '{"ext": $id, "name": name}',
  'mail/order.out': '{"ext": $id, "number": number, "company": $links.account.remoteId}',
}

describe('deletes, restores and merges of the vendors', () => {
  const crm = createMemoryVendor('crm')
  const desk = createMemoryVendor('desk')
  const mail = createMemoryVendor('mail')
  const shelf = createMemoryVendor('shelf')
  let scene: Scene

  beforeAll(async () => {
    const connectors = [crm, desk, mail, shelf].map(vendor => vendor.connector)
    scene = await startScene({ yaml: YAML, connectors, mappings: MAPPINGS })
  })

  beforeEach(() => {
    for (const vendor of [crm, desk, mail, shelf]) {
      vendor.answer = () => undefined
      vendor.removalAnswer = () => undefined
    }
  })

  const at = (minute: number): string => new Date(Date.parse('2026-11-02T10:00:00Z') + minute * 60_000).toISOString()
  async function say(id: string, data: object, minute: number, system = 'crm'): Promise<void> {
    await scene.post(system, { id, data, at: at(minute) })
    await scene.calm()
  }
  async function tell(kind: string, id: string, minute: number, more: object = {}, system = 'crm'): Promise<void> {
    await scene.post(system, { id, kind, type: `contact.${kind}`, at: at(minute), ...more })
    await scene.calm()
  }
  const person = (name: string, more: object = {}) => ({ mail: `${name}@example.com`, first: name, ...more })
  const held = (vendor: typeof desk, name: string) =>
    [...vendor.records].filter(([, record]) => record['mail'] === `${name}@example.com`).map(([id]) => id)

  async function ends(name: string) {
    return await scene.rows<{ system: string; state: string; reason: string | null }>(`
      select d.system, d.state, d.reason from delivery d join identity_key k on k.golden_id = d.golden_id
      where k.value = '${name}@example.com' order by 1`)
  }
  const end = async (name: string, system: string) => {
    const found = (await ends(name)).find(row => row.system === system)
    return `${found?.state} ${found?.reason ?? ''}`.trim()
  }
  async function lastEvent(): Promise<string> {
    const [event] = await scene.rows<{ state: string; reason: string | null }>(
      `select state, reason from event order by id desc limit 1`,
    )
    return `${event?.state} ${event?.reason ?? ''}`.trim()
  }
  async function golden(id: string) {
    const [found] = await scene.rows<{ id: string; state: string; fields: object; alias_of: string | null }>(`
      select g.id, g.state, g.fields, r.alias_of from remote_record r join golden_record g on g.id = r.golden_id where r.system = 'crm' and r.remote_id = '${id}'`)
    return found
  }

  test('a delete of a record never heard of is remembered', async () => {
    await tell('delete', 'u1', 10)
    expect(await lastEvent()).toBe('processed unknown_record')
    await say('u1', person('u1'), 5)
    expect(await lastEvent()).toBe('processed deleted_before')
    expect(await golden('u1')).toBeUndefined()
    await say('u1', person('u1'), 15)
    expect(await golden('u1')).toMatchObject({ state: 'active' })
    expect(held(desk, 'u1')).toHaveLength(1)
    expect(await ends('u1')).toEqual(
      ['crm', 'desk', 'mail', 'shelf'].map(system => ({ system, state: 'synced', reason: null })),
    )
  })

  test('a restore that only names a record is read before anything is made of it', async () => {
    crm.records.set('thin', person('thin'))
    await tell('delete', 'thin', 1)
    const writes = desk.writes.length
    await tell('restore', 'thin', 5, { whole: false })
    expect(crm.reads.flat()).toContain('thin')
    expect((await golden('thin'))?.fields).toMatchObject({ email: 'thin@example.com' })
    expect(desk.writes.slice(writes).map(({ item }) => item.content['mail'])).toEqual(['thin@example.com'])
  })

  test('what its people deleted is not created again, until they restore it', async () => {
    await say('d1', person('d1'), 1)
    const [deskId = ''] = held(desk, 'd1')
    await tell('delete', deskId, 2, {}, 'desk')
    desk.records.delete(deskId)
    expect(await end('d1', 'desk')).toBe('absent deleted_there')
    await say('d1', person('d1', { job: 'Clerk' }), 3)
    expect(held(desk, 'd1')).toEqual([])
    expect(await end('d1', 'desk')).toBe('absent deleted_there')
    expect(await end('d1', 'mail')).toBe('synced')
    // A restore without content lifts the tombstone, and the record is brought up to date.
    desk.records.set(deskId, { mail: 'd1@example.com' })
    await tell('restore', deskId, 4, {}, 'desk')
    expect(await end('d1', 'desk')).toBe('synced')
    expect(desk.records.get(deskId)).toMatchObject({ job: 'Clerk' })
  })

  test('what the hub deleted withdraws nothing, nor does its echo, and comes back on its route', async () => {
    await say('h1', person('h1'), 1)
    const [deskId = ''] = held(desk, 'h1')
    await say(deskId, person('h1', { first: 'Said at the desk' }), 2, 'desk')
    await say('h1', person('h1', { job: 'gone' }), 3)
    expect(await end('h1', 'desk')).toBe('absent deleted')
    await tell('delete', deskId, 60 * 24 * 365, {}, 'desk')
    expect(await lastEvent()).toBe('processed echo')
    expect((await golden('h1'))?.fields).toMatchObject({ givenName: 'Said at the desk' })
    // A late webhook about it brings nothing to life.
    await say(deskId, person('h1', { first: 'Said at the desk' }), 60 * 24 * 365, 'desk')
    await say('h1', person('h1', { job: 'back' }), 4)
    const [again = '', ...more] = held(desk, 'h1')
    expect(more).toEqual([])
    expect(again).not.toBe(deskId)
    expect(await end('h1', 'desk')).toBe('synced')
  })

  test("the echo of our own delete is known while the delete's answer is on its way", async () => {
    await say('h2', person('h2'), 1)
    const [deskId = ''] = held(desk, 'h2')
    await say(deskId, person('h2', { first: 'Of the desk' }), 2, 'desk')
    desk.removalAnswer = async () => {
      await scene.post('desk', { id: deskId, kind: 'delete', type: 'contact.deleted' })
      await until(
        () =>
          scene.rows<{ n: number }>(
            `select count(*)::int as n from event where kind = 'delete' and remote_id = '${deskId}' and state = 'processed'`,
          ),
        rows => rows[0]?.n === 1,
      )
      desk.records.delete(deskId)
      return { kind: 'delivered', remoteId: deskId }
    }
    await say('h2', person('h2', { job: 'gone' }), 3)
    expect(await end('h2', 'desk')).toBe('absent deleted')
    expect((await golden('h2'))?.fields).toMatchObject({ givenName: 'Of the desk' })
    await say('h2', person('h2', { job: 'back' }), 4)
    expect(held(desk, 'h2')).toHaveLength(1)
  })

  test('deleted by its people while a create is on its way, it stays deleted', async () => {
    mail.answer = async (_object, item) => {
      if (item.content['mail'] !== 'f1@example.com') return undefined
      mail.answer = () => undefined
      await scene.post('mail', { id: 'mail-f1', kind: 'delete', type: 'contact.deleted' })
      await until(
        () =>
          scene.rows<{ n: number }>(
            `select count(*)::int as n from remote_record where remote_id = 'mail-f1' and tombstone_by = 'system'`,
          ),
        rows => rows[0]?.n === 1,
      )
      return { kind: 'delivered', remoteId: 'mail-f1' }
    }
    await say('f1', person('f1'), 1)
    expect(await end('f1', 'mail')).toBe('absent deleted_there')
    const writes = mail.writes.length
    await say('f1', person('f1', { job: 'Clerk' }), 2)
    expect(mail.writes).toHaveLength(writes)
  })

  test('deleted by its people while an update is on its way, it stays deleted', async () => {
    await say('f2', person('f2'), 1)
    const [mailId = ''] = held(mail, 'f2')
    mail.answer = async () => {
      mail.answer = () => undefined
      await scene.post('mail', { id: mailId, kind: 'delete', type: 'contact.deleted' })
      await until(
        () =>
          scene.rows<{ n: number }>(
            `select count(*)::int as n from remote_record where remote_id = '${mailId}' and tombstone_by = 'system'`,
          ),
        rows => rows[0]?.n === 1,
      )
      return { kind: 'delivered', remoteId: mailId }
    }
    await say('f2', person('f2', { job: 'Clerk' }), 2)
    expect(await end('f2', 'mail')).toBe('absent deleted_there')
  })

  test('the last source deleted withdraws the customer; each route decides; entered again it is the same one', async () => {
    await say('w1', person('w1'), 1)
    const { id } = (await golden('w1')) ?? { id: '' }
    const [deskId = '', shelfId = ''] = [held(desk, 'w1')[0], held(shelf, 'w1')[0]]
    // An echo keeps nobody alive.
    await say(deskId, person('w1'), 2, 'desk')
    await tell('delete', 'w1', 3)
    expect(await golden('w1')).toMatchObject({ id, state: 'withdrawn' })
    expect(held(desk, 'w1')).toEqual([deskId])
    expect(held(mail, 'w1')).toEqual([])
    expect(shelf.removals.at(-1)).toMatchObject({ item: { remoteId: shelfId }, how: 'archive' })
    expect(await ends('w1')).toEqual([
      { system: 'crm', state: 'frozen', reason: 'source_deleted' },
      { system: 'desk', state: 'frozen', reason: 'source_deleted' },
      { system: 'mail', state: 'absent', reason: 'deleted' },
      { system: 'shelf', state: 'absent', reason: 'archived' },
    ])
    await say('w1-again', person('w1', { job: 'New' }), 4)
    expect(await golden('w1-again')).toMatchObject({ id, state: 'active' })
    expect(desk.records.get(deskId)).toMatchObject({ job: 'New' })
    expect(held(mail, 'w1')).toHaveLength(1)
    expect(await ends('w1')).toEqual(
      ['crm', 'desk', 'mail', 'shelf'].map(system => ({ system, state: 'synced', reason: null })),
    )
    // Restored too, the first one stays what it was: a record of the same customer.
    await tell('restore', 'w1', 5)
    expect(await golden('w1')).toMatchObject({ id, state: 'active' })
  })

  test('what depends on a record that is deleted goes on without it', async () => {
    await scene.post('crm', { object: 'company', id: 'co', data: { name: 'Co' }, at: at(1) })
    await scene.calm()
    await scene.post('crm', { object: 'order', id: 'o', data: { number: 'N1', company: 'co' }, at: at(1) })
    await scene.calm()
    const order = () => [...mail.records.values()].find(record => record['number'] === 'N1')
    const [companyId = ''] = [...mail.records].find(([, record]) => record['name'] === 'Co') ?? []
    expect(order()).toMatchObject({ company: companyId })
    await scene.post('crm', { object: 'company', id: 'co', kind: 'delete', type: 'company.deleted', at: at(2) })
    await scene.calm()
    expect(mail.records.has(companyId)).toBe(false)
    await scene.post('crm', { object: 'order', id: 'o', data: { number: 'N1', company: 'co' }, at: at(3) })
    await scene.post('crm', { object: 'order', id: 'p', data: { number: 'N2', company: 'co' }, at: at(3) })
    await scene.calm()
    const states = await scene.rows(`select distinct state from delivery where object = 'order'`)
    expect(states).toEqual([{ state: 'synced' }])
    expect([...mail.records.values()].find(record => record['number'] === 'N2')).toBeDefined()
  })

  describe("a vendor's merge", () => {
    test('into a record never heard of: it is written, not created', async () => {
      await say('m1', person('m1'), 1)
      const before = await golden('m1')
      await tell('merge', 'm1', 2, { mergedInto: 'm2' })
      expect(await golden('m2')).toMatchObject({ id: before?.id, alias_of: null })
      await say('m2', person('m1', { job: 'Clerk' }), 3)
      expect(await golden('m2')).toMatchObject({ id: before?.id, state: 'active', fields: { jobTitle: 'Clerk' } })
      const created = crm.writes.filter(
        write => write.item.content['mail'] === 'm1@example.com' && write.item.remoteId === undefined,
      )
      expect(created).toEqual([])
    })

    test('of a record never heard of, and before the other is resolved, makes one customer', async () => {
      await tell('merge', 'n1', 5, { mergedInto: 'n2' })
      await scene.post('crm', [
        { id: 'n1', data: person('n1'), at: at(2) },
        { id: 'n2', data: person('n2'), at: at(2) },
      ])
      await scene.calm()
      expect(await golden('n1')).toBeUndefined()
      expect(await golden('n2')).toMatchObject({ state: 'active' })
    })

    test.each([
      ['in order', ['c1>c2', 'c2>c3']],
      ['in the other order', ['e2>e3', 'e1>e2']],
    ])('chains end at the one that survived them all, %s', async (_name, merges) => {
      const ids = [1, 2, 3].map(number => `${merges[0]?.[0]}${number}`)
      for (const id of ids) await say(id, person(id), 1)
      for (const [index, merge] of merges.entries()) {
        const [loser = '', winner = ''] = merge.split('>')
        await tell('merge', loser, 2 + index, { mergedInto: winner })
      }
      const [first, second, third] = await Promise.all(ids.map(golden))
      expect([first?.alias_of, second?.alias_of, third?.alias_of]).toEqual([ids[2], ids[2], null])
      expect(new Set([first?.id, second?.id, third?.id]).size).toBe(1)
      // Late words of a losing id say nothing; those of the survivor do.
      await say(ids[0] ?? '', person(ids[0] ?? '', { job: 'Late' }), 10)
      expect(await lastEvent()).toBe('processed merged_away')
      const writes = crm.writes.length
      await say(held(desk, ids[2] ?? '')[0] ?? '', person(ids[2] ?? '', { job: 'Desk' }), 11, 'desk')
      expect(crm.writes.slice(writes).map(write => write.item.remoteId)).toEqual([ids[2]])
      // The survivor deleted, there is nothing left to write, and nothing is created.
      await tell('delete', ids[2] ?? '', 12)
      expect(await end(ids[2] ?? '', 'crm')).toBe('absent deleted_there')
    })

    test('is taken back by a restore of the losing record', async () => {
      for (const id of ['r1', 'r2']) await say(id, person(id), 1)
      await tell('merge', 'r1', 2, { mergedInto: 'r2' })
      expect((await golden('r1'))?.alias_of).toBe('r2')
      await tell('restore', 'r1', 3)
      expect(await golden('r1')).toMatchObject({ alias_of: null })
      await say('r1', person('r1', { job: 'Speaks again' }), 4)
      expect((await golden('r1'))?.fields).toMatchObject({ jobTitle: 'Speaks again' })
    })
  })
})
