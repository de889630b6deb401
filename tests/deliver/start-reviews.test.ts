import { expect, test } from 'vitest'
import { sql } from 'kysely'
import { startReviews } from '#deliver/link/review.ts'
import { createTestDatabase } from '../support/postgres.ts'

const MEMBERS = [{ system: 'crm', object: 'contact' }]
const GOLDEN = '019b0000-0000-7000-8000-000000000001'

test('what was loaded is reviewed when it is planned, also where a live change took it along', async () => {
  const { database } = await createTestDatabase()
  const run = (text: string) => sql.raw(text).execute(database.kysely)
  await run(`insert into system (name, connector) values ('crm', 'crm')`)
  await run(
    `insert into system_object (system, object, link_state, load_group, load_ended_at) values ('crm', 'contact', 'loading', 'sales', now())`,
  )
  const works = [
    `insert into resolve_work (system, object, remote_id, shard, since, trace_id) values ('crm', 'contact', 'c1', 0, now(), 't')`,
    `insert into plan_work (golden_id, shard, since, cause, trace_id) values ('${GOLDEN}', 0, now(), 'source:crm', 't')`,
  ]
  for (const work of works) {
    await run(work)
    expect(await startReviews(database, MEMBERS)).toEqual([])
    await run('delete from resolve_work')
    await run('delete from plan_work')
  }
  // Live work of later is none of it.
  await run(`update system_object set load_ended_at = now() - interval '2 minutes'`)
  for (const work of works) await run(work)
  expect(await startReviews(database, MEMBERS)).toEqual(MEMBERS)
})
