import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { type Db, lostAgainstAnother, sqlState } from '#store/database.ts'
import { ensurePartitions, uuidOfMs } from '#store/partitions.ts'
import { createTestDatabase } from '../support/postgres.ts'

const { database, open } = await createTestDatabase()

describe('values', () => {
  test('bigint comes as a number, jsonb as a value, bytea as a buffer, times as dates', async () => {
    const { rows } = await sql<Record<string, unknown>>`
      select 9007199254740991::bigint as big, '{"a":[1]}'::jsonb as doc, '\\x00ff'::bytea as bytes,
             '2026-01-02T03:04:05Z'::timestamptz as at, array[1,2]::bigint[] as bigs`.execute(database.kysely)
    expect(rows[0]).toMatchObject({
      big: 9007199254740991,
      doc: { a: [1] },
      bytes: Buffer.from([0, 255]),
      at: new Date('2026-01-02T03:04:05Z'),
    })
  })
})

describe('transaction', () => {
  test('a throw rolls back', async () => {
    const insert = database.transaction(async tx => {
      await tx.insertInto('schema_info').values({ build: 'gone' }).execute()
      throw new Error('stop')
    })
    await expect(insert).rejects.toThrow('stop')
    const rows = await database.kysely.selectFrom('schema_info').selectAll().execute()
    expect(rows).toEqual([])
  })

  test('a deadlock is run again as often as the caller allows', async () => {
    await database.kysely
      .insertInto('lookup_table')
      .values(['a', 'b'].map(hash => ({ hash, source: '1' })))
      .execute()
    const other = open()
    const runs = { first: 0, second: 0 }
    const barrier = meetingOf(2)
    const lock = (db: typeof database, name: keyof typeof runs, keys: string[], retries: number) =>
      db.transaction(
        async tx => {
          runs[name] += 1
          for (const key of keys) {
            await sql`update lookup_table set source = '2' where hash = ${key}`.execute(tx)
            await barrier()
          }
        },
        { retries },
      )
    // On a busy machine the loser may take its first row again before the winner is given it, and lose once more.
    await Promise.all([lock(database, 'first', ['a', 'b'], 5), lock(other, 'second', ['b', 'a'], 5)])
    expect(runs.first + runs.second).toBeGreaterThanOrEqual(3)
  })

  test('without retries the loser sees the error', async () => {
    const failing = database.transaction(async tx => {
      await sql`do $$ begin raise exception 'lost' using errcode = '40001'; end $$`.execute(tx)
    })
    const error: unknown = await failing.catch((reason: unknown) => reason)
    expect(lostAgainstAnother(error)).toBe(true)
    expect(sqlState(error)).toBe('40001')
  })
})

test('statements are counted, begin and commit too', async () => {
  const counting = open()
  expect(counting.statements()).toBe(0)
  await counting.transaction(async tx => sql`select 1`.execute(tx))
  expect(counting.statements()).toBe(3)
})

describe('kept plans', () => {
  const ask = (db: Db, n: number) => sql<{ n: number }>`select ${n}::int as n`.execute(db)
  const prepared = (db: Db) => sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db)

  test('are for statements that come again, with the same answers', async () => {
    const pool = open({ poolMax: 1, keyed: 'durable' })
    for (let n = 0; n < 12; n += 1) {
      expect((await ask(pool.kysely, n)).rows).toEqual([{ n }])
      await sql`select ${n}::int as ${sql.id(`once_${n}`)}`.execute(pool.kysely)
    }
    expect((await prepared(pool.kysely)).rows).toEqual([{ statement: 'select $1::int as n' }])
  })

  test('are not kept unless asked for', async () => {
    const pool = open({ poolMax: 1 })
    for (let n = 0; n < 12; n += 1) await ask(pool.kysely, n)
    expect((await prepared(pool.kysely)).rows).toEqual([])
  })

  test('follow partitions that come and go', async () => {
    const pool = open({ poolMax: 1, keyed: 'durable' })
    const count = async () =>
      (await sql<{ n: number }>`select count(*) as n from attempt`.execute(pool.kysely)).rows[0]?.n
    for (let n = 0; n < 8; n += 1) expect(await count()).toBe(0)
    await ensurePartitions(pool, Date.now())
    await sql`insert into attempt (id, system, operation, outcome, deliveries, started_at, duration_ms, exchanges, trace_id)
              values (${uuidOfMs(Date.now())}, 's', 'upsert', 'delivered', 1, now(), 1, '[]', 't')`.execute(pool.kysely)
    expect(await count()).toBe(1)
  })
})

test('a lost connection ends neither the process nor the pool', async () => {
  const victim = open({ poolMax: 1 })
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(victim.kysely)
  await sql`select pg_terminate_backend(${rows[0]?.pid ?? 0}, 5000)`.execute(database.kysely)
  await expect
    .poll(async () => (await sql<{ one: number }>`select 1 as one`.execute(victim.kysely)).rows)
    .toEqual([{ one: 1 }])
})

test('a connection that ends under a statement is not handed to the next one', async () => {
  const victim = open({ poolMax: 1 })
  for (let round = 0; round < 20; round += 1) {
    const ended = sql`select pg_terminate_backend(pg_backend_pid())`.execute(victim.kysely)
    await expect(ended).rejects.toThrow()
    expect((await sql<{ one: number }>`select 1 as one`.execute(victim.kysely)).rows).toEqual([{ one: 1 }])
  }
})

/** Resolves for all callers once `size` of them wait; later calls pass at once. */
function meetingOf(size: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let arrived = 0
  return () => {
    arrived += 1
    if (arrived >= size) resolve()
    return promise
  }
}
