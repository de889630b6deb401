import { afterEach, describe, expect, test } from 'vitest'
import { createVendor } from '../../demo/vendors/create-vendor.ts'
import { mailchimp } from '../../demo/vendors/mailchimp.ts'
import { salesforce } from '../../demo/vendors/salesforce.ts'
import { zendesk } from '../../demo/vendors/zendesk.ts'
import type { Vendor } from '../../demo/vendors/vendor.ts'

const running: Vendor[] = []
afterEach(async () => {
  for (const vendor of running.splice(0)) await vendor.stop()
})

async function started(definition: Parameters<typeof createVendor>[0]): Promise<Vendor> {
  const vendor = await createVendor(definition, { seed: 1 })
  running.push(vendor)
  return vendor
}

const api = (vendor: Vendor, path: string, init: RequestInit = {}) => {
  const { ZENDESK_EMAIL: email, ZENDESK_TOKEN: token, ZENDESK_URL: url } = vendor.environment
  const authorization = `Basic ${Buffer.from(`${email}/token:${token}`).toString('base64')}`
  return fetch(`${url}/api/v2${path}`, {
    ...init,
    headers: { authorization, 'content-type': 'application/json' },
  })
}

describe('a vendor’s journal', () => {
  test('a change is told when it is read; what was overwritten before was never told', async () => {
    const desk = await started(zendesk)
    const id = desk.edit('user', undefined, { name: 'Ana', phone: '1' })
    desk.edit('user', id, { phone: '2' })
    await (await api(desk, `/users/show_many?ids=${id}`)).arrayBuffer()
    const [first, second] = desk.journal.entries()
    if (!first || !second) throw new Error('the journal is empty')
    expect(first).toMatchObject({ action: 'created', author: 'person', given: { name: 'Ana', phone: '1' } })
    expect(desk.journal.firstTold(first, 'phone')).toBeUndefined()
    expect(desk.journal.firstTold(first, 'name')).toBe(second.row)
    expect(desk.journal.firstTold(second, 'phone')).toBe(second.row)
  })

  test('counts the changes of the hub, and those that a webhook tells it of', async () => {
    const desk = await started(zendesk)
    const write = async (name: string): Promise<void> => {
      const body = JSON.stringify({ user: { name, email: `${name}@x.test` } })
      await (await api(desk, '/users/create_or_update', { method: 'POST', body })).arrayBuffer()
    }
    await write('ana')
    expect(desk.counters()).toMatchObject({ writes: 1, echoed: 0 })
    desk.setWebhookTarget('http://127.0.0.1:1')
    await write('bo')
    desk.edit('user', undefined, { name: 'Cy' })
    expect(desk.counters()).toMatchObject({ writes: 2, echoed: 1 })
  })
})

test('a person who types in what is there already is shown the existing record', async () => {
  const list = await started(mailchimp)
  const id = list.edit('member', undefined, { email_address: 'ana@x.test' })
  expect(list.edit('member', undefined, { email_address: 'Ana@X.test' })).toBe(id)
  expect(list.records()['member']).toHaveLength(1)
})

test('Salesforce keeps names and numbers as its flow spells them; a merged contact leads to the winner', async () => {
  const crm = await started(salesforce)
  const winner = crm.edit('Contact', undefined, { FirstName: ' ana', LastName: 'van der berg', Phone: '+861060000001' })
  const loser = crm.edit('Contact', undefined, { LastName: 'Berg' })
  expect(crm.record('Contact', winner)?.fields).toMatchObject({
    FirstName: 'Ana',
    LastName: 'Van Der Berg',
    Phone: '+86 106 0000 001',
  })
  expect(crm.merge('Contact', winner, loser)).toBe(true)
  expect(crm.record('Contact', loser)).toBe(crm.record('Contact', winner))
  expect(crm.records()['Contact']).toHaveLength(1)
})

test('what was deleted is gone until it is restored', async () => {
  const crm = await started(salesforce)
  const id = crm.edit('Contact', undefined, { LastName: 'Silva' })
  crm.remove('Contact', id)
  expect([crm.record('Contact', id), crm.records()['Contact']]).toEqual([undefined, []])
  expect(crm.restore('Contact', id)).toBe(true)
  expect(crm.record('Contact', id)?.fields).toMatchObject({ LastName: 'Silva' })
})

test('a vendor that is throttled says so, and one that is off the network answers nobody until it is back', async () => {
  const desk = await started(zendesk)
  desk.faults.throttle(60_000)
  const refused = await api(desk, '/users/me')
  expect([refused.status, refused.headers.get('retry-after'), desk.counters().throttled]).toEqual([429, '2', 1])
  desk.faults.throttle(-1)
  const back = desk.faults.unplug(50)
  await expect(api(desk, '/users/me')).rejects.toThrow()
  await back
  expect((await api(desk, '/users/me')).status).toBe(200)
})
