import { beforeEach, describe, expect, test } from 'vitest'
import { createCrosswalk } from '../../demo/crosswalk.ts'
import type { ExistingCustomer } from '../../demo/existing.ts'
import type { CrosswalkRow } from '../../demo/hub.ts'
import { createPopulation } from '../../demo/people.ts'
import { createSandbox } from '../../demo/sandboxes/all.ts'
import { createRandom } from '../../demo/sandboxes/random.ts'
import type { Sandbox, VendorName } from '../../demo/sandboxes/sandbox.ts'
import { fieldName, PERSONS } from '../../demo/story/fields.ts'
import type { Meaning, Rivalry } from '../../demo/story/stage.ts'
import { judgeLinks } from '../../demo/verdict/links.ts'
import { removalsOf } from '../../demo/verdict/removals.ts'
import { judgeRenderings } from '../../demo/verdict/renderings.ts'
import { judgeRivalries } from '../../demo/verdict/rivalries.ts'

let nowMs = 0
let sandboxes: Record<VendorName, Sandbox>
let customer: ExistingCustomer

beforeEach(() => {
  nowMs = 1_000_000
  const options = { seed: 1, nowMs: () => nowMs }
  sandboxes = {
    crm: createSandbox('crm', options),
    helpdesk: createSandbox('helpdesk', options),
    erp: createSandbox('erp', options),
    marketing: createSandbox('marketing', options),
  }
  // Nobody listens, but what is told is told.
  for (const sandbox of Object.values(sandboxes)) {
    sandbox.setWebhookTarget('http://127.0.0.1:1')
    sandbox.webhooks.stop()
  }
  const [person] = createPopulation(createRandom(1), { companies: 0, people: 1 }).people
  if (!person) throw new Error('there is nobody')
  const crmId = sandboxes.crm.edit('contact', undefined, { firstName: 'Ana', jobTitle: 'CFO' })
  const erpId = sandboxes.erp.edit('partner', undefined, { name: 'Ana', function: 'CFO' })
  const elsewhere = [{ system: 'erp', object: 'partner', id: erpId }] as const
  customer = { person, crmId, elsewhere, goldenId: 'g1', remotes: { crm: crmId, erp: erpId } }
})

/** A person's edit, which is read by the hub at once unless it is never told. */
function edit(system: VendorName, meaning: Meaning, value: string, told = true): Rivalry['edits'][number] {
  const sandbox = sandboxes[system]
  const field = fieldName(system, meaning) ?? ''
  sandbox.edit(PERSONS[system].object, customer.remotes[system], { [field]: value })
  const entry = sandbox.journal.entries().at(-1)
  if (!entry) throw new Error('nothing was edited')
  if (told) sandbox.journal.shown(entry.row)
  return { system, meaning, entry }
}

/** What the hub would write. */
function write(system: VendorName, meaning: Meaning, value: string): void {
  edit(system, meaning, value)
}

const judge = (edits: Rivalry['edits'], kind: Rivalry['kind'] = 'sameField') =>
  judgeRivalries([{ kind, customer, edits }], sandboxes)

describe('edits of two people', () => {
  test('the later one must stand in every system', () => {
    const edits = [edit('erp', 'jobTitle', 'A')]
    nowMs += 2000
    edits.push(edit('crm', 'jobTitle', 'B'))
    expect(judge(edits).lost).toEqual([
      { kind: 'sameField', goldenId: 'g1', meaning: 'jobTitle', system: 'erp', expected: ['B'], found: 'A' },
    ])
    nowMs += 100
    write('erp', 'jobTitle', 'B')
    expect(judge(edits)).toMatchObject({ sameField: 1, writtenOver: 1, neverTold: 0, lost: [] })
  })

  test('the ERP tells whole seconds: an edit there loses against one of the same second', () => {
    nowMs = 1_000_200
    const edits = [edit('crm', 'jobTitle', 'A')]
    nowMs = 1_000_700
    edits.push(edit('erp', 'jobTitle', 'B'))
    expect(judge(edits).lost).toMatchObject([{ system: 'erp', expected: ['A'], found: 'B' }])
  })

  test('one that its vendor never told of does not count', () => {
    const edits = [edit('crm', 'jobTitle', 'A')]
    nowMs += 2000
    edits.push(edit('erp', 'jobTitle', 'B', false))
    nowMs += 10
    write('erp', 'jobTitle', 'A')
    expect(judge(edits)).toMatchObject({ neverTold: 1, writtenOver: 0, lost: [] })
  })

  test('a value that is set back must be there again', () => {
    const edits = [edit('crm', 'jobTitle', 'B')]
    nowMs += 2000
    write('erp', 'jobTitle', 'B')
    nowMs += 2000
    edits.push(edit('crm', 'jobTitle', 'CFO'))
    expect(judge(edits, 'setBack').lost).toMatchObject([{ system: 'erp', expected: ['CFO'], found: 'B' }])
    nowMs += 2000
    write('erp', 'jobTitle', 'CFO')
    expect(judge(edits, 'setBack')).toMatchObject({ setBack: 1, lost: [] })
  })

  test('a phone number is the same with and without blanks', () => {
    const edits = [edit('erp', 'mobile', '+8615177710000')]
    nowMs += 2000
    edits.push(edit('crm', 'mobile', '+8615177710001'))
    nowMs += 100
    write('erp', 'mobile', '+8615177710001')
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
  const write = async (city: string, companyId: string): Promise<void> => {
    const form = { grant_type: 'client_credentials', client_id: 'patchbay', client_secret: 'crm-client-secret' }
    const signIn = await fetch(`${sandboxes.crm.url()}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    })
    const { access_token: token } = (await signIn.json()) as { access_token: string }
    await fetch(`${sandboxes.crm.url()}/v1/companies/${companyId}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ city }),
    })
  }
  /** The ERP spells in capitals what the hub wrote there; then the hub writes this city to the CRM. */
  async function heard(city: string, typedInErp?: string) {
    const companyId = sandboxes.crm.edit('company', undefined, { name: 'Acme', city: 'Delft' })
    const partnerId = sandboxes.erp.edit('partner', undefined, { name: 'Acme', is_company: true })
    const { journal } = sandboxes.erp
    const before = sandboxes.erp.record('partner', partnerId)
    if (!before) throw new Error('there is no company')
    const rendered = { ...before, author: 'api' as const, fields: { ...before.fields, city: 'DELFT' } }
    journal.note('partner', { action: 'updated', row: rendered, given: { city: 'Delft' } }, false)
    if (typedInErp !== undefined) sandboxes.erp.edit('partner', partnerId, { city: typedInErp })
    await sandboxes.crm.start()
    try {
      await write(city, companyId)
    } finally {
      await sandboxes.crm.stop()
    }
    const crosswalk = createCrosswalk([row('crm', 'company', companyId), row('erp', 'company', partnerId)])
    return judgeRenderings(Object.values(sandboxes), crosswalk)
  }

  test('that goes out to another system was taken for an edit', async () => {
    expect(await heard('DELFT')).toMatchObject({
      rendered: 1,
      heard: [{ goldenId: 'g1', renderedBy: 'erp', writtenTo: 'crm', field: 'city', value: 'DELFT' }],
    })
  })

  test('that stays where it is was not', async () => expect((await heard('Leiden')).heard).toEqual([]))

  test('is an edit when a person typed it', async () => expect((await heard('DELFT', 'Delft')).heard).toEqual([]))
})

describe('what people took away', () => {
  const script = { rivalries: [], merges: [] }

  test('stays deleted unless it was restored', () => {
    const { crmId } = customer
    sandboxes.crm.remove('contact', crmId)
    const crosswalk = createCrosswalk([row('crm', 'contact', crmId, { isGone: true })])
    expect(removalsOf(sandboxes, script, crosswalk)).toMatchObject({
      deletes: 1,
      restores: 0,
      deleted: new Set(['crm g1']),
    })
    sandboxes.crm.restore('contact', crmId)
    expect(removalsOf(sandboxes, script, crosswalk)).toMatchObject({ deletes: 1, restores: 1, deleted: new Set() })
  })

  test('a merged contact must lead to the winner’s golden record', () => {
    const merges = [{ winnerId: '1', loserId: '2', atMs: 5 }]
    const winner = row('crm', 'contact', '1')
    const judged = (loser: Partial<CrosswalkRow>) =>
      removalsOf(sandboxes, { rivalries: [], merges }, createCrosswalk([winner, row('crm', 'contact', '2', loser)]))
    expect(judged({ aliasOf: '1' })).toMatchObject({ merges: 1, unmerged: [], mergedAtMs: new Map([['g1', 5]]) })
    expect(judged({ aliasOf: '1', goldenId: 'g2' }).unmerged).toHaveLength(1)
    expect(judged({}).unmerged).toHaveLength(1)
  })
})

test('a record counts as linked when the hub found it to be the same customer’s', () => {
  const [elsewhere] = customer.elsewhere
  expect(judgeLinks([customer, { elsewhere: customer.elsewhere, remotes: { erp: `${elsewhere?.id}0` } }])).toEqual({
    customers: 2,
    records: 2,
    linked: 1,
  })
})
