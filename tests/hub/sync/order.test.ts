import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import { remoteShard } from '#model/shard.ts'
import { startTestHub } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { createTestDatabase } from '../../support/postgres.ts'
import { type Scene, sceneOf, startScene } from '../scene.ts'

const YAML = `
systems:
  crm: { connector: crm, objects: { contact: {}, company: {} } }
  desk: { connector: desk, objects: { contact: {}, company: {} } }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: desk, object: contact }
  - { entity: account, system: desk, object: company }
`
const PERSON_IN = `{"person": {"email": mail, "givenName": first, "familyName": last, "jobTitle": job, "wechatUnionid": unionid,
  "emails": also ? [{"email": also}]}}`
const MAPPINGS = {
  'crm/contact.in': PERSON_IN,
  'desk/contact.in': PERSON_IN,
  'crm/company.in': '{"account": {"name": name, "email": mail, "taxId": tax}}',
  'crm/visit.in': '{"interaction": {"kind": "visit", "subject": subject}}',
  'crm/contact.out': '{"ext": $id, "mail": email, "first": givenName, "last": familyName, "job": jobTitle}',
  'desk/contact.out': '{"ext": $id, "mail": email, "name": $join([givenName, familyName], " "), "job": jobTitle}',
  'desk/company.out': '{"ext": $id, "name": name, "tax": taxId}',
}

describe('order, repeats and identity', () => {
  const crm = createMemoryVendor('crm')
  const desk = createMemoryVendor('desk')
  let scene: Scene

  beforeAll(async () => {
    scene = await startScene({ yaml: YAML, connectors: [crm.connector, desk.connector], mappings: MAPPINGS })
  })

  const inDesk = (mail: string) => [...desk.records.values()].filter(record => record['mail'] === mail)
  async function lastEvent(): Promise<{ state: string; reason: string | null; detail: unknown; id: string }> {
    const [event] = await scene.rows<{ state: string; reason: string | null; detail: unknown; id: string }>(
      'select id, state, reason, detail from event order by id desc limit 1',
    )
    if (event === undefined) throw new Error('there is no event')
    return event
  }
  const person = (id: string, data: object, more: object = {}) => ({ id, data, ...more })

  test('A, B, A without event ids keeps the last A', async () => {
    for (const first of ['Ann', 'Beth', 'Ann']) {
      await scene.post('crm', person('aba', { mail: 'aba@example.com', first }))
      await scene.calm()
    }
    expect(inDesk('aba@example.com')).toEqual([expect.objectContaining({ name: 'Ann' })])
  })

  test('an equal snapshot changes nothing and writes nothing', async () => {
    const writes = desk.writes.length + crm.writes.length
    await scene.post('crm', person('aba', { mail: 'aba@example.com', first: 'Ann' }))
    await scene.calm()
    expect(await lastEvent()).toMatchObject({ state: 'processed', reason: expect.any(String) })
    expect(desk.writes.length + crm.writes.length).toBe(writes)
  })

  test('a fact is taken once within ten minutes, and another one beside it', async () => {
    const visit = (subject: string) => ({ object: 'visit', type: 'visit', kind: 'fact', data: { subject } })
    await scene.post('crm', [visit('fair'), visit('fair'), visit('shop')])
    await scene.post('crm', visit('fair'))
    await scene.calm()
    const ends = await scene.rows<{ state: string; reason: string | null }>(
      `select state, reason from event where object = 'visit' order by id`,
    )
    expect(ends.map(end => end.reason ?? end.state)).toEqual(['processed', 'duplicate', 'processed', 'duplicate'])
  })

  test('the same event id is processed once, also within one request', async () => {
    const event = person('once', { mail: 'once@example.com', first: 'On', last: 'Ce' }, { eventId: 'once-1' })
    await scene.post('crm', [event, event])
    await scene.post('crm', event)
    await scene.calm()
    const ends = await scene.rows<{
      state: string
      reason: string | null
      detail: { first: string } | null
      id: string
    }>(`select id, state, reason, detail from event where vendor_event_id = 'once-1' order by id`)
    expect(ends.map(end => end.reason ?? end.state)).toEqual(['processed', 'duplicate', 'duplicate'])
    expect(ends.slice(1).map(end => end.detail?.first)).toEqual([ends[0]?.id, ends[0]?.id])
  })

  test('an older version never overwrites a newer one, whatever the times say', async () => {
    await scene.post(
      'crm',
      person('v', { mail: 'v@example.com', first: 'New' }, { version: '10', at: '2026-11-01T00:00:00Z' }),
    )
    await scene.post(
      'crm',
      person('v', { mail: 'v@example.com', first: 'Old' }, { version: '9', at: '2026-11-02T00:00:00Z' }),
    )
    await scene.calm()
    expect(inDesk('v@example.com')).toEqual([expect.objectContaining({ name: 'New' })])
  })

  test('a late older statement adds what is new and takes nothing back', async () => {
    await scene.post('crm', person('late', { mail: 'late@example.com', first: 'Now' }, { at: '2026-11-05T00:00:00Z' }))
    await scene.post(
      'crm',
      person('late', { mail: 'late@example.com', first: 'Then', job: 'Buyer' }, { at: '2026-11-04T00:00:00Z' }),
    )
    await scene.calm()
    expect(inDesk('late@example.com')).toEqual([expect.objectContaining({ name: 'Now', job: 'Buyer' })])
  })

  test('a time in the future counts as the time of receipt', async () => {
    await scene.post(
      'crm',
      person('future', { mail: 'future@example.com', first: 'Far' }, { at: '2099-01-01T00:00:00Z' }),
    )
    await scene.calm()
    await scene.post('crm', person('future', { mail: 'future@example.com', first: 'Near' }))
    await scene.calm()
    expect(inDesk('future@example.com')).toEqual([expect.objectContaining({ name: 'Near' })])
  })

  test('a delete withdraws, an older statement does not bring back, a restore does', async () => {
    const ends = async (): Promise<unknown> =>
      scene.rows(`select d.system, d.state, d.reason from delivery d join remote_record r on r.golden_id = d.golden_id
        where r.remote_id = 'del' and r.system = 'crm' order by d.system`)
    await scene.post('crm', person('del', { mail: 'del@example.com', first: 'Del' }, { at: '2026-11-01T00:00:00Z' }))
    await scene.calm()
    await scene.post('crm', { id: 'del', kind: 'delete', type: 'contact.deleted', at: '2026-11-03T00:00:00Z' })
    await scene.calm()
    expect(await ends()).toEqual([
      { system: 'crm', state: 'frozen', reason: 'source_deleted' },
      { system: 'desk', state: 'frozen', reason: 'source_deleted' },
    ])
    expect(inDesk('del@example.com')).toHaveLength(1)

    await scene.post('crm', person('del', { mail: 'del@example.com', first: 'Older' }, { at: '2026-11-02T00:00:00Z' }))
    await scene.calm()
    expect(await lastEvent()).toMatchObject({ state: 'processed', reason: 'deleted_before' })
    const [golden] = await scene.rows<{ state: string }>(
      `select g.state from golden_record g join remote_record r on r.golden_id = g.id where r.remote_id = 'del'`,
    )
    expect(golden?.state).toBe('withdrawn')

    const restore = { kind: 'restore', type: 'contact.restored', at: '2026-11-04T00:00:00Z' }
    await scene.post('crm', person('del', { mail: 'del@example.com', first: 'Back' }, restore))
    await scene.calm()
    expect(inDesk('del@example.com')).toEqual([expect.objectContaining({ name: 'Back' })])
    expect(await ends()).toEqual([
      { system: 'crm', state: 'synced', reason: null },
      { system: 'desk', state: 'synced', reason: null },
    ])
  })

  test('a delete that is older than what was said since is no delete', async () => {
    await scene.post('crm', person('alive', { mail: 'alive@example.com', first: 'Al' }, { at: '2026-11-03T00:00:00Z' }))
    await scene.post('crm', { id: 'alive', kind: 'delete', type: 'contact.deleted', at: '2026-11-02T00:00:00Z' })
    await scene.calm()
    expect(await lastEvent()).toMatchObject({ state: 'ignored', reason: 'older' })
    expect(inDesk('alive@example.com')).toHaveLength(1)
  })

  test("a vendor's merge makes one customer and one alias", async () => {
    await scene.post('crm', person('win', { mail: 'win@example.com', first: 'Win', last: 'Ner' }))
    await scene.post('crm', person('lose', { mail: 'lose@example.com', first: 'Lo', last: 'Ser' }))
    await scene.post('desk', person('d-lose', { mail: 'lose@example.com', first: 'Lo', last: 'Ser' }))
    await scene.calm()
    await scene.post('crm', { id: 'lose', kind: 'merge', type: 'contact.merged', mergedInto: 'win' })
    await scene.calm()
    const records = await scene.rows<{
      remote_id: string
      golden_id: string
      is_primary: boolean
      alias_of: string | null
    }>(
      `select remote_id, golden_id, is_primary, alias_of from remote_record where remote_id in ('win', 'lose', 'd-lose') order by remote_id`,
    )
    expect(new Set(records.map(record => record.golden_id)).size).toBe(1)
    expect(records).toMatchObject([
      { remote_id: 'd-lose' },
      { remote_id: 'lose', is_primary: false, alias_of: 'win' },
      { remote_id: 'win', is_primary: true, alias_of: null },
    ])
    const causes = await scene.rows<{ cause: string }>('select cause from merge_log')
    expect(causes).toEqual([{ cause: 'vendor_merge' }])
    const crmWrites = crm.writes.length
    await scene.post('desk', person('d-lose', { mail: 'lose@example.com', first: 'Lo', last: 'Ser', job: 'Chief' }))
    await scene.calm()
    expect(crm.writes.slice(crmWrites).map(write => write.item.remoteId)).toEqual(['win'])
  })

  test('a bridging key merges two customers, moves their records and ends one delivery', async () => {
    await scene.post('crm', [
      person('m1', { mail: 'one@example.com', first: 'One', last: 'Bridge' }),
      person('m2', { mail: 'two@example.com', first: 'Two', last: 'Bridge' }),
    ])
    await scene.calm()
    expect(inDesk('one@example.com').length + inDesk('two@example.com').length).toBe(2)
    await scene.post(
      'crm',
      person('m3', { mail: 'one@example.com', also: 'two@example.com', first: 'One', last: 'Bridge' }),
    )
    await scene.calm()
    const records = await scene.rows<{ system: string; golden_id: string; primaries: number; records: number }>(`
      select system, golden_id, count(*)::int as records, (count(*) filter (where is_primary))::int as primaries from remote_record
      where golden_id in (select golden_id from remote_record where remote_id in ('m1', 'm2', 'm3')) group by system, golden_id order by system`)
    expect(records).toEqual([
      { system: 'crm', golden_id: records[0]?.golden_id, records: 3, primaries: 1 },
      { system: 'desk', golden_id: records[0]?.golden_id, records: 2, primaries: 1 },
    ])
    const ended = await scene.rows<{ state: string; reason: string }>(
      `select d.state, d.reason from delivery d join golden_record g on g.id = d.golden_id and g.merged_into = '${records[0]?.golden_id}'`,
    )
    expect(ended).toEqual([
      { state: 'absent', reason: 'merged' },
      { state: 'absent', reason: 'merged' },
    ])
  })

  test('two tax ids on one mail are asked about and not merged', async () => {
    const company = (id: string, tax: string) => ({
      object: 'company',
      id,
      data: { name: id, mail: 'zhang@acme.example', tax },
    })
    await scene.post('crm', [company('acme-1', '91310000607229357W'), company('acme-2', '91440300708461136T')])
    await scene.calm()
    const goldens = await scene.rows<{ golden_id: string }>(
      `select distinct golden_id from remote_record where remote_id in ('acme-1', 'acme-2')`,
    )
    expect(goldens).toHaveLength(2)
    const [review] = await scene.rows<{ kind: string; state: string; evidence: { kind: string } }>(
      `select kind, state, evidence from review where entity = 'account'`,
    )
    expect(review).toMatchObject({ kind: 'conflicting_keys', state: 'open', evidence: { kind: 'taxId' } })
  })

  test('two WeChat unionids on one mail are asked about and not merged', async () => {
    await scene.post(
      'crm',
      person('wx1', { mail: 'wx@example.com', first: 'W', unionid: 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M' }),
    )
    await scene.calm()
    await scene.post(
      'desk',
      person('wx2', { mail: 'wx@example.com', first: 'W', unionid: 'o6_bmjrPTlm6_2sgVt7hMZOPfXXX' }),
    )
    await scene.calm()
    const goldens = await scene.rows<{ golden_id: string }>(
      `select distinct golden_id from remote_record where remote_id in ('wx1', 'wx2')`,
    )
    expect(goldens).toHaveLength(2)
    expect(await scene.rows(`select kind from review where entity = 'person'`)).toEqual([{ kind: 'conflicting_keys' }])
  })

  test('a key that a record gave up goes to another of the same batch', async () => {
    await scene.post('crm', person('k1', { mail: 'shared@example.com', first: 'K', last: 'One' }))
    await scene.calm()
    // Records of one shard are resolved in one batch; between shards there is no order.
    const { shards } = scene.hub.config.limits
    const shardOf = (id: string): number => remoteShard('crm', 'contact', id, shards)
    const k2 =
      Array.from({ length: 1_000 }, (_, index) => `k2-${index}`).find(id => shardOf(id) === shardOf('k1')) ?? ''
    await scene.post('crm', [
      person('k1', { mail: 'own@example.com', first: 'K', last: 'One' }),
      person(k2, { mail: 'shared@example.com', first: 'K', last: 'Two' }),
    ])
    await scene.calm()
    const owners = await scene.rows<{ value: string; remote_id: string }>(`
      select i.value, r.remote_id from identity_key i join remote_record r on r.golden_id = i.golden_id and r.system = 'crm'
      where i.value in ('shared@example.com', 'own@example.com') order by i.value`)
    expect(owners).toEqual([
      { value: 'own@example.com', remote_id: 'k1' },
      { value: 'shared@example.com', remote_id: k2 },
    ])
  })
})

describe('replay', () => {
  test('a dead event is processed after its mapping was corrected, and a replay of what is right changes nothing', async () => {
    const crm = createMemoryVendor('crm')
    const desk = createMemoryVendor('desk')
    const connectors = [crm.connector, desk.connector]
    const db = await createTestDatabase()
    const broken = await startTestHub({
      databaseUrl: db.url,
      yaml: YAML,
      connectors,
      mappings: { ...MAPPINGS, 'crm/contact.in': '{"person": {"email": $lowercase(5)}}' },
    })
    const before = sceneOf(broken, db)
    await before.post('crm', { id: 'r1', eventId: 'r1', data: { mail: 'r1@example.com', first: 'Re' } })
    await before.calm()
    const [dead] = await before.rows<{ id: string; state: string; reason: string; detail: object }>(
      'select id, state, reason, detail from event',
    )
    expect(dead).toMatchObject({ state: 'dead', reason: 'mapping_failed', detail: { mapping: 'crm/contact.in' } })
    await broken.stop()

    const scene = await startScene({ yaml: YAML, connectors, mappings: MAPPINGS }, db)
    const actions = createActions(scene.hub)
    expect(await actions.replayEvents([dead?.id ?? ''])).toBe(1)
    await scene.calm()
    expect([...desk.records.values()]).toEqual([expect.objectContaining({ mail: 'r1@example.com' })])
    const writes = desk.writes.length
    await actions.replayEvents([dead?.id ?? ''])
    await scene.calm()
    expect(await scene.rows('select state, run from event where id is not null')).toEqual([
      { state: 'processed', run: 2 },
    ])
    expect(desk.writes.length).toBe(writes)
  })
})
