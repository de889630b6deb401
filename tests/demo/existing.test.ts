import { expect, test } from 'vitest'
import { enterExisting, noteRemotes } from '../../demo/existing.ts'
import { createSandbox } from '../../demo/sandboxes/all.ts'
import { createRandom } from '../../demo/sandboxes/random.ts'

const NOW_MS = Date.UTC(2026, 10, 22)

function filled() {
  const sandboxes = {
    crm: createSandbox('crm', { seed: 1 }),
    helpdesk: createSandbox('helpdesk', { seed: 1 }),
    erp: createSandbox('erp', { seed: 1 }),
    marketing: createSandbox('marketing', { seed: 1 }),
  }
  const existing = enterExisting(sandboxes, createRandom(7), { contacts: 500, known: 300 }, NOW_MS)
  return { sandboxes, existing }
}

const { sandboxes, existing } = filled()
const digits = (value: unknown): string => String(value).replace(/\D/g, '').slice(-9)

test('the CRM has 500 contacts, 300 of which are customers whom other systems know', () => {
  expect(sandboxes.crm.records().contact).toHaveLength(500)
  expect([existing.known.length, existing.alone.length + existing.twice.length * 2]).toEqual([300, 200])
  expect(existing.known.every(({ elsewhere }) => elsewhere.length > 0)).toBe(true)
  const elsewhere = ['helpdesk', 'erp', 'marketing'] as const
  const count = elsewhere.flatMap(name => Object.values(sandboxes[name].records()).flat()).length
  expect(count).toBe(existing.known.flatMap(customer => customer.elsewhere).length)
})

test('each is known there by mail address, mobile number or WeChat id, some in another spelling', () => {
  const by = { mail: 0, mobile: 0, wechat: 0 }
  for (const { person, elsewhere } of existing.known)
    for (const { system, object, id } of elsewhere) {
      const { email, mobile, phone, wechat_unionid: wechat } = sandboxes[system].record(object, id)?.fields ?? {}
      if (typeof email === 'string' && email.toLowerCase() === person.email) by.mail++
      else if (wechat !== undefined && wechat === person.wechatUnionid) by.wechat++
      else if (digits(mobile ?? phone) === digits(person.mobile)) by.mobile++
    }
  expect(by.mail + by.mobile + by.wechat).toBe(existing.known.flatMap(({ elsewhere }) => elsewhere).length)
  expect(Math.min(by.mail, by.mobile, by.wechat)).toBeGreaterThan(0)
  const written = sandboxes.erp.records().partner?.map(row => row.fields.mobile)
  expect(written).toContainEqual(expect.stringMatching(/^1\d\d \d{4} \d{4}$/))
})

test('their records are of earlier days, oldest first', () => {
  for (const sandbox of Object.values(sandboxes))
    for (const rows of Object.values(sandbox.records())) {
      const times = rows.map(row => row.updatedAtMs)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(times.every(ms => ms < NOW_MS)).toBe(true)
    }
})

test('those whom sales entered twice share a mobile number and have no mail address', () => {
  expect(existing.twice).toHaveLength(6)
  for (const { crmId, againId } of existing.twice) {
    const [first, again] = [crmId, againId].map(id => sandboxes.crm.record('contact', id)?.fields)
    expect(again?.mobile).toBe(first?.mobile)
    expect([first?.email, again?.email]).toEqual([undefined, undefined])
  }
})

test('after first link each customer is known at the records of the same golden record', () => {
  const { existing: linked } = filled()
  const [customer] = linked.known
  if (!customer) throw new Error('there is no customer')
  const row = { goldenId: 'g1', isPrimary: true, aliasOf: null, isGone: false }
  noteRemotes(linked, [
    { ...row, system: 'crm', object: 'contact', remoteId: customer.crmId },
    { ...row, system: 'erp', object: 'contact', remoteId: '77' },
    { ...row, system: 'erp', object: 'contact', remoteId: '78', goldenId: 'g2' },
  ])
  expect([customer.goldenId, customer.remotes]).toEqual(['g1', { crm: customer.crmId, erp: '77' }])
})
