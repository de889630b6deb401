import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { PARTITIONED, dropExpired, ensurePartitions, partitionsOf, uuidOfMs } from '#store/partitions.ts'
import { createTestDatabase } from '../support/postgres.ts'

const dayMs = 86_400_000
const noon = Date.parse('2026-03-10T12:00:00Z')

test('the uuid of a millisecond sorts before every uuid v7 made in it', () => {
  expect(uuidOfMs(Date.parse('2022-02-22T19:22:22Z'))).toBe('017f22e2-79b0-0000-0000-000000000000')
})

test('partitions are made from yesterday to three days ahead, once, also by two at the same time', async () => {
  const { database, open } = await createTestDatabase()
  const made = await Promise.all([ensurePartitions(database, noon), ensurePartitions(open(), noon)])
  const days = ['20260309', '20260310', '20260311', '20260312', '20260313']
  expect(made.flat().sort((a, b) => a.localeCompare(b))).toEqual(
    PARTITIONED.flatMap(table => days.map(day => `${table}_${day}`)).sort((a, b) => a.localeCompare(b)),
  )
  expect(await ensurePartitions(database, noon)).toEqual([])
  expect(await ensurePartitions(database, noon + dayMs)).toEqual(PARTITIONED.map(table => `${table}_20260314`))
})

test('rows land in the partition of their day, the first and last millisecond too', async () => {
  const { insertEvent, partitionOf, database } = await eventsDatabase()
  await ensurePartitions(database, noon)
  const midnight = Date.parse('2026-03-10T00:00:00Z')
  for (const ms of [midnight - 1, midnight, noon, midnight + dayMs - 1, noon + 30 * dayMs]) await insertEvent(ms)
  expect(
    await Promise.all([midnight - 1, midnight, noon, midnight + dayMs - 1, noon + 30 * dayMs].map(partitionOf)),
  ).toEqual(['event_20260309', 'event_20260310', 'event_20260310', 'event_20260310', 'event_default'])
})

test('rows that came before their partition move into it', async () => {
  const { insertEvent, partitionOf, database } = await eventsDatabase()
  await insertEvent(noon)
  expect(await partitionOf(noon)).toBe('event_default')
  await ensurePartitions(database, noon)
  expect(await partitionOf(noon)).toBe('event_20260310')
})

test('expired days go; open events stay, and so do the requests that hold their bodies', async () => {
  const { insertEvent, insertRequest, partitionOf, database } = await eventsDatabase()
  await ensurePartitions(database, noon)
  const states = ['processed', 'ignored', 'pending', 'reading', 'dead'] as const
  for (const [index, state] of states.entries()) {
    await insertRequest(noon + index)
    await insertEvent(noon + index, state, noon + index)
  }
  expect(await dropExpired(database, 'event', 30, noon + 30 * dayMs)).toEqual(['event_20260309'])
  const later = noon + 31 * dayMs
  expect(await dropExpired(database, 'request', 30, later)).toEqual(['request_20260309', 'request_20260310'])
  expect(await dropExpired(database, 'event', 30, later)).toEqual(['event_20260310'])
  expect(await dropExpired(database, 'event', 30, later)).toEqual([])
  expect(await Promise.all(states.map((_, index) => partitionOf(noon + index)))).toEqual([
    undefined,
    undefined,
    'event_default',
    'event_default',
    'event_default',
  ])
  expect(await countOf('request')).toBe(3)

  await sql`update event set state = 'processed' where state = 'dead'`.execute(database.kysely)
  await dropExpired(database, 'event', 30, later)
  await dropExpired(database, 'request', 30, later)
  expect([await countOf('event'), await countOf('request')]).toEqual([2, 2])
  expect(await partitionsOf(database, 'event')).toEqual(['event_20260311', 'event_20260312', 'event_20260313'])

  async function countOf(table: 'event' | 'request'): Promise<number> {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(database.kysely)
    return rows[0]?.n ?? -1
  }
})

async function eventsDatabase() {
  const { database } = await createTestDatabase()
  const insertRequest = async (ms: number): Promise<void> => {
    await database.kysely
      .insertInto('request')
      .values({
        id: uuidOfMs(ms),
        system: 'site',
        method: 'POST',
        path: '/',
        headers: '{}',
        content_type: null,
        body: Buffer.from('{}'),
        status: 202,
        trace_id: 't',
        received_at: new Date(ms),
      })
      .execute()
  }
  const insertEvent = async (
    ms: number,
    state: 'processed' | 'ignored' | 'pending' | 'reading' | 'dead' = 'pending',
    requestMs?: number,
  ) => {
    await database.kysely
      .insertInto('event')
      .values({
        id: uuidOfMs(ms),
        request_id: requestMs === undefined ? null : uuidOfMs(requestMs),
        system: 'site',
        object: 'contact',
        type: 'contact.changed',
        kind: 'snapshot',
        origin: 'webhook',
        received_at: new Date(ms),
        whole: true,
        shard: 0,
        state,
        trace_id: 't',
      })
      .execute()
  }
  const partitionOf = async (ms: number): Promise<string | undefined> => {
    const { rows } = await sql<{ name: string }>`
      select tableoid::regclass::text as name from event where id = ${uuidOfMs(ms)}::uuid`.execute(database.kysely)
    return rows[0]?.name
  }
  return { database, insertRequest, insertEvent, partitionOf }
}
