import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRandom } from '../../connectors/http/example/sandboxes/random.ts'
import { createCrosswalk } from '../../demo/crosswalk.ts'
import type { ExistingCustomer } from '../../demo/existing.ts'
import type { CrosswalkRow } from '../../demo/hub.ts'
import { createPopulation } from '../../demo/people.ts'
import { fieldName, PERSONS } from '../../demo/story/fields.ts'
import type { Meaning, Rivalry } from '../../demo/story/stage.ts'
import { startVendors } from '../../demo/vendors/all.ts'
import type { VendorName, Vendors } from '../../demo/vendors/vendor.ts'
import { judgeLinks } from '../../demo/verdict/links.ts'
import { removalsOf } from '../../demo/verdict/removals.ts'
import { judgeRenderings } from '../../demo/verdict/renderings.ts'
import { judgeRivalries } from '../../demo/verdict/rivalries.ts'

let nowMs = 0
let vendors: Vendors
let customer: ExistingCustomer

beforeEach(async () => {
  nowMs = 1_000_000
  vendors = await startVendors({ seed: 1, nowMs: () => nowMs })
  const [person] = createPopulation(createRandom(1), { companies: 0, people: 1 }).people
  if (!person) throw new Error('there is nobody')
  const crmId = vendors.salesforce.edit('Contact', undefined, { LastName: 'Ana', Title: 'CFO' })
  const hubspotId = vendors.hubspot.edit('contact', undefined, { lastname: 'Ana', jobtitle: 'CFO' })
  const elsewhere = [{ system: 'hubspot', object: 'contact', id: hubspotId }] as const
  customer = { person, crmId, elsewhere, goldenId: 'g1', remotes: { salesforce: crmId, hubspot: hubspotId } }
})
afterEach(async () => {
  for (const vendor of Object.values(vendors)) await vendor.stop()
})

/** A person's edit, which is read by the hub at once unless it is never told. */
function edit(system: VendorName, meaning: Meaning, value: string, told = true): Rivalry['edits'][number] {
  const vendor = vendors[system]
  const field = fieldName(system, meaning) ?? ''
  vendor.edit(PERSONS[system], customer.remotes[system], { [field]: value })
  const entry = vendor.journal.entries().at(-1)
  if (!entry) throw new Error('nothing was edited')
  if (told) vendor.journal.shown(entry.row)
  return { system, meaning, entry }
}

/** What the hub would write. */
function write(system: VendorName, meaning: Meaning, value: string): void {
  edit(system, meaning, value)
}

const judge = (edits: Rivalry['edits'], kind: Rivalry['kind'] = 'sameField') =>
  judgeRivalries([{ kind, customer, edits }], vendors)

describe('edits of two people', () => {
  test('the later one must stand in every system', () => {
    const edits = [edit('salesforce', 'jobTitle', 'A')]
    nowMs += 2000
    edits.push(edit('hubspot', 'jobTitle', 'B'))
    expect(judge(edits).lost).toEqual([
      { kind: 'sameField', goldenId: 'g1', meaning: 'jobTitle', system: 'salesforce', expected: ['B'], found: 'A' },
    ])
    nowMs += 1000
    write('salesforce', 'jobTitle', 'B')
    expect(judge(edits)).toMatchObject({ sameField: 1, writtenOver: 1, neverTold: 0, lost: [] })
  })

  test('Salesforce tells whole seconds: an edit there loses against one of the same second', () => {
    nowMs = 1_000_200
    const edits = [edit('hubspot', 'jobTitle', 'A')]
    nowMs = 1_000_700
    edits.push(edit('salesforce', 'jobTitle', 'B'))
    expect(judge(edits).lost).toMatchObject([{ system: 'salesforce', expected: ['A'], found: 'B' }])
  })

  test('one that its vendor never told of does not count', () => {
    const edits = [edit('salesforce', 'jobTitle', 'A')]
    nowMs += 2000
    edits.push(edit('hubspot', 'jobTitle', 'B', false))
    nowMs += 10
    write('hubspot', 'jobTitle', 'A')
    expect(judge(edits)).toMatchObject({ neverTold: 1, writtenOver: 0, lost: [] })
  })

  test('a value that is set back must be there again', () => {
    const edits = [edit('salesforce', 'jobTitle', 'B')]
    nowMs += 2000
    write('hubspot', 'jobTitle', 'B')
    nowMs += 2000
    edits.push(edit('salesforce', 'jobTitle', 'CFO'))
    expect(judge(edits, 'setBack').lost).toMatchObject([{ system: 'hubspot', expected: ['CFO'], found: 'B' }])
    nowMs += 2000
    write('hubspot', 'jobTitle', 'CFO')
    expect(judge(edits, 'setBack')).toMatchObject({ setBack: 1, lost: [] })
  })

  test('a phone number is the same with and without blanks', () => {
    const edits = [edit('salesforce', 'mobile', '+8615177710000')]
    nowMs += 2000
    edits.push(edit('hubspot', 'mobile', '+8615177710001'))
    nowMs += 1000
    write('salesforce', 'mobile', '+8615177710001')
    expect(judge(edits).lost).toEqual([])
  })
})

const row = (system: string, object: string, remoteId: string, more: Partial<CrosswalkRow> = {}): CrosswalkRow => ({
  system,
  object,
  remoteId,
  goldenId: 'g1',
  isPrimary: true,
  aliasOf: null,
  isGone: false,
  ...more,
})

describe('a vendor’s spelling', () => {
  const said = (system: VendorName, author: 'api' | 'person', given: string, kept: string): void => {
    const object = PERSONS[system]
    const id = customer.remotes[system] ?? ''
    const before = vendors[system].record(object, id)
    const field = system === 'salesforce' ? 'FirstName' : 'firstname'
    if (!before) throw new Error('there is nobody')
    const row = { ...before, author, fields: { ...before.fields, [field]: kept } }
    vendors[system].journal.note(object, { action: 'updated', row, given: { [field]: given } })
  }
  /** Salesforce spells with capitals what the hub wrote there; then the hub writes this name to HubSpot. */
  function heard(name: string, isTyped = false) {
    said('salesforce', 'api', 'van der berg', 'Van Der Berg')
    if (isTyped) said('salesforce', 'person', 'Van Der Berg', 'Van Der Berg')
    said('hubspot', 'api', name, name)
    const { salesforce = '', hubspot = '' } = customer.remotes
    const crosswalk = createCrosswalk([row('salesforce', 'Contact', salesforce), row('hubspot', 'contact', hubspot)])
    return judgeRenderings(Object.values(vendors), crosswalk)
  }

  test('that goes out to another system was taken for an edit', () => {
    expect(heard('Van Der Berg')).toMatchObject({
      rendered: 1,
      heard: [
        { goldenId: 'g1', renderedBy: 'salesforce', writtenTo: 'hubspot', field: 'firstname', value: 'Van Der Berg' },
      ],
    })
  })

  test('that stays where it is was not', () => expect(heard('van der berg').heard).toEqual([]))

  test('is an edit when a person typed it', () => expect(heard('Van Der Berg', true).heard).toEqual([]))
})

describe('what people took away', () => {
  const script = { rivalries: [], merges: [] }

  test('stays deleted unless it was restored', () => {
    const { crmId } = customer
    vendors.salesforce.remove('Contact', crmId)
    const crosswalk = createCrosswalk([row('salesforce', 'Contact', crmId, { isGone: true })])
    expect(removalsOf(vendors, script, crosswalk)).toMatchObject({
      deletes: 1,
      restores: 0,
      deleted: new Set(['salesforce g1']),
    })
    vendors.salesforce.restore('Contact', crmId)
    expect(removalsOf(vendors, script, crosswalk)).toMatchObject({ deletes: 1, restores: 1, deleted: new Set() })
  })

  test('a merged contact must lead to the winner’s golden record', () => {
    const merges = [{ winnerId: '1', loserId: '2', atMs: 5 }]
    const winner = row('salesforce', 'Contact', '1')
    const judged = (loser: Partial<CrosswalkRow>) =>
      removalsOf(
        vendors,
        { rivalries: [], merges },
        createCrosswalk([winner, row('salesforce', 'Contact', '2', loser)]),
      )
    expect(judged({ aliasOf: '1' })).toMatchObject({ merges: 1, unmerged: [], mergedAtMs: new Map([['g1', 5]]) })
    expect(judged({ aliasOf: '1', goldenId: 'g2' }).unmerged).toHaveLength(1)
    expect(judged({}).unmerged).toHaveLength(1)
  })
})

test('a record counts as linked when the hub found it to be the same customer’s', () => {
  const [elsewhere] = customer.elsewhere
  expect(judgeLinks([customer, { elsewhere: customer.elsewhere, remotes: { hubspot: `${elsewhere?.id}0` } }])).toEqual({
    customers: 2,
    records: 2,
    linked: 1,
  })
})
