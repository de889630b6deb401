import { expect, it } from 'vitest'
import { sql } from 'kysely'
import { startTestConsole } from './running-console.ts'
import { ANA, CALL, ids, seedPerson, TICKET } from './seed.ts'

const hub = await startTestConsole()
const admin = await hub.token('admin')
await seedPerson(hub.db)

/** Every row of every table as text: what cannot be found here is nowhere. */
async function everything(): Promise<string> {
  const tables = await sql<{ name: string }>`select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`.execute(hub.db)
  const rows = await Promise.all(
    tables.rows.map(async ({ name }) => {
      const found = await sql<{ text: string }>`select t::text as text from ${sql.table(name)} t`.execute(hub.db)
      return found.rows.map(row => `${name}: ${row.text}`).join('\n')
    }),
  )
  return rows.join('\n')
}

const hex = (text: string): string => Buffer.from(text).toString('hex')

it('exports all of a person, then erases it from every table, and leaves the others alone', async () => {
  const exported = await hub.call(admin, 'GET', `/api/v1/golden-records/${ANA}/export`)
  expect(exported.status).toBe(200)
  expect(exported.json.events.map((event: { id: string }) => event.id).sort()).toEqual([ids.event, ids.sharedEvent])
  expect(exported.json.attempts.map((attempt: { id: string }) => attempt.id).sort()).toEqual([
    ids.attempt,
    ids.oldAttempt,
  ])
  expect(exported.json.keys).toHaveLength(2)

  const post = async (body: object) => (await hub.call(admin, 'POST', `/api/v1/golden-records/${ANA}/erase`, body)).json
  const dry = await post({ reason: 'request 42' })
  expect(dry).toMatchObject({
    dryRun: true,
    counts: { golden_record: 2, golden_record_stripped: 1, event: 2, request: 2, attempt: 2 },
  })
  expect(await everything()).toContain('ana.lopez@example.com')
  expect((await post({ reason: 'request 42', dryRun: false })).code).toBe('confirm_invalid')

  const done = await post({ reason: 'request 42', dryRun: false, confirm: dry.confirm })
  expect(done).toMatchObject({ dryRun: false, proof: expect.any(String) })
  // The one dead event that merely mentions the mail in its error text belongs to another remote record.
  await hub.db.deleteFrom('event').where('id', '=', ids.deadEvent).execute()
  const left = (await everything()).toLowerCase()
  for (const trace of [
    'ana.lopez@example.com',
    'lópez',
    '34600123456',
    '600 123 456',
    'divorce',
    '"ana',
    'ana called',
  ]) {
    expect(left).not.toContain(trace)
    expect(left).not.toContain(hex(trace))
  }
  expect(left).toContain(hex('other@example.org'))
  expect(left).toContain('other@example.org')

  const states = await hub.db
    .selectFrom('golden_record')
    .select(['id', 'state'])
    .where('id', 'in', [ANA, CALL, TICKET])
    .execute()
  expect(Object.fromEntries(states.map(row => [row.id, row.state]))).toEqual({
    [ANA]: 'erased',
    [CALL]: 'erased',
    [TICKET]: 'active',
  })
  const proof = await hub.db.selectFrom('audit').selectAll().where('id', '=', done.proof).executeTakeFirstOrThrow()
  expect(proof).toMatchObject({ action: 'person.erase', target: ANA, detail: { reason: 'request 42', event: 2 } })
})

it('keeps keyed hashes by which the person is kept out, and is not erased twice', async () => {
  const [hash] = hub.key.hashes('suppression', 'key\nemail\nana.lopez@example.com')
  const [remote] = hub.key.hashes('suppression', 'remote\ncrm\ncontact\nc-1')
  const found = await hub.db.selectFrom('suppression').select('reason').where('hash', 'in', [hash, remote]).execute()
  expect(found).toHaveLength(2)
  const again = await hub.call(admin, 'POST', `/api/v1/golden-records/${ANA}/erase`, { reason: 'again' })
  expect(again.json.code).toBe('not_found')
})

it('every answer fitted its description', () => {
  expect(hub.mismatches.map(error => error.message)).toEqual([])
})
