import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { type BrakeVerdict, type Countable, createBrake } from '#deliver/brake/brake.ts'
import { brakeLimit } from '#deliver/brake/limit.ts'
import { createTestDatabase } from '../support/postgres.ts'

test('the limit is the larger of both', () => {
  expect(brakeLimit({ records: 200, percent: 2 }, 9_999)).toBe(200)
  expect(brakeLimit({ records: 200, percent: 2 }, 1_000_000)).toBe(20_000)
})

const { database } = await createTestDatabase()
const due = (count: number, cause = 'policy', goldenId = 'a'): Countable[] =>
  Array.from({ length: count }, () => ({ system: 'crm', object: 'contact', goldenId, cause, counted: 'no' }))

describe('the brake counts in the transaction that leases', () => {
  beforeEach(async () => {
    for (const table of ['brake', 'brake_count', 'remote_record'])
      await sql`delete from ${sql.table(table)}`.execute(database.kysely)
  })

  const brake = () =>
    createBrake({
      config: { limits: { shards: 64 } },
      systems: new Map(),
      ids: { uuid: randomUUID },
      nowMs: Date.now,
    })

  test('far from the limit by one statement, and by none where nothing is counted', async () => {
    const check = brake()
    await database.transaction(async tx => {
      const before = database.statements()
      await check(tx, due(40))
      expect(database.statements() - before).toBe(1)
      await check(tx, due(500, 'person:ana'))
      await check(
        tx,
        due(500, 'policy').map(delivery => ({ ...delivery, counted: 'let_through' as const })),
      )
      await check(tx, [])
      expect(database.statements() - before).toBe(1)
    })
  })

  test('a rolled back transaction has counted nothing', async () => {
    await expect(
      database.transaction(async tx => {
        await brake()(tx, due(150))
        throw new Error('crash')
      }),
    ).rejects.toThrow('crash')
    expect(await run(brake(), 150)).toMatchObject({ tripped: [] })
  })

  test('two workers at one moment do not pass the limit together', async () => {
    const [left, right] = [brake(), brake()]
    let release: () => void = () => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    let counted: () => void = () => {}
    const first = new Promise<void>(resolve => {
      counted = resolve
    })
    const one = database.transaction(async tx => {
      const verdict = await left(tx, due(150, 'policy', 'a'))
      counted()
      await held
      return verdict
    })
    await first
    const two = database.transaction(tx => right(tx, due(150, 'policy', 'b')))
    setTimeout(release, 50)
    const verdicts = await Promise.all([one, two])
    expect(verdicts.map(verdict => verdict.held.size)).toEqual([0, 150])
    expect(verdicts[1]?.tripped).toMatchObject([{ changed: 300, limitedTo: 200 }])
  })

  test('what many remote records make harmless passes', async () => {
    await sql`
      insert into remote_record (system, object, remote_id) select 'crm', 'contact', n::text from generate_series(1, 20000) n`.execute(
      database.kysely,
    )
    expect(await run(brake(), 400)).toMatchObject({ tripped: [] })
    expect((await run(brake(), 1)).tripped).toMatchObject([{ changed: 401, limitedTo: 400 }])
  })

  test('older than ten minutes is forgotten; a release lets the cause pass for as long', async () => {
    await run(brake(), 200)
    await sql`update brake_count set minute = minute - interval '11 minutes'`.execute(database.kysely)
    expect(await run(brake(), 200)).toMatchObject({ tripped: [] })
    expect((await run(brake(), 1)).tripped).toHaveLength(1)
    // It stays on until a person ends it.
    await sql`delete from brake_count`.execute(database.kysely)
    expect((await run(brake(), 1)).held.size).toBe(1)
    await sql`update brake set state = 'released', ended_at = now()`.execute(database.kysely)
    expect((await run(brake(), 500)).held.size).toBe(0)
    await sql`update brake set ended_at = now() - interval '11 minutes'`.execute(database.kysely)
    expect((await run(brake(), 1)).held.size).toBe(1)
  })

  async function run(check: ReturnType<typeof brake>, count: number): Promise<BrakeVerdict> {
    return await database.transaction(tx => check(tx, due(count)))
  }
})
