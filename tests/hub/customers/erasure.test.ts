import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Hub } from '#app.ts'
import { createActions } from '#app/actions.ts'
import type { Outcome } from '#connector/outcome.ts'
import { createToken } from '#console/tokens.ts'
import { startTestHub, until } from '../../support/hub.ts'
import { createMemoryVendor } from '../../support/memory-connector.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { openConsole } from '../console.ts'

const YAML = `
systems:
  crm: { connector: crm, objects: { contact: { pollEvery: 1h }, order: {} } }
  desk: { connector: desk, objects: { contact: {} } }
routes:
  - { entity: person, system: desk, object: contact }
`
const PERSON_IN = '{"person": {"email": $email(mail), "givenName": first}}'
const MAPPINGS = {
  'crm/contact.in': PERSON_IN,
  'desk/contact.in': PERSON_IN,
  'crm/order.in': `{"order": {"number": number, "extra": {"note": note}, "person": {"$key": {"email": buyer}}},
    "person": {"@id": buyer, "email": $email(buyer), "givenName": first}}`,
  'desk/contact.out': '{"ext": $id, "mail": email, "name": givenName}',
}

describe('a person who was erased does not come back', () => {
  const crm = createMemoryVendor('crm')
  const desk = createMemoryVendor('desk')
  let hub: Hub
  let db: TestDatabase
  let token: string

  beforeAll(async () => {
    db = await createTestDatabase()
    hub = await startTestHub({
      databaseUrl: db.url,
      yaml: YAML,
      connectors: [crm.connector, desk.connector],
      mappings: MAPPINGS,
      overrides: { console: openConsole },
    })
    const scopes = ['admin'] as const
    token = (await createToken(db.database.kysely, { id: hub.ids.uuid(), name: 'test', scopes: [...scopes] })).value
  })

  async function post(system: string, events: unknown): Promise<void> {
    const headers = { 'x-token': 't', 'content-type': 'application/json' }
    const reply = await fetch(`${hub.url}/in/${system}`, { method: 'POST', headers, body: JSON.stringify(events) })
    expect(reply.status).toBe(202)
  }

  async function api(method: string, path: string, body?: object) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const reply = await fetch(`${hub.url}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return (await reply.json()) as { confirm?: string }
  }

  async function calm(): Promise<void> {
    await until(
      async () => {
        const { rows } = await sql<{ open: number }>`
          select ((select count(*) from event where state in ('pending', 'reading')) + (select count(*) from resolve_work) + (select count(*) from plan_work)
            + (select count(*) from delivery where state not in ('synced', 'absent', 'dead', 'frozen')))::int as open`.execute(
          db.database.kysely,
        )
        return rows[0]?.open
      },
      open => open === 0,
    )
  }

  async function erase(mail: string): Promise<void> {
    const { rows } = await sql<{ golden_id: string }>`
      select golden_id from identity_key where kind = 'email' and value = ${mail}`.execute(db.database.kysely)
    const path = `/golden-records/${rows[0]?.golden_id}/erase`
    const { confirm } = await api('POST', path, { reason: 'case 7' })
    expect(await api('POST', path, { reason: 'case 7', dryRun: false, confirm })).toMatchObject({ dryRun: false })
  }

  /** Every row of every table as text, where binary values are readable too. */
  async function everything(): Promise<string> {
    const { rows: tables } = await sql<{ name: string }>`select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`.execute(
      db.database.kysely,
    )
    const texts = await Promise.all(
      tables.map(async ({ name }) => {
        const { rows } = await sql<{ text: string }>`select t::text as text from ${sql.table(name)} t`.execute(
          db.database.kysely,
        )
        return rows.map(row => `${name}: ${row.text}`).join('\n')
      }),
    )
    return texts
      .join('\n')
      .replaceAll(/\\\\x([0-9a-f]+)/g, (_, hex: string) => Buffer.from(hex, 'hex').toString())
      .toLowerCase()
  }

  /** How the newest events of a system's object ended. */
  async function ends(count: number) {
    const { rows } = await sql<{ origin: string; state: string; reason: string | null; bytes: number | null }>`
      select origin, state, reason, length(payload) as bytes from event order by id desc limit ${count}`.execute(
      db.database.kysely,
    )
    return rows
  }

  const PERSON = { mail: 'Zoe.Erased@example.com', first: 'Zoetrope' }
  const traces = ['zoe.erased@example.com', 'zoetrope']
  const suppressed = { state: 'ignored', reason: 'suppressed', bytes: 0 }

  async function expectNoTrace(): Promise<void> {
    const left = await everything()
    for (const trace of traces) expect(left).not.toContain(trace)
    expect(left).toContain('other@example.com')
  }

  test('not by webhooks of the same or another record, alone or beside others', async () => {
    await post('crm', [
      { id: 'c1', eventId: 'e1', data: PERSON },
      { id: 'c2', data: { mail: 'other@example.com', first: 'Other' } },
    ])
    await calm()
    expect(await everything()).toContain('zoetrope')
    await erase('zoe.erased@example.com')
    await expectNoTrace()

    await post('crm', { id: 'c1', data: PERSON })
    await calm()
    expect(await ends(1)).toEqual([{ origin: 'webhook', ...suppressed }])
    // A second copy of an event that came before, by its id.
    await post('crm', { id: 'c1', eventId: 'e1', data: PERSON })
    await calm()
    expect(await ends(1)).toEqual([{ origin: 'webhook', ...suppressed }])
    // Two copies of an event, before either is interpreted.
    const copies = [PERSON, PERSON, { mail: 'other@example.com', first: 'Other' }, {}].map((data, n) =>
      n < 2 ? { id: 'c1', eventId: 'e2', data } : { id: 'c2', eventId: 'e3', data },
    )
    await post('crm', copies)
    await calm()
    const newest = { origin: 'webhook', ...suppressed }
    expect(await ends(4)).toEqual([
      { ...newest, reason: 'duplicate', bytes: 2 },
      { ...newest, state: 'processed', reason: 'unchanged', bytes: expect.any(Number) },
      newest,
      newest,
    ])
    // Known by the mail alone, next to another person, in one request.
    await post('desk', [
      { id: 'd7', data: PERSON },
      { id: 'd8', data: { mail: 'next@example.com', first: 'Next' } },
    ])
    await calm()
    // Known by the remote record alone, also when nothing can be read from it, and when it is deleted.
    await post('crm', { id: 'c1', data: { mail: 17, first: PERSON.first } })
    await post('crm', { id: 'c1', kind: 'delete', data: PERSON })
    await calm()
    // A record never heard of is deleted, and one that is known is merged into the person's.
    await post('desk', { id: 'd9', kind: 'delete', data: PERSON })
    await post('crm', { id: 'c2', kind: 'merge', mergedInto: 'c1', data: {} })
    await calm()
    await expectNoTrace()
    expect(await ends(4)).toEqual(Array.from({ length: 4 }, () => ({ origin: 'webhook', ...suppressed })))
    expect(await everything()).toContain('next@example.com')
    expect(await everything()).not.toContain('c1"')
  })

  test('not by a poll, an import, a thin event or a replay', async () => {
    const polled = [
      { remoteId: 'c1', state: PERSON },
      { remoteId: 'c9', state: PERSON },
    ]
    crm.changes = () => ({ ok: true, records: polled.splice(0), cursor: null, more: false })
    await sql`update system_object set poll_due_at = now() where system = 'crm' and object = 'contact'`.execute(
      db.database.kysely,
    )
    await until(
      async () => (await ends(2)).map(event => event.origin),
      origins => origins.every(origin => origin === 'poll'),
      15_000,
    )
    await calm()
    expect(await ends(2)).toEqual([
      { origin: 'poll', ...suppressed },
      { origin: 'poll', ...suppressed },
    ])

    const rows = [{ key: 'i1', ...PERSON }]
    expect(await api('POST', '/imports/crm/contact?idColumn=key', { rows })).toMatchObject({ accepted: 1 })
    await calm()
    expect(await ends(1)).toEqual([{ origin: 'import', ...suppressed }])

    crm.records.set('c1', PERSON)
    const readsBefore = crm.reads.length
    await post('crm', { id: 'c1', whole: false, data: {} })
    await calm()
    expect(crm.reads).toHaveLength(readsBefore)
    expect(await ends(1)).toEqual([{ origin: 'webhook', ...suppressed }])

    const filter = { since: '2000-01-01T00:00:00Z' }
    const { confirm } = await api('POST', '/replay', { filter })
    expect(await api('POST', '/replay', { filter, dryRun: false, confirm })).toMatchObject({
      // Only events of the others are left to run again.
      count: 4,
    })
    await calm()
    await expectNoTrace()
  })

  test('an order that names the person is kept without them', async () => {
    await post('crm', {
      object: 'order',
      id: 'o1',
      data: { number: 'N-1', buyer: PERSON.mail, first: PERSON.first, note: 'for Zoetrope' },
    })
    await calm()
    expect(await ends(1)).toEqual([{ origin: 'webhook', state: 'processed', reason: 'suppressed', bytes: 0 }])
    const orders = await sql<{ fields: object }>`select fields from golden_record where entity = 'order'`.execute(
      db.database.kysely,
    )
    expect(orders.rows).toMatchObject([{ fields: { number: 'N-1' } }])
    await expectNoTrace()
  })

  test('nor by what people did with the customer: merges, taken apart or not, values set by hand, verdicts', async () => {
    const acts = createActions(hub)
    for (const id of ['m1', 'm2', 'm3'])
      await post('crm', { id, data: { mail: `${id}@merged.example`, first: `Name of ${id}` } })
    await calm()
    const { rows } = await sql<{ golden_id: string }>`
      select golden_id from identity_key where value like '%@merged.example' order by value`.execute(db.database.kysely)
    const [one = '', two = '', three = ''] = rows.map(row => row.golden_id)
    await acts.stewardSet({ goldenId: two, fields: { jobTitle: 'Held by hand' }, by: 'sam' })
    await acts.mergeCustomers({ winnerId: one, loserId: two, by: 'sam' })
    const merged = await acts.mergeCustomers({ winnerId: one, loserId: three, by: 'sam' })
    if (!merged.ok) throw new Error(merged.message)
    await calm()
    expect(await acts.unmerge({ mergeId: merged.mergeId ?? '', by: 'sam' })).toMatchObject({ ok: true })
    await calm()
    await erase('m1@merged.example')
    const left = await everything()
    for (const trace of ['m1@merged', 'm2@merged', 'name of m1', 'name of m2', 'held by hand'])
      expect(left).not.toContain(trace)
    // The one that was taken apart before is another person.
    expect(left).toContain('m3@merged.example')
    await post('crm', { id: 'm2', data: { mail: 'm2@merged.example', first: 'Name of m2' } })
    await calm()
    expect(await everything()).not.toContain('name of m2')
    // Nothing is left to be taken apart or merged again.
    const [log] = (
      await sql<{ id: string }>`select id from merge_log where loser_id = ${two}`.execute(db.database.kysely)
    ).rows
    expect(await acts.unmerge({ mergeId: log?.id ?? '', by: 'sam' })).toMatchObject({
      ok: false,
      code: 'state_conflict',
    })
    expect(await acts.mergeCustomers({ winnerId: three, loserId: one, by: 'sam' })).toMatchObject({ ok: false })
  })

  test('nor by what was written to the record of another customer, who was taken for them for a while', async () => {
    const acts = createActions(hub)
    const idOf = async (mail: string) =>
      (
        await sql<{ golden_id: string }>`select golden_id from identity_key where value = ${mail}`.execute(
          db.database.kysely,
        )
      ).rows[0]?.golden_id ?? ''
    await post('crm', { id: 'n1', data: { mail: 'n1@apart.example', first: 'Name of n1' } })
    await calm()
    await post('crm', { id: 'n2', data: { mail: 'n2@apart.example', first: 'Name of n2' } })
    await calm()
    const [stays, leaves] = [await idOf('n1@apart.example'), await idOf('n2@apart.example')]
    const { rows: known } = await sql<{ remote_id: string }>`
      select remote_id from remote_record where system = 'desk' and golden_id = ${stays}`.execute(db.database.kysely)
    const id = known[0]?.remote_id ?? ''
    const merged = await acts.mergeCustomers({ winnerId: stays, loserId: leaves, by: 'sam' })
    if (!merged.ok) throw new Error(merged.message)
    await calm()
    expect(desk.records.get(id)).toMatchObject({ mail: 'n2@apart.example', name: 'Name of n2' })
    await post('desk', { id, data: { mail: 'N2@apart.example', first: 'Name of n2' } })
    await calm()
    expect(await acts.unmerge({ mergeId: merged.mergeId ?? '', by: 'sam' })).toMatchObject({ ok: true })
    await calm()
    expect(desk.records.get(id)).toMatchObject({ mail: 'n1@apart.example', name: 'Name of n1' })
    await erase('n2@apart.example')
    const left = await everything()
    for (const trace of ['n2@apart.example', 'name of n2']) expect(left).not.toContain(trace)
    // The other one is as before, and the desk's own word of them counts.
    for (const own of ['n1@apart.example', 'name of n1']) expect(left).toContain(own)
    await post('desk', { id, data: { mail: 'n1@apart.example', first: 'Changed' } })
    await calm()
    expect(await everything()).toContain('changed')
  })

  test('not by a statement that had been interpreted, but not resolved, when the erasure came', async () => {
    await post('crm', { id: 'c30', data: { mail: 'late@example.com', first: 'Lateness' } })
    await calm()
    // Written as interpret writes it, for a record that the crosswalk does not know yet.
    await sql`insert into source_record (system, object, remote_id, entity, fields, modified_at)
      select 'desk', object, 'd30', entity, fields, modified_at from source_record where system = 'crm' and remote_id = 'c30'`.execute(
      db.database.kysely,
    )
    await erase('late@example.com')
    await sql`insert into resolve_work (system, object, remote_id, shard, since, trace_id) values ('desk', 'contact', 'd30', 0, now(), 't')`.execute(
      db.database.kysely,
    )
    await calm()
    expect(await everything()).not.toContain('late@example.com')
  })

  test('not by the remote record that a call made for them while they were erased', async () => {
    const answer = Promise.withResolvers<Outcome>()
    desk.answer = () => answer.promise
    await post('crm', { id: 'c9', data: { mail: 'leaving@example.com', first: 'Leaving' } })
    await until(
      async () => desk.calls.running,
      running => running === 1,
    )
    await erase('leaving@example.com')
    const hashes = async () =>
      (await sql<{ n: number }>`select count(*)::int as n from suppression`.execute(db.database.kysely)).rows[0]?.n ?? 0
    const before = await hashes()
    desk.answer = () => undefined
    answer.resolve({ kind: 'delivered', remoteId: 'made' })
    await until(hashes, count => count > before)
    // Nothing in it tells of the person but that it is theirs.
    await post('desk', { id: 'made', data: { mail: 'elsewhere@example.com', first: 'Else' } })
    await calm()
    expect(await ends(1)).toEqual([{ origin: 'webhook', ...suppressed }])
  })

  test('nor by the record of another customer, into which theirs was merged: of it only the version is heard', async () => {
    await post('crm', [
      { id: 'c20', data: { mail: 'merged@example.com', first: 'Mergolin' } },
      { id: 'c21', version: '1', data: { mail: 'stays@example.com', first: 'Stays' } },
    ])
    await calm()
    await erase('merged@example.com')
    await post('crm', { id: 'c21', version: '2', data: { mail: 'merged@example.com', first: 'Mergolin' } })
    await calm()
    expect(await ends(1)).toEqual([{ origin: 'webhook', state: 'processed', reason: 'suppressed', bytes: 0 }])
    expect(await everything()).not.toMatch(/merged@example|mergolin/)
    const { rows } =
      await sql`select s.version, g.fields from source_record s join remote_record r using (system, object, remote_id)
      join golden_record g on g.id = r.golden_id where s.remote_id = 'c21'`.execute(db.database.kysely)
    expect(rows).toMatchObject([{ version: '2', fields: { email: 'stays@example.com', givenName: 'Stays' } }])

    await post('crm', { id: 'c21', kind: 'delete', data: { mail: 'merged@example.com' } })
    await calm()
    expect(await ends(1)).toEqual([{ origin: 'webhook', state: 'processed', reason: null, bytes: 0 }])
  })
})
