import { beforeAll, describe, expect, test } from 'vitest'
import { createActions } from '#app/actions.ts'
import type { ConsoleActions } from '#console/actions/actions.ts'
import { until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { type Scene, startScene } from '../scene.ts'

const YAML = `
systems:
  crm: { connector: crm, objects: { contact: {}, order: {} } }
  desk: { connector: desk, objects: { contact: {} } }
routes:
  - { entity: person, system: crm, object: contact }
  - { entity: person, system: desk, object: contact }
`
const PERSON_IN = `{"person": {"email": mail, "givenName": first, "jobTitle": job, "tags": tags,
  "emails": also ? [{"email": also}]}}`
const MAPPINGS = {
  'crm/contact.in': PERSON_IN,
  'desk/contact.in': PERSON_IN,
  'crm/order.in': '{"order": {"number": number, "person": {"$ref": {"object": "contact", "id": buyer}}}}',
  'crm/contact.out': '{"ext": $id, "mail": email, "first": givenName, "job": jobTitle}',
  'desk/contact.out': '{"ext": $id, "mail": email, "first": givenName, "job": jobTitle}',
}
const BY = 'sam'

describe('what people do to customers', () => {
  const crm = createMemoryVendor('crm', { batchMax: 1 })
  const desk = createMemoryVendor('desk')
  let scene: Scene
  let acts: ConsoleActions

  beforeAll(async () => {
    scene = await startScene({ yaml: YAML, connectors: [crm.connector, desk.connector], mappings: MAPPINGS })
    acts = createActions(scene.hub)
  })

  interface Remote {
    golden_id: string
    is_primary: boolean
    state: string
    fields: Record<string, unknown>
    merged_into: string | null
    version: number
  }
  async function remote(id: string, system = 'crm'): Promise<Remote> {
    const [found] = await scene.rows<Remote>(`
      select r.golden_id, r.is_primary, g.state, g.fields, g.merged_into, g.version from remote_record r left join golden_record g on g.id = r.golden_id
      where r.remote_id = '${id}' and r.system = '${system}'`)
    if (found === undefined) throw new Error(`there is no ${system} ${id}`)
    return found
  }
  /** Desk's record of the customer that a CRM contact belongs to. */
  async function inDesk(id: string) {
    const { golden_id } = await remote(id)
    return [...desk.records.values()].filter(record => record['ext'] === golden_id)
  }
  async function say(system: string, id: string, data: object, more: object = {}): Promise<void> {
    await scene.post(system, { id, data, ...more })
    await scene.calm()
  }
  /** Whatever happened, each place of a customer has exactly one primary remote record among its living ones. */
  async function expectOnePrimary(): Promise<void> {
    const wrong = await scene.rows(`
      select golden_id, system, object from remote_record where golden_id is not null group by 1, 2, 3
      having count(*) filter (where is_primary) <> least(1, count(*) filter (where tombstone_at is null and alias_of is null))
        or bool_or(is_primary and (tombstone_at is not null or alias_of is not null))`)
    expect(wrong).toEqual([])
  }
  async function mergeOf(loserId: string): Promise<string> {
    const [log] = await scene.rows<{ id: string }>(
      `select id from merge_log where loser_id = '${loserId}' and undone_at is null`,
    )
    return log?.id ?? 'none'
  }

  test('a record whose first write was under way when a merge brought an older one is the primary one', async () => {
    const gate = Promise.withResolvers<undefined>()
    await acts.pauseSystem('crm', 'a test', BY)
    for (const id of ['older', 'written']) {
      await scene.post('crm', { id, data: { mail: `${id}@example.com`, first: 'Ana' } })
      await until(
        () => scene.rows(`select 1 from remote_record where remote_id = '${id}' and golden_id is not null`),
        rows => rows.length === 1,
      )
    }
    const [loser, winner] = [await remote('older'), await remote('written')]
    await acts.stewardSet({ goldenId: loser.golden_id, fields: { jobTitle: 'Chief' }, by: BY })
    await acts.stewardSet({ goldenId: winner.golden_id, fields: { jobTitle: 'Clerk' }, by: BY })
    crm.answer = (_object, { remoteId }) =>
      remoteId === 'written' ? gate.promise : { kind: 'retry', reason: 'busy', retryAfterMs: 60_000 }
    await acts.resumeSystem('crm', BY)
    await until(
      () => scene.rows(`select 1 from delivery where system = 'crm' and (lease_by is not null or state = 'retrying')`),
      rows => rows.length === 2 && crm.writes.some(({ item }) => item.remoteId === 'written'),
    )
    await acts.mergeCustomers({ winnerId: winner.golden_id, loserId: loser.golden_id, by: BY })
    crm.answer = () => undefined
    gate.resolve(undefined)
    await scene.calm()
    expect([await remote('older'), await remote('written')]).toMatchObject([
      { is_primary: false },
      { is_primary: true },
    ])
    await expectOnePrimary()
  })

  test("a steward's value wins over newer statements, until it is released", async () => {
    await say('crm', 's1', { mail: 's1@example.com', first: 'Ana', job: 'Clerk' })
    const { golden_id: goldenId } = await remote('s1')
    expect(await acts.stewardSet({ goldenId, fields: { jobTitle: 'Chief' }, by: BY })).toEqual({
      ok: true,
      set: ['jobTitle'],
    })
    await scene.calm()
    expect(await inDesk('s1')).toMatchObject([{ job: 'Chief' }])
    await say('crm', 's1', { mail: 's1@example.com', first: 'Ana', job: 'Head' })
    expect(await inDesk('s1')).toMatchObject([{ job: 'Chief' }])
    expect(await acts.stewardRelease({ goldenId, by: BY })).toEqual({ ok: true, released: ['jobTitle'] })
    await scene.calm()
    expect(await inDesk('s1')).toMatchObject([{ job: 'Head' }])
    const audited = await scene.rows<{ action: string; detail: object }>(
      `select action, detail from audit where target = '${goldenId}' order by id`,
    )
    expect(audited).toEqual([
      { action: 'steward.set', detail: { fields: ['jobTitle'] } },
      { action: 'steward.release', detail: { fields: ['jobTitle'] } },
    ])
    const causes = await scene.rows<{ cause: string }>(
      `select distinct cause from delivery where golden_id = '${goldenId}'`,
    )
    expect(causes).toEqual([{ cause: 'person:sam' }])
  })

  test('a steward sets what the model knows, of a customer that is there, and no consents', async () => {
    const { golden_id: goldenId } = await remote('s1')
    const refused = async (fields: Record<string, unknown>, id = goldenId) => {
      const result = await acts.stewardSet({ goldenId: id, fields: JSON.parse(JSON.stringify(fields)), by: BY })
      return result.ok ? 'set' : result.code
    }
    expect(await refused({ shoeSize: 44 })).toBe('request_invalid')
    expect(await refused({ email: 'no mail' })).toBe('request_invalid')
    expect(await refused({ consents: [] })).toBe('request_invalid')
    expect(await refused({})).toBe('request_invalid')
    expect(await refused({ jobTitle: 'x' }, '01900000-0000-7000-8000-000000000000')).toBe('not_found')
  })

  describe('merge and unmerge', () => {
    test('a preview tells what the merge then does', async () => {
      await say('crm', 'w1', { mail: 'w1@example.com', first: 'Win', tags: ['a'] })
      await say('crm', 'l1', { mail: 'l1@example.com', first: 'Lose', job: 'Smith', tags: ['b'] })
      await say('crm', 'o1', { number: 'N1', buyer: 'l1' }, { object: 'order' })
      const [winnerId, loserId] = [(await remote('w1')).golden_id, (await remote('l1')).golden_id]
      const looked = await acts.mergeCustomers({ winnerId, loserId, dryRun: true, by: BY })
      if (!looked.ok) throw new Error(looked.message)
      expect((await remote('l1')).golden_id).toBe(loserId)
      const done = await acts.mergeCustomers({ winnerId, loserId, by: BY })
      await scene.calm()
      expect(done).toMatchObject({ ok: true, preview: looked.preview })
      const merged = await remote('l1')
      expect(merged).toMatchObject({ golden_id: winnerId, is_primary: false })
      expect(looked.preview.merged.fields).toMatchObject({ givenName: 'Lose', jobTitle: 'Smith', tags: ['a', 'b'] })
      expect(merged.fields).toMatchObject(looked.preview.merged.fields)
      expect(looked.preview.winner.fields).toMatchObject({ givenName: 'Win', tags: ['a'] })
      expect(looked.preview.remoteRecords.filter(row => row.isDuplicate).map(row => row.remoteId)).toHaveLength(2)
      const primary = looked.preview.remoteRecords.filter(row => row.isPrimary)
      for (const row of primary) expect((await remote(row.remoteId, row.system)).is_primary).toBe(true)
      expect(await inDesk('w1')).toMatchObject([{ first: 'Lose', job: 'Smith' }])
      await expectOnePrimary()
      const audited = await scene.rows(`select actor, action from audit where target = '${winnerId}'`)
      expect(audited).toEqual([{ actor: BY, action: 'customer.merge' }])
    })

    test('an unmerge restores golden ids, remote records, keys, links, and what each said meanwhile', async () => {
      const winnerId = (await remote('w1')).golden_id
      const [{ loser_id: loserId } = { loser_id: '' }] = await scene.rows<{ loser_id: string }>(
        `select loser_id from merge_log where winner_id = '${winnerId}'`,
      )
      // Both are edited while they are one customer.
      await say('crm', 'l1', { mail: 'l1@example.com', first: 'Lose', job: 'Baker', tags: ['b', 'c'] })
      await say('crm', 'w1', { mail: 'w1@example.com', first: 'Winner', tags: ['a'] })
      expect((await remote('w1')).fields).toMatchObject({ givenName: 'Winner', jobTitle: 'Baker' })
      const undone = await acts.unmerge({ mergeId: await mergeOf(loserId), by: BY })
      expect(undone).toMatchObject({ ok: true, goldenId: loserId, fromId: winnerId, remoteRecords: 2 })
      await scene.calm()
      expect(await remote('w1')).toMatchObject({ golden_id: winnerId, is_primary: true, state: 'active' })
      expect(await remote('l1')).toMatchObject({
        golden_id: loserId,
        is_primary: true,
        state: 'active',
        merged_into: null,
      })
      expect((await remote('w1')).fields).toEqual({ email: 'w1@example.com', givenName: 'Winner', tags: ['a'] })
      expect((await remote('l1')).fields).toEqual({
        email: 'l1@example.com',
        givenName: 'Lose',
        jobTitle: 'Baker',
        tags: ['b', 'c'],
      })
      const links = await scene.rows(`select to_id from golden_link where target like '%l1'`)
      expect(links).toEqual([{ to_id: loserId }])
      const keys = await scene.rows<{ value: string; golden_id: string }>(
        `select value, golden_id from identity_key where golden_id in ('${winnerId}', '${loserId}') order by value`,
      )
      expect(keys).toEqual([
        { value: 'l1@example.com', golden_id: loserId },
        { value: 'w1@example.com', golden_id: winnerId },
      ])
      expect(await inDesk('l1')).toMatchObject([{ mail: 'l1@example.com', first: 'Lose', job: 'Baker' }])
      expect(await inDesk('w1')).toMatchObject([{ mail: 'w1@example.com', first: 'Winner' }])
      await expectOnePrimary()
    })

    test('a merge made by rule is undone too, and what it was made by does not make it again', async () => {
      await say('crm', 'k1', { mail: 'k1@example.com', first: 'One' })
      await say('crm', 'k2', { mail: 'k2@example.com', first: 'Two' })
      const [one, two] = [(await remote('k1')).golden_id, (await remote('k2')).golden_id]
      await say('crm', 'k2', { mail: 'k2@example.com', also: 'k1@example.com', first: 'Two' })
      expect((await remote('k2')).golden_id).toBe(one)
      expect(await acts.unmerge({ mergeId: await mergeOf(two), by: BY })).toMatchObject({ ok: true })
      await scene.calm()
      expect((await remote('k2')).golden_id).toBe(two)
      // The shared key stays with the winner.
      const [key] = await scene.rows(`select golden_id from identity_key where value = 'k1@example.com'`)
      expect(key).toEqual({ golden_id: one })
      for (const id of ['k2', 'k1', 'k2'])
        await say('crm', id, { mail: `${id}@example.com`, also: 'k1@example.com', first: `Again ${id}` })
      // Nor does a third that names both.
      await say('crm', 'k3', { mail: 'k1@example.com', also: 'k2@example.com', first: 'Three' })
      expect((await remote('k1')).golden_id).toBe(one)
      expect((await remote('k2')).golden_id).toBe(two)
      const open = await scene.rows(
        `select id from review where state = 'open' and '${two}' in (left_id::text, right_id::text)`,
      )
      expect(open).toEqual([])
      // Taken back, the evidence decides again.
      expect(await acts.liftNever({ leftId: one, rightId: two, by: BY })).toEqual({ ok: true })
      await scene.calm()
      expect((await remote('k2')).golden_id).toBe(one)
      await expectOnePrimary()
    })

    test.each([['the inner first'], ['the outer first']])('a chain of merges is undone, %s', async order => {
      const name = order.split(' ')[1] ?? ''
      const ids = [`${name}A`, `${name}B`, `${name}C`]
      for (const id of ids) await say('crm', id, { mail: `${id}@example.com`.toLowerCase(), first: id })
      const [a = '', b = '', c = ''] = await Promise.all(ids.map(async id => (await remote(id)).golden_id))
      await acts.mergeCustomers({ winnerId: b, loserId: c, by: BY })
      await acts.mergeCustomers({ winnerId: a, loserId: b, by: BY })
      await scene.calm()
      const homes = () => Promise.all(ids.map(async id => (await remote(id)).golden_id))
      expect(await homes()).toEqual([a, a, a])
      const [inner, outer] = [await mergeOf(c), await mergeOf(b)]
      for (const mergeId of name === 'inner' ? [inner, outer] : [outer, inner]) {
        expect(await acts.unmerge({ mergeId, by: BY })).toMatchObject({ ok: true })
        await scene.calm()
        expect(await homes()).toEqual(
          mergeId === inner ? (name === 'inner' ? [a, a, c] : [a, b, c]) : name === 'inner' ? [a, b, c] : [a, b, b],
        )
      }
      for (const id of ids) expect(await remote(id)).toMatchObject({ state: 'active', fields: { givenName: id } })
      expect(await acts.unmerge({ mergeId: inner, by: BY })).toMatchObject({ ok: false, code: 'state_conflict' })
      await expectOnePrimary()
    })

    test('two that were taken out of a third one are one by their own evidence', async () => {
      for (const id of ['q1', 'q2', 'q3']) await say('crm', id, { mail: `${id}@example.com`, first: id })
      const [third, one, other] = [await remote('q1'), await remote('q2'), await remote('q3')].map(
        ({ golden_id }) => golden_id,
      )
      await acts.mergeCustomers({ winnerId: third ?? '', loserId: one ?? '', by: BY })
      await acts.mergeCustomers({ winnerId: third ?? '', loserId: other ?? '', by: BY })
      await say('crm', 'q3', { mail: 'q3@example.com', first: 'q3', also: 'q2@example.com' })
      for (const loserId of [one, other])
        expect(await acts.unmerge({ mergeId: await mergeOf(loserId ?? ''), by: BY })).toMatchObject({ ok: true })
      await scene.calm()
      expect((await remote('q2')).golden_id).toBe((await remote('q3')).golden_id)
      expect((await remote('q2')).golden_id).not.toBe(third)
      await expectOnePrimary()
    })

    test('so are two whom only a verdict on a third one, who was part of the one, had kept apart', async () => {
      for (const id of ['v1', 'v2', 'v3']) await say('crm', id, { mail: `${id}@example.com`, first: id })
      const [whole = '', part = '', other = ''] = [await remote('v1'), await remote('v2'), await remote('v3')].map(
        ({ golden_id }) => golden_id,
      )
      await acts.mergeCustomers({ winnerId: part, loserId: other, by: BY })
      await acts.mergeCustomers({ winnerId: whole, loserId: part, by: BY })
      await say('crm', 'v1', { mail: 'v1@example.com', first: 'v1', also: 'v3@example.com' })
      expect(await acts.unmerge({ mergeId: await mergeOf(other), by: BY })).toMatchObject({ ok: true })
      await scene.calm()
      expect((await remote('v3')).golden_id).toBe(other)
      expect(await acts.unmerge({ mergeId: await mergeOf(part), by: BY })).toMatchObject({ ok: true })
      await scene.calm()
      expect((await remote('v3')).golden_id).toBe((await remote('v1')).golden_id)
      expect((await remote('v2')).golden_id).toBe(part)
      await expectOnePrimary()
    })

    test('what a steward said goes along with a merge, and back', async () => {
      await say('crm', 't1', { mail: 't1@example.com', first: 'T1' })
      await say('crm', 't2', { mail: 't2@example.com', first: 'T2' })
      const [winnerId, loserId] = [(await remote('t1')).golden_id, (await remote('t2')).golden_id]
      await acts.stewardSet({ goldenId: loserId, fields: { jobTitle: 'Held', givenName: 'Loser' }, by: BY })
      await acts.stewardSet({ goldenId: winnerId, fields: { givenName: 'Winner' }, by: BY })
      await acts.mergeCustomers({ winnerId, loserId, by: BY })
      await scene.calm()
      expect((await remote('t2')).fields).toMatchObject({ givenName: 'Winner', jobTitle: 'Held' })
      await acts.unmerge({ mergeId: await mergeOf(loserId), by: BY })
      await scene.calm()
      expect((await remote('t2')).fields).toMatchObject({ givenName: 'Loser', jobTitle: 'Held' })
      expect((await remote('t1')).fields).toEqual({ email: 't1@example.com', givenName: 'Winner' })
    })

    test("a write under way while they are taken apart is nobody's conflict", async () => {
      for (const id of ['f1', 'f2']) await say('crm', id, { mail: `${id}@example.com`, first: id })
      const [winnerId, loserId] = [(await remote('f1')).golden_id, (await remote('f2')).golden_id]
      // The loser's record at the desk is the one that is written while they are one.
      const deskId = [...desk.records].find(([, record]) => record['ext'] === loserId)?.[0] ?? ''
      await acts.mergeCustomers({ winnerId, loserId, by: BY })
      await acts.choosePrimary({ system: 'desk', object: 'contact', remoteId: deskId, by: BY })
      await scene.calm()
      desk.answer = async (_object, item) => {
        desk.answer = () => undefined
        expect(item.remoteId).toBe(deskId)
        await acts.unmerge({ mergeId: await mergeOf(loserId), by: BY })
        desk.records.set(deskId, { ...desk.records.get(deskId), ...item.changed })
        return { kind: 'delivered', remoteId: deskId }
      }
      await say('crm', 'f1', { mail: 'f1@example.com', first: 'f1', job: 'Clerk' })
      expect(
        await scene.rows(
          `select system, state, reason from delivery where golden_id in ('${winnerId}', '${loserId}') order by 1`,
        ),
      ).toEqual(['crm', 'crm', 'desk', 'desk'].map(system => ({ system, state: 'synced', reason: null })))
      expect(desk.records.get(deskId)).toMatchObject({ mail: 'f2@example.com', first: 'f2' })
      expect(await inDesk('f1')).toMatchObject([{ first: 'f1', job: 'Clerk' }])
      expect(await scene.rows(`select id from review where state = 'open'`)).toEqual([])
      await expectOnePrimary()
    })

    test('a write of unknown fate goes along with the record that is given back, and is written over', async () => {
      for (const id of ['w1', 'w2']) await say('crm', id, { mail: `${id}@example.com`, first: id })
      const [winnerId, loserId] = [(await remote('w1')).golden_id, (await remote('w2')).golden_id]
      const deskId = [...desk.records].find(([, record]) => record['ext'] === loserId)?.[0] ?? ''
      expect(await acts.mergeCustomers({ winnerId, loserId, by: BY })).toMatchObject({ ok: true })
      await acts.choosePrimary({ system: 'desk', object: 'contact', remoteId: deskId, by: BY })
      await scene.calm()
      desk.answer = (_object, item) => {
        desk.answer = () => undefined
        desk.records.set(deskId, { ...desk.records.get(deskId), ...item.changed })
        return { kind: 'unknown', reason: 'timed out' }
      }
      await scene.post('crm', { id: 'w1', data: { mail: 'new@example.com', first: 'new' } })
      await until(
        () => scene.rows(`select from delivery where system = 'desk' and state = 'unknown'`),
        found => found.length === 1,
      )
      expect(desk.records.get(deskId)).toMatchObject({ mail: 'new@example.com' })
      await acts.unmerge({ mergeId: await mergeOf(loserId), by: BY })
      await scene.calm(20_000)
      expect(desk.records.get(deskId)).toMatchObject({ mail: 'w2@example.com', first: 'w2' })
      expect(await inDesk('w1')).toMatchObject([{ mail: 'new@example.com' }])
    }, 60_000)

    test('never the same holds for what they are merged into', async () => {
      for (const id of ['n1', 'n2', 'n3']) await say('crm', id, { mail: `${id}@example.com`, first: id })
      const [one, two, three] = [
        (await remote('n1')).golden_id,
        (await remote('n2')).golden_id,
        (await remote('n3')).golden_id,
      ]
      expect(await acts.neverTheSame({ leftId: two, rightId: three, by: BY })).toEqual({ ok: true })
      expect(await acts.mergeCustomers({ winnerId: two, loserId: three, by: BY })).toMatchObject({
        ok: false,
        code: 'state_conflict',
      })
      await acts.mergeCustomers({ winnerId: one, loserId: two, by: BY })
      await scene.calm()
      await say('crm', 'n3', { mail: 'n3@example.com', also: 'n1@example.com', first: 'n3' })
      expect((await remote('n3')).golden_id).toBe(three)
      expect(await acts.neverTheSame({ leftId: two, rightId: three, by: BY })).toMatchObject({
        ok: false,
        code: 'state_conflict',
      })
    })
  })

  test('an open review is answered by a merge, or by never', async () => {
    for (const [id, verdict] of [
      ['r1', 'merge'],
      ['r2', 'never'],
    ] as const) {
      await say('crm', `${id}a`, { mail: `${id}a@example.com`, first: 'A' })
      await say('crm', `${id}b`, { mail: `${id}b@example.com`, first: 'B' })
      const [left, right] = [(await remote(`${id}a`)).golden_id, (await remote(`${id}b`)).golden_id]
      const reviewId = scene.hub.ids.uuid()
      await scene.rows(
        `insert into review (id, kind, entity, left_id, right_id, evidence) values ('${reviewId}', 'conflicting_keys', 'person', '${left}', '${right}', '{}') returning id`,
      )
      expect(await acts.decideReview({ reviewId, verdict, by: BY })).toMatchObject({ ok: true })
      await scene.calm()
      expect((await remote(`${id}b`)).golden_id).toBe(verdict === 'merge' ? left : right)
      expect(await acts.decideReview({ reviewId, verdict, by: BY })).toMatchObject({
        ok: false,
        code: 'state_conflict',
      })
    }
  })

  test('a person chooses the primary remote record; when it dies the other one is written', async () => {
    await say('crm', 'p1', { mail: 'p@example.com', first: 'P' })
    await say('crm', 'p2', { mail: 'p@example.com', first: 'P' })
    expect((await remote('p1')).is_primary).toBe(true)
    expect(await acts.choosePrimary({ system: 'crm', object: 'contact', remoteId: 'p2', by: BY })).toMatchObject({
      ok: true,
    })
    await scene.calm()
    const { golden_id: goldenId } = await remote('p1')
    const written = async (job: string) => {
      await acts.stewardSet({ goldenId, fields: { jobTitle: job }, by: BY })
      await scene.calm()
      return crm.writes.filter(write => write.item.changed['job'] === job).map(write => write.item.remoteId)
    }
    expect(await written('one')).toEqual(['p2'])
    await scene.post('crm', { id: 'p2', kind: 'delete', type: 'contact.deleted' })
    await scene.calm()
    expect(await written('two')).toEqual(['p1'])
    expect(await acts.choosePrimary({ system: 'crm', object: 'contact', remoteId: 'p2', by: BY })).toMatchObject({
      ok: false,
      code: 'state_conflict',
    })
    await expectOnePrimary()
  })
})
