import { beforeAll, describe, expect, test } from 'vitest'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, startScene } from '../scene.ts'

const YAML = `
systems:
  erp: { connector: erp, objects: { company: {}, contact: {}, order: {} } }
  crm: { connector: crm, objects: { company: {}, contact: {}, order: {} } }
routes:
  - { entity: account, system: crm, object: company, when: "name != 'Not There'" }
  - { entity: person, system: crm, object: contact }
  - { entity: order, system: crm, object: order }
`
const MAPPINGS = {
  'erp/company.in': `{"account": {"name": name, "primaryContact": contact ? {"$ref": {"object": "contact", "id": contact}}}}`,
  'erp/contact.in': `{"person": {"email": mail, "givenName": name, "account": company ? {"$ref": {"object": "company", "id": company}}}}`,
  'erp/order.in': `{"order": {"number": number, "person": buyer ? {"$ref": {"object": "contact", "id": buyer}}}}`,
  'crm/company.out': '{"ext": $id, "name": name, "contact": $links.primaryContact.remoteId}',
  'crm/contact.out': '{"ext": $id, "mail": email, "name": givenName, "company": $links.account.remoteId}',
  'crm/order.out': '{"ext": $id, "number": number, "buyer": $links.person.remoteId}',
}

describe('what must be there first', () => {
  const erp = createMemoryVendor('erp')
  const crm = createMemoryVendor('crm')
  let scene: Scene

  beforeAll(async () => {
    scene = await startScene({ yaml: YAML, connectors: [erp.connector, crm.connector], mappings: MAPPINGS })
  })

  const inCrm = (member: string, value: string): [string, Record<string, unknown>] => {
    const found = [...crm.records].find(([, record]) => record[member] === value)
    if (found === undefined) throw new Error(`the CRM has no record whose ${member} is ${value}`)
    return found
  }
  const company = (id: string, name: string, contact?: string) => ({ object: 'company', id, data: { name, contact } })
  const contact = (id: string, in_?: string) => ({
    object: 'contact',
    id,
    data: { mail: `${id}@example.com`, name: id, company: in_ },
  })
  const order = (id: string, buyer: string) => ({ object: 'order', id, data: { number: id, buyer } })

  test('an order waits for its person, the person for its account; each carries the id of the one before', async () => {
    await scene.post('erp', order('O1', 'p1'))
    await scene.post('erp', contact('p1', 'a1'))
    await scene.post('erp', company('a1', 'First'))
    await scene.calm()
    const [account] = inCrm('name', 'First')
    const [person, { company: personsCompany }] = inCrm('mail', 'p1@example.com')
    expect(personsCompany).toBe(account)
    expect(inCrm('number', 'O1')[1]['buyer']).toBe(person)
  })

  test('records that arrive all at once are written in order', async () => {
    const many = Array.from({ length: 30 }, (_, n) => [
      order(`M${n}`, `mp${n}`),
      contact(`mp${n}`, `ma${n}`),
      company(`ma${n}`, `Many ${n}`),
    ])
    await scene.post('erp', many.flat())
    await scene.calm(20_000)
    for (let n = 0; n < 30; n += 1) {
      const [person, { company: personsCompany }] = inCrm('mail', `mp${n}@example.com`)
      expect(personsCompany).toBe(inCrm('name', `Many ${n}`)[0])
      expect(inCrm('number', `M${n}`)[1]['buyer']).toBe(person)
    }
    expect(crm.records.size).toBe(3 + 90)
  })

  test('a cycle is written in two steps: the records first, then the link', async () => {
    for (const n of [1, 2, 3, 4, 5]) {
      await scene.post('erp', [company(`c${n}`, `Circle ${n}`, `cp${n}`), contact(`cp${n}`, `c${n}`)])
    }
    await scene.calm(20_000)
    for (const n of [1, 2, 3, 4, 5]) {
      const [account, { contact: accountsContact }] = inCrm('name', `Circle ${n}`)
      const [person, { company: personsCompany }] = inCrm('mail', `cp${n}@example.com`)
      expect({ accountsContact, personsCompany }).toEqual({ accountsContact: person, personsCompany: account })
    }
  })

  test('a parent that is not routed there is left out', async () => {
    await scene.post('erp', [company('n1', 'Not There'), contact('np1', 'n1')])
    await scene.calm()
    expect(inCrm('mail', 'np1@example.com')[1]['company']).toBeUndefined()
  })

  test('a parent that is dead is named to those that wait for it, and they go on when it is corrected', async () => {
    crm.answer = (_object, item) =>
      item.content['name'] === 'Refused' ? { kind: 'rejected', reason: 'this name is not allowed' } : undefined
    await scene.post('erp', [contact('dp1', 'd1'), company('d1', 'Refused')])
    await scene.calm()
    const waiting = await scene.rows<{ detail: { parents: object[] } }>(
      `select detail from delivery where system = 'crm' and object = 'contact' and state = 'waiting'`,
    )
    expect(waiting.map(row => row.detail.parents)).toEqual([
      [expect.objectContaining({ field: 'account', state: 'dead', reason: 'rejected' })],
    ])
    await scene.post('erp', company('d1', 'Allowed'))
    await scene.calm()
    expect(inCrm('mail', 'dp1@example.com')[1]['company']).toBe(inCrm('name', 'Allowed')[0])
  })
})
