import { beforeEach, describe, expect, test } from 'vitest'
import type { RouteConfig } from '#config/config.ts'
import { createCrosswalk } from '../../demo/crosswalk.ts'
import { compare } from '../../demo/comparison.ts'
import type { DemoGolden } from '../../demo/hub.ts'
import { createSandbox } from '../../demo/sandboxes/all.ts'
import type { Sandbox } from '../../demo/sandboxes/sandbox.ts'

const ROUTE: RouteConfig = {
  name: 'person-to-crm-contact',
  entity: 'person',
  system: 'crm',
  object: 'contact',
  when: '$exists(givenName)',
  mapping: 'crm/contact.out',
  onRouteExit: 'freeze',
  onSourceDelete: 'ignore',
  losingEdits: 'writeBack',
}
const MAPPING = '{"externalId": $id, "firstName": givenName, "email": email, "companyId": $links.account.remoteId}'

function golden(id: string, fields: DemoGolden['fields'], more: Partial<DemoGolden> = {}): DemoGolden {
  return { id, entity: 'person', version: 1, fields, updatedAtMs: 0, links: {}, remotes: {}, ...more }
}

describe('the comparison', () => {
  let crm: Sandbox
  beforeEach(() => {
    crm = createSandbox('crm', { seed: 1 })
  })
  const differences = (records: readonly DemoGolden[]) =>
    compare({
      goldenRecords: records,
      routes: [ROUTE],
      sandboxes: [crm],
      mappingSource: () => MAPPING,
      crosswalk: createCrosswalk([]),
    }).differences

  test('agrees when the vendor holds the mapping as it writes it, links in its own ids', () => {
    const remoteId = crm.edit('contact', undefined, {
      externalId: 'g1',
      firstName: 'de groot',
      email: 'a@x.test',
      companyId: '200001',
    })
    const records = [
      golden(
        'g1',
        { givenName: 'de groot', email: 'a@x.test' },
        { remotes: { 'crm/contact': remoteId }, links: { account: 'a1' } },
      ),
      golden('a1', {}, { entity: 'account', remotes: { 'crm/company': '200001' } }),
    ]
    expect(differences(records)).toEqual([])
  })

  test('tells a field that differs, and one that the vendor lacks', () => {
    const remoteId = crm.edit('contact', undefined, { externalId: 'g1', firstName: 'Ana' })
    const found = differences([
      golden('g1', { givenName: 'Eva', email: 'e@x.test' }, { remotes: { 'crm/contact': remoteId } }),
    ])
    expect(found).toMatchObject([
      { place: 'crm/contact', field: 'firstName', expected: 'Eva', found: 'Ana' },
      { field: 'email', expected: 'e@x.test', found: undefined },
    ])
  })

  test('tells a record that was never written, one that is gone, and a second one for the same customer', () => {
    const stray = crm.edit('contact', undefined, { externalId: 'g9' })
    const records = [
      golden('g1', { givenName: 'Ana' }),
      golden('g2', { givenName: 'Bo' }, { remotes: { 'crm/contact': '999' } }),
    ]
    expect(differences(records)).toMatchObject([
      { goldenId: 'g1', field: 'record', found: 'never written' },
      { goldenId: 'g2', field: 'record', found: '999' },
      { goldenId: 'g9', field: 'record', found: stray },
    ])
  })

  test('leaves out what the route does not take', () => {
    expect(differences([golden('g1', { email: 'a@x.test' })])).toEqual([])
  })
})
