import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import type { HubConfig } from '#config/config.ts'
import { countActivity } from '#alerts/facts/count.ts'
import { gatherFacts } from '#alerts/facts/gather.ts'
import { createTestDatabase } from '../support/postgres.ts'

const SYSTEMS = 1_000
const { database } = await createTestDatabase()
const run = (text: string) => sql.raw(text).execute(database.kysely)
const names = Array.from({ length: SYSTEMS }, (_, n) => `s${n}`)
const config = {
  systems: Object.fromEntries(names.map(name => [name, { name, limits: {} }])),
  limits: { shards: 4 },
} as unknown as HubConfig

/** A hub of a thousand systems, each with customers at rest, some that fail, and a rhythm of three weeks for a tenth. */
beforeAll(async () => {
  await run(`insert into system (name, connector) select 's' || n, 'x' from generate_series(0, ${SYSTEMS - 1}) n`)
  await run(`
    insert into delivery (system, object, golden_id, route, entity, shard, state, reason, wanted_version, trace_id, due_at)
    select 's' || (n % ${SYSTEMS}), 'contact', gen_random_uuid(), 'r', 'person', n % 4,
      case when n < 180000 then 'synced' when n < 185000 then 'frozen' when n < 192000 then 'dead' when n < 199000 then 'retrying' else 'pending' end,
      case when n between 185000 and 191999 then 'rejected' end, 1, repeat('a', 32), case when n >= 192000 then now() - interval '1 hour' end
    from generate_series(1, 200000) n`)
  await run(`
    insert into source_activity (system, hour, slots, last_at)
    select 's' || n, hour, 4095, hour from generate_series(0, ${SYSTEMS / 10 - 1}) n,
      generate_series(date_trunc('hour', now()) - interval '21 days', date_trunc('hour', now()) - interval '2 hours', interval '1 hour') hour`)
  await run(`
    insert into attempt_activity (system, slot, outcome, attempts)
    select 's' || n, slot, 'delivered', 10 from generate_series(0, ${SYSTEMS - 1}) n,
      generate_series(now() - interval '6 hours', now(), interval '5 minutes') slot`)
  await run('analyze')
}, 120_000)

test('a look at a thousand systems is a bounded number of statements, and takes a fraction of its fifteen seconds', async () => {
  const look = async () => {
    const nowMs = Date.now()
    const [before, startedMs] = [database.statements(), performance.now()]
    await countActivity(database, nowMs)
    const facts = await gatherFacts(database.kysely, config, [], { nowMs, watchedSinceMs: 0 })
    return { facts, statements: database.statements() - before, ms: performance.now() - startedMs }
  }
  await look()
  const { facts, statements, ms } = await look()
  if (process.env['TEST_LOG'] !== undefined) console.log(`a look: ${Math.round(ms)} ms, ${statements} statements`)
  expect(facts.deliveries.filter(({ state }) => state === 'dead')).toHaveLength(SYSTEMS)
  expect(facts.sources.filter(({ usual }) => (usual ?? 0) > 6)).toHaveLength(SYSTEMS / 10)
  // One more for each source that is silent.
  expect(statements).toBeLessThanOrEqual(30 + SYSTEMS / 10)
  expect(ms).toBeLessThan(5_000)
})
