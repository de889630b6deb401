import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RouteConfig } from '#config/config.ts'
import { createCrosswalk } from '../../demo/crosswalk.ts'
import { compare } from '../../demo/comparison.ts'
import type { CrosswalkRow, DemoGolden } from '../../demo/hub.ts'
import { createVendor } from '../../demo/vendors/create-vendor.ts'
import { salesforce } from '../../demo/vendors/salesforce.ts'
import type { Vendor } from '../../demo/vendors/vendor.ts'

const ROUTE: RouteConfig = {
  name: 'person-to-salesforce-Contact',
  entity: 'person',
  system: 'salesforce',
  object: 'Contact',
  when: '$exists(givenName)',
  mapping: 'salesforce/Contact.out',
  onRouteExit: 'freeze',
  onSourceDelete: 'ignore',
  losingEdits: 'writeBack',
}
const MAPPING = '{"FirstName": givenName, "Email": email, "AccountId": $links.account.remoteId}'
const PLACE = 'salesforce/Contact'

function golden(id: string, fields: DemoGolden['fields'], more: Partial<DemoGolden> = {}): DemoGolden {
  return { id, entity: 'person', version: 1, fields, updatedAtMs: 0, links: {}, remotes: {}, ...more }
}

describe('the comparison', () => {
  let crm: Vendor
  beforeEach(async () => {
    crm = await createVendor(salesforce, { seed: 1 })
  })
  afterEach(() => crm.stop())
  const enter = (fields: Record<string, string>) => crm.edit('Contact', undefined, { LastName: 'Silva', ...fields })
  const compared = (records: readonly DemoGolden[], rows: readonly CrosswalkRow[] = []) =>
    compare({
      goldenRecords: records,
      routes: [ROUTE],
      vendors: [crm],
      mappingSource: () => MAPPING,
      crosswalk: createCrosswalk(rows),
    })
  const differences = (records: readonly DemoGolden[], rows?: readonly CrosswalkRow[]) =>
    compared(records, rows).differences

  test('agrees when the vendor holds the mapping as it writes it, links in its own ids', () => {
    const company = crm.edit('Account', undefined, { Name: 'Acme' })
    const remoteId = enter({ FirstName: 'de groot', Email: 'a@x.test', AccountId: company })
    const records = [
      golden(
        'g1',
        { givenName: 'de groot', email: 'a@x.test' },
        { remotes: { [PLACE]: remoteId }, links: { account: 'a1' } },
      ),
      golden('a1', {}, { entity: 'account', remotes: { 'salesforce/Account': company } }),
    ]
    expect(compared(records)).toMatchObject({ differences: [], vendors: { salesforce: { records: 1, fields: 3 } } })
  })

  test('tells a field that differs, and one that the vendor lacks', () => {
    const remoteId = enter({ FirstName: 'Ana' })
    const found = differences([
      golden('g1', { givenName: 'Eva', email: 'e@x.test' }, { remotes: { [PLACE]: remoteId } }),
    ])
    expect(found).toMatchObject([
      { place: PLACE, field: 'FirstName', expected: 'Eva', found: 'Ana' },
      { field: 'Email', expected: 'e@x.test', found: undefined },
    ])
  })

  test('tells a record that was never written, one that is gone, and a second one for the same customer', () => {
    const [first, second] = [enter({ FirstName: 'Ana' }), enter({ FirstName: 'Ana' })]
    const records = [
      golden('g1', { givenName: 'Ana' }),
      golden('g2', { givenName: 'Bo' }, { remotes: { [PLACE]: '999' } }),
      golden('g9', { givenName: 'Ana' }, { remotes: { [PLACE]: first } }),
    ]
    const row = { system: 'salesforce', object: 'Contact', goldenId: 'g9', aliasOf: null, isGone: false }
    const rows = [
      { ...row, remoteId: first, isPrimary: true },
      { ...row, remoteId: second, isPrimary: false },
    ]
    expect(differences(records, rows)).toMatchObject([
      { goldenId: 'g1', field: 'record', found: 'never written' },
      { goldenId: 'g2', field: 'record', found: '999' },
      { goldenId: 'g9', field: 'record', found: second },
    ])
  })

  test('leaves out what the route does not take', () => {
    expect(differences([golden('g1', { email: 'a@x.test' })])).toEqual([])
  })
})
