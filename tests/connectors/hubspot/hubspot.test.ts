import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '#model/json.ts'
import { nextFloor } from '../../../connectors/hubspot/changes.ts'
import hubspot from '../../../connectors/hubspot/connector.ts'
import { startSandbox, type HubspotSandbox } from '../../../connectors/hubspot/sandbox.ts'
import type { Settings } from '../../../connectors/hubspot/settings.ts'
import { pushItem } from '../fixtures.ts'
import { sandboxAccess, type SandboxAccess } from '../sandbox-access.ts'

let sandbox: HubspotSandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.close())

/** Creates a record as a person in HubSpot would; its id. */
function enter(object: 'contact' | 'company' | 'deal', properties: Record<string, string>): string {
  const written = sandbox.account.write(object, undefined, properties, 'person')
  if ('refused' in written) throw new Error(written.refused.message)
  return written.record.id
}

/** All that polls bring from a cursor until a round ends. */
async function pullAll(access: SandboxAccess<Settings>, object: string, from?: Json) {
  const ids: string[] = []
  let cursor = from
  for (let page = 0; page < 100; page++) {
    const pulled = await hubspot.pull?.changes?.(access, object, cursor)
    if (pulled?.ok !== true) throw new Error('not pulled')
    ids.push(...pulled.records.map(record => record.remoteId))
    cursor = pulled.cursor
    if (!pulled.more) return { ids, cursor, pages: page + 1 }
  }
  throw new Error('the poll does not end')
}

describe('reading', () => {
  it('asks for what mappings read, and shows associations with the primary one first', async () => {
    const first = enter('company', { name: 'First', domain: 'first.example' })
    const second = enter('company', { name: 'Second' })
    const id = enter('contact', { email: 'Reader@Example.com', firstname: 'Rea', jobtitle: 'Reader' })
    sandbox.account.associate({ object: 'contact', id }, { object: 'company', id: first }, 279, 'person')
    sandbox.account.associate({ object: 'contact', id }, { object: 'company', id: second }, 1, 'person')
    const access = sandboxAccess(hubspot, sandbox, { reads: ['properties', 'email', 'associations', 'company'] })
    const read = await hubspot.pull?.read?.(access, 'contact', [id, '999999'])
    expect(read).toMatchObject({
      ok: true,
      records: [
        {
          remoteId: id,
          state: { properties: { email: 'reader@example.com' }, associations: { company: [second, first] } },
        },
      ],
    })
    const state = read?.ok === true ? read.records[0]?.state : undefined
    expect(Object.keys(Object(state?.['properties']) as object)).not.toContain('jobtitle')
  })

  it('leaves out a record that was merged away, and reads the survivor', async () => {
    const survivor = enter('contact', { email: 'survivor@example.com' })
    const loser = enter('contact', { email: 'loser@example.com' })
    sandbox.account.merge('contact', survivor, loser, 'person')
    const access = sandboxAccess(hubspot, sandbox, { reads: ['email'] })
    expect(await hubspot.pull?.read?.(access, 'contact', [loser])).toEqual({ ok: true, records: [] })
    expect(await hubspot.pull?.read?.(access, 'contact', [survivor])).toMatchObject({
      records: [{ remoteId: survivor }],
    })
  })
})

describe('polling', () => {
  it('brings every record once it changed, whatever changes meanwhile', async () => {
    const ids = Array.from({ length: 23 }, (_, index) => enter('deal', { dealname: `Deal ${index}` }))
    const access = sandboxAccess(hubspot, sandbox, { reads: ['dealname'], settings: { pageSize: 5 } })
    const page = await hubspot.pull?.changes?.(access, 'deal', undefined)
    if (page?.ok !== true) throw new Error('not pulled')
    // The first one moves to the end of the list: pages by number would now skip one.
    const first = sandbox.account.records.get('deal', ids[0] ?? '')
    if (first !== undefined) sandbox.account.records.touch('deal', first)
    const rest = await pullAll(access, 'deal', page.cursor)
    const seen = new Set([...page.records.map(record => record.remoteId), ...rest.ids])
    expect(ids.filter(id => !seen.has(id))).toEqual([])
    expect(rest.ids.at(-1)).toBe(ids[0])
    const again = await pullAll(access, 'deal', rest.cursor)
    expect(again.ids).toEqual([ids[0]])
  })

  it('gets past more records of one time than a page holds', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => enter('company', { name: `Imported ${index}` }))
    for (const id of ids) {
      const record = sandbox.account.records.get('company', id)
      if (record !== undefined) record.properties['hs_lastmodifieddate'] = '2030-01-01T00:00:00.000Z'
    }
    const access = sandboxAccess(hubspot, sandbox, { reads: ['name'], settings: { pageSize: 5 } })
    const { ids: seen } = await pullAll(access, 'company')
    expect(ids.filter(id => !seen.includes(id))).toEqual([])
  })

  it('tells what was merged into a record that it brings', async () => {
    const survivor = enter('company', { name: 'Stays' })
    const losers = ['Goes', 'Goes too'].map(name => enter('company', { name }))
    for (const loser of losers) sandbox.account.merge('company', survivor, loser, 'person')
    const pulled = await hubspot.pull?.changes?.(
      sandboxAccess(hubspot, sandbox, { reads: ['name'] }),
      'company',
      undefined,
    )
    const merges = pulled?.ok === true ? pulled.records.filter(record => record.mergedInto !== undefined) : []
    expect(merges).toEqual(losers.map(remoteId => ({ remoteId, state: {}, mergedInto: survivor })))
  })

  it('reaches back by the lag of the search when a round has ended', () => {
    const page = { isFull: false, lastMs: 100_000, lastId: '7', overlapMs: 30_000 }
    expect(nextFloor({ floorMs: 50_000 }, page)).toEqual({ cursor: { floorMs: 70_000 }, more: false })
    expect(nextFloor({ floorMs: 90_000 }, page)).toEqual({ cursor: { floorMs: 90_000 }, more: false })
  })

  it('lists all ids, without those in the recycle bin', async () => {
    const access = sandboxAccess(hubspot, sandbox)
    const gone = enter('deal', { dealname: 'Gone' })
    sandbox.account.archive('deal', gone, 'person')
    const listed = await hubspot.pull?.ids?.(access, 'deal', undefined)
    expect(listed?.ok === true && listed.ids).toEqual(sandbox.records('deal').map(deal => deal['id']))
  })
})

describe('writing', () => {
  it('finds by its own id, then by mail address or domain, before a first create', async () => {
    const contact = enter('contact', { email: 'known@example.com' })
    const own = enter('contact', { email: 'own@example.com', patchbay_id: 'g-own' })
    const company = enter('company', { name: 'Known', domain: 'known.example' })
    const access = sandboxAccess(hubspot, sandbox)
    const queries = [
      { externalId: 'g-own', content: { email: 'known@example.com' } },
      { externalId: 'g-2', content: { email: 'Known@Example.com' } },
      { externalId: 'g-3', content: { email: 'nobody@example.com' } },
      { externalId: 'g-4', content: {} },
    ]
    expect(await hubspot.push?.find?.(access, 'contact', queries)).toEqual({
      ok: true,
      found: [[own], [contact], [], []],
    })
    const byDomain = [{ externalId: 'g-5', content: { domain: 'known.example' } }]
    expect(await hubspot.push?.find?.(access, 'company', byDomain)).toEqual({ ok: true, found: [[company]] })
  })

  it('writes the good items of a batch when one is refused, with marks and without', async () => {
    const access = sandboxAccess(hubspot, sandbox)
    const items = ['good-1', 'bad', 'good-2'].map(name =>
      pushItem({
        externalId: `g-${name}`,
        idempotencyKey: name,
        content: { email: name === 'bad' ? 'no address' : `${name}@example.com`, patchbay_id: `g-${name}` },
      }),
    )
    const outcomes = await hubspot.push?.upsert(access, 'contact', items)
    expect(outcomes?.map(outcome => outcome.kind)).toEqual(['delivered', 'rejected', 'delivered'])
    expect(outcomes?.[1]).toMatchObject({ field: 'email' })
  })

  it('moves the primary company, and takes associations off', async () => {
    const [one, two] = [enter('company', { name: 'One' }), enter('company', { name: 'Two' })]
    const access = sandboxAccess(hubspot, sandbox)
    const write = async (company: string | null) => {
      const content = { patchbay_id: 'g-mover', email: 'mover@example.com', 'association:company': company }
      return await hubspot.push?.upsert(access, 'contact', [
        pushItem({ externalId: 'g-mover', content, idempotencyKey: 'k', ...known }),
      ])
    }
    let known: { remoteId?: string } = {}
    const [created] = (await write(one)) ?? []
    if (created?.kind !== 'delivered') throw new Error('not created')
    known = { remoteId: created.remoteId }
    const contact = () => sandbox.records('contact').find(record => record['id'] === created.remoteId)
    expect(contact()).toMatchObject({ associatedcompanyid: one })
    await write(two)
    expect(contact()).toMatchObject({ associatedcompanyid: two })
    expect(await write(null)).toMatchObject([{ kind: 'delivered' }])
    expect(contact()).toMatchObject({ associatedcompanyid: '' })
    expect(sandbox.account.associations.others({ object: 'contact', id: created.remoteId }, 'company')).toEqual([])
  })

  it('takes off the contact that it had put there, and leaves those of people', async () => {
    const [ours, next, theirs] = ['ours', 'next', 'theirs'].map(name => enter('contact', { lastname: name }))
    const deal = enter('deal', { dealname: 'Association' })
    const place = { object: 'deal', id: deal } as const
    for (const id of [ours, theirs]) sandbox.account.associate(place, { object: 'contact', id: id ?? '' }, 3, 'person')
    const item = pushItem({
      externalId: 'g-deal',
      remoteId: deal,
      content: { 'association:contact': next ?? '' },
      sent: { 'association:contact': ours ?? '' },
      idempotencyKey: 'k',
    })
    expect(await hubspot.push?.upsert(sandboxAccess(hubspot, sandbox), 'deal', [item])).toMatchObject([
      { kind: 'delivered' },
    ])
    expect(sandbox.account.associations.others(place, 'contact').map(({ id }) => id)).toEqual([theirs, next])
  })

  it('says of a new record with a company that is gone that it exists', async () => {
    const access = sandboxAccess(hubspot, sandbox)
    const content = { patchbay_id: 'g-lost', 'association:company': '424242' }
    const item = pushItem({ externalId: 'g-lost', content, idempotencyKey: 'k' })
    expect(await hubspot.push?.upsert(access, 'contact', [item])).toMatchObject([{ kind: 'exists' }])
  })

  it('says at a check where the property for its own id is missing', async () => {
    const access = sandboxAccess(hubspot, sandbox, { settings: { idProperty: 'other_id' } })
    const checked = await hubspot.check?.(access)
    expect(checked).toMatchObject({ ok: true, detail: expect.stringContaining('contact: missing') as string })
    const ready = await hubspot.check?.(sandboxAccess(hubspot, sandbox))
    expect(ready).toMatchObject({ detail: expect.stringContaining('contact: ready') as string })
  })
})
