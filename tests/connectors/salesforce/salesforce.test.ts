import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { textAt } from '#connector/reply-path.ts'
import type { Json } from '#model/json.ts'
import salesforce from '../../../connectors/salesforce/connector.ts'
import { longId } from '../../../connectors/salesforce/record-id.ts'
import { startSandbox, type SalesforceSandbox } from '../../../connectors/salesforce/sandbox.ts'
import { item } from '../../support/access.ts'
import { pullAll } from '../../support/pull-all.ts'
import { sandboxAccess } from '../sandbox-access.ts'

/** The connector against its sandbox, over real HTTP, through the hub's own client. */
const { push, pull } = salesforce
if (push?.find === undefined || pull?.changes === undefined || pull.read === undefined || pull.ids === undefined)
  throw new Error('the connector lost a part')
const { upsert, find } = push
const { changes, read, ids } = pull
let sandbox: SalesforceSandbox
let nowMs = Date.parse('2026-11-21T10:00:00Z')
beforeEach(async () => {
  sandbox = await startSandbox({ nowMs: () => nowMs })
})
afterEach(() => sandbox.close())

const access = (settings = {}) => ({ ...sandboxAccess(salesforce, sandbox, { settings }), nowMs: () => nowMs })
const contact = (n: number, more = {}) => item(`g-${n}`, { LastName: `Name ${n}`, Email: `p${n}@example.com`, ...more })
const idOf = (n: number) =>
  textAt(
    sandbox.records('Contact').find(one => one['Hub_Id__c'] === `g-${n}`),
    'Id',
  ) ?? ''

const pullRound = (from?: Json, object = 'Contact') =>
  pullAll(cursor => changes(access(), object, cursor), { from, pagesMax: 20 })

describe('writes', () => {
  it('makes and changes 200 records in one call each', async () => {
    const given = access()
    const items = Array.from({ length: 200 }, (_, n) => contact(n))
    const made = await upsert(given, 'Contact', items)
    expect(made.every(outcome => outcome.kind === 'delivered')).toBe(true)
    const changed = items.map((one, n) => ({ ...one, remoteId: idOf(n), changed: { Phone: '+49 30 1' } }))
    await upsert(given, 'Contact', changed)
    expect(sandbox.calls.map(call => call.path.split('/').slice(4).join('/'))).toEqual([
      'composite/sobjects/Contact/Hub_Id__c',
      'composite/sobjects',
    ])
    expect(sandbox.records('Contact')).toHaveLength(200)
    expect(sandbox.records('Contact')[7]).toMatchObject({ LastName: 'Name 7', Phone: '+49 30 1' })
  })

  it('makes no second record when a reply was lost', async () => {
    sandbox.answerNext({ status: 503, json: [{ errorCode: 'SERVER_UNAVAILABLE', message: 'later' }] })
    const given = access()
    expect(await upsert(given, 'Contact', [contact(1)])).toMatchObject([{ kind: 'retry' }])
    await upsert(given, 'Contact', [contact(1)])
    expect(await upsert(given, 'Contact', [contact(1)])).toMatchObject([{ kind: 'delivered', remoteId: idOf(1) }])
    expect(sandbox.records('Contact')).toHaveLength(1)
  })

  it('takes the records of a call for as old as its answer, by the clock of Salesforce', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000
    const outcomes = await upsert(access(), 'Contact', [contact(1), contact(2)])
    for (const outcome of outcomes) {
      if (outcome.kind !== 'delivered') throw new Error(outcome.kind)
      expect(outcome.modifiedAtMs).toBeGreaterThanOrEqual(before)
    }
  })

  it('signs in once, again when the session ended, and by JWT as well', async () => {
    const given = access()
    await upsert(given, 'Contact', [contact(1)])
    sandbox.expireSessions()
    expect(await upsert(given, 'Contact', [contact(1)])).toMatchObject([{ kind: 'delivered' }])
    expect(given.calls.filter(call => call.url.endsWith('/oauth2/token'))).toHaveLength(2)
    const jwt = access({ auth: { type: 'jwt', username: sandbox.username } })
    expect(await upsert(jwt, 'Contact', [contact(1)])).toMatchObject([{ kind: 'delivered' }])
    const stranger = access({ auth: { type: 'jwt', username: 'nobody@example.com' } })
    expect(await upsert(stranger, 'Contact', [contact(1)])).toMatchObject([{ kind: 'disconnected' }])
    const keyless = { ...jwt, tokens: access().tokens, secrets: { ...jwt.secrets, privateKey: ['no key'] } }
    expect(await upsert(keyless, 'Contact', [contact(1)])).toMatchObject([
      { kind: 'disconnected', reason: 'the secret "privateKey" is no RSA private key in PEM form' },
    ])
  })

  it('writes more linked records than one composite request holds, and no record without them', async () => {
    const given = access()
    await upsert(
      given,
      'Contact',
      Array.from({ length: 30 }, (_, n) => contact(n)),
    )
    const role = (n: number, contactId: string) => ({
      attributes: { type: 'OpportunityContactRole' },
      Hub_Id__c: `o/${n}`,
      OpportunityId: '@{parent.id}',
      ContactId: contactId,
    })
    const fields = { Name: 'Big deal', StageName: 'Prospecting', CloseDate: '2026-12-31' }
    const bad = { ...fields, OpportunityContactRoles: { records: [role(0, '0035g0000009999AAA')] } }
    expect(await upsert(given, 'Opportunity', [item('g-o', bad)])).toMatchObject([
      { kind: 'rejected', reason: expect.stringContaining('INVALID_CROSS_REFERENCE_KEY') as string },
    ])
    expect(sandbox.records('Opportunity')).toEqual([])
    const records = Array.from({ length: 30 }, (_, n) => role(n, idOf(n)))
    const deal = item('g-o', { ...fields, OpportunityContactRoles: { records } })
    const [made] = await upsert(given, 'Opportunity', [deal])
    expect(made).toMatchObject({ kind: 'delivered' })
    const opportunityId = made?.kind === 'delivered' ? made.remoteId : ''
    const again = { ...deal, remoteId: opportunityId, changed: { Amount: 5, OpportunityContactRoles: { records } } }
    expect(await upsert(given, 'Opportunity', [again])).toMatchObject([{ kind: 'delivered', remoteId: opportunityId }])
    expect(sandbox.records('Opportunity')).toMatchObject([{ Name: 'Big deal', Amount: 5 }])
    const roles = sandbox.records('OpportunityContactRole')
    expect(roles).toHaveLength(30)
    expect(new Set(roles.map(one => one['OpportunityId']))).toEqual(new Set([opportunityId]))
  })

  it('finds by external id before anything else, never a converted lead, and quotes what it asks for', async () => {
    const lead = { LastName: "O'Neil\\", Company: 'X', Email: "o'neil@example.com" }
    const converted = sandbox.org.create('Lead', lead)
    if (!converted.ok) throw new Error(converted.message)
    Object.assign(sandbox.org.record('Lead', converted.id) ?? {}, { IsConverted: true })
    const open = sandbox.org.create('Lead', lead)
    const ours = sandbox.org.create('Lead', { ...lead, Hub_Id__c: 'g-1' })
    if (!open.ok || !ours.ok) throw new Error('not made')
    const content = { Email: "O'NEIL@example.com" }
    const found = await find(access(), 'Lead', [
      { externalId: 'g-1', content },
      { externalId: 'g-2', content },
      { externalId: 'g-3', content: { Email: 'nobody@example.com' } },
      { externalId: 'g-4', content: {} },
    ])
    expect(found).toEqual({ ok: true, found: [[ours.id], [open.id, ours.id], [], []] })
  })
})

it('proves its credentials and tells where the field for our id is missing', async () => {
  const ready = await salesforce.check?.(access())
  expect(ready).toMatchObject({ ok: true, detail: expect.stringContaining('Hub_Id__c of Account: ready') as string })
  const without = await salesforce.check?.(access({ objects: { Contact: { externalIdField: 'Other__c' } } }))
  expect(without).toMatchObject({ detail: expect.stringContaining('Contact: missing') as string })
  const stranger = { ...access(), secrets: { clientId: ['who'], clientSecret: ['wrong'] } }
  expect(await salesforce.check?.(stranger)).toMatchObject({ ok: false })
})

describe('reads', () => {
  it('pulls page by page though many records changed in one second, and goes on from where it stood', async () => {
    const given = access()
    await upsert(
      given,
      'Contact',
      Array.from({ length: 7 }, (_, n) => contact(n)),
    )
    sandbox.rowsPerPage = 3
    const first = await pullRound()
    expect(first.records.map(record => record.remoteId)).toEqual(Array.from({ length: 7 }, (_, n) => idOf(n)))
    expect(first.records[0]).toMatchObject({ modifiedAtMs: nowMs, state: { Hub_Id__c: 'g-0', CurrencyIsoCode: 'EUR' } })
    expect(first.pages).toBe(3)
    nowMs += 3_600_000
    await upsert(given, 'Contact', [{ ...contact(2), remoteId: idOf(2), changed: { Phone: '1' } }])
    const second = await pullRound(first.cursor)
    // The records of the last minute come again: a change may have become visible late.
    expect(second.records).toHaveLength(7)
    const third = await pullRound(second.cursor)
    expect(third.records.map(record => record.state['Hub_Id__c'])).toEqual(['g-2'])
  })

  it('tells deleted records, and into which one a merged one went', async () => {
    const given = access()
    await upsert(given, 'Contact', [contact(1), contact(2), contact(3)])
    const [winner, loser, deleted] = [idOf(1), idOf(2), idOf(3)]
    sandbox.org.merge('Contact', winner, loser)
    await push?.delete?.(given, 'Contact', [{ ...contact(3), remoteId: deleted }], 'delete')
    const { records } = await pullRound()
    const shown = records.map(({ remoteId, deleted: isDeleted, mergedInto }) => ({ remoteId, isDeleted, mergedInto }))
    expect(shown).toEqual([
      { remoteId: winner, isDeleted: undefined, mergedInto: undefined },
      { remoteId: loser, isDeleted: true, mergedInto: winner },
      { remoteId: deleted, isDeleted: true, mergedInto: undefined },
    ])
    expect(await ids(given, 'Contact', undefined)).toMatchObject({ ok: true, ids: [winner], more: false })
  })

  it('reads by ids of either length, with the custom fields that a mapping reads', async () => {
    const given = access()
    await upsert(given, 'Contact', [contact(1, { Level__c: 'gold' })])
    const id = idOf(1)
    const names = new Set(['Level__c', 'Email', 'whatever'])
    const result = await read({ ...given, namesRead: () => names }, 'Contact', [id.slice(0, 15), '0035g0000009999AAA'])
    expect(result).toMatchObject({ ok: true, records: [{ remoteId: id, state: { Level__c: 'gold' } }] })
    expect(longId(id.slice(0, 15))).toBe(id)
    expect(longId('0035g00000AbCdE')).toBe('0035g00000AbCdEAAV')
  })

  it('says which field is not there', async () => {
    const wrong = access({ objects: { Contact: { moreFields: ['Nonsense'] } } })
    expect(await changes(wrong, 'Contact', undefined)).toMatchObject({
      ok: false,
      outcome: { kind: 'rejected', reason: expect.stringContaining("No such column 'Nonsense'") as string },
    })
  })
})
