import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRandom } from '../../connectors/http/example/sandboxes/random.ts'
import { enterExisting, type Existing, noteRemotes } from '../../demo/existing.ts'
import { startVendors } from '../../demo/vendors/all.ts'
import type { Vendors } from '../../demo/vendors/vendor.ts'

const NOW_MS = Date.UTC(2026, 10, 22)

let vendors: Vendors
let existing: Existing

beforeAll(async () => {
  vendors = await startVendors({ seed: 1 })
  existing = enterExisting(vendors, createRandom(7), { contacts: 500, known: 300 }, NOW_MS)
})
afterAll(async () => {
  for (const vendor of Object.values(vendors)) await vendor.stop()
})

const digits = (value: unknown): string => String(value).replace(/\D/g, '').slice(-9)

test('the CRM has 500 contacts, 300 of which are customers whom other systems know', () => {
  expect(vendors.salesforce.records()['Contact']).toHaveLength(500)
  expect([existing.known.length, existing.alone.length + existing.twice.length * 2]).toEqual([300, 200])
  expect(existing.known.every(({ elsewhere }) => elsewhere.length > 0)).toBe(true)
  const { salesforce: _, ...others } = vendors
  const count = Object.values(others).flatMap(vendor => Object.values(vendor.records()).flat()).length
  expect(count).toBe(existing.known.flatMap(customer => customer.elsewhere).length)
})

test('each is known there by mail address or mobile number, some in another spelling', () => {
  const by = { mail: 0, mobile: 0 }
  for (const { person, elsewhere } of existing.known)
    for (const { system, object, id } of elsewhere) {
      const { email, email_address: address, phone } = vendors[system].record(object, id)?.fields ?? {}
      const mail = email ?? address
      if (typeof mail === 'string' && mail.toLowerCase() === person.email) by.mail++
      else if (digits(phone) === digits(person.mobile)) by.mobile++
    }
  expect(by.mail + by.mobile).toBe(existing.known.flatMap(({ elsewhere }) => elsewhere).length)
  expect(Math.min(by.mail, by.mobile)).toBeGreaterThan(0)
  const written = vendors.odoo.records()['contact']?.map(row => row.fields['phone'])
  expect(written).toContainEqual(expect.stringMatching(/^1\d{10}$/))
})

test('their records are of earlier days, oldest first', () => {
  for (const vendor of Object.values(vendors))
    for (const rows of Object.values(vendor.records())) {
      const times = rows.map(row => row.updatedAtMs)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(times.every(ms => ms < NOW_MS)).toBe(true)
    }
})

test('those whom sales entered twice share a mobile number and have no mail address', () => {
  expect(existing.twice).toHaveLength(6)
  for (const { crmId, againId } of existing.twice) {
    const [first, again] = [crmId, againId].map(id => vendors.salesforce.record('Contact', id)?.fields)
    expect(again?.['MobilePhone']).toBe(first?.['MobilePhone'])
    expect([first?.['Email'], again?.['Email']]).toEqual([undefined, undefined])
  }
})

test('after first link each customer is known at the records of the same golden record', () => {
  const [customer] = existing.known
  if (!customer) throw new Error('there is no customer')
  const row = { goldenId: 'g1', isPrimary: true, aliasOf: null, isGone: false }
  noteRemotes(existing, [
    { ...row, system: 'salesforce', object: 'Contact', remoteId: customer.crmId },
    { ...row, system: 'odoo', object: 'contact', remoteId: '77' },
    { ...row, system: 'odoo', object: 'contact', remoteId: '78', goldenId: 'g2' },
  ])
  expect([customer.goldenId, customer.remotes]).toEqual(['g1', { salesforce: customer.crmId, odoo: '77' }])
})
