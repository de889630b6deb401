import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { measureQuality } from '#app/quality/measure.ts'
import { createTestDatabase } from '../../support/postgres.ts'

test('a day has one sample, however often it is taken', async () => {
  const { database } = await createTestDatabase()
  await sql`alter table source_record set (autovacuum_enabled = false)`.execute(database.kysely)
  await sql`
    insert into source_record (system, object, remote_id, entity, fields, modified_at)
    select 'crm', 'contact', n::text, 'person', '{}', now() from generate_series(1, 30000) n
  `.execute(database.kysely)
  // As many as make a tenth of the pages enough.
  await sql`update pg_class set reltuples = 120000 where relname = 'source_record'`.execute(database.kysely)
  const take = async (): Promise<number> => {
    const { records } = await measureQuality({
      database,
      config: { hub: { defaultCountry: 'CN' } } as Parameters<typeof measureQuality>[0]['config'],
      nowMs: () => Date.UTC(2026, 0, 5, 8),
    })
    return records
  }
  const taken = [await take(), await take(), await take(), await take()]
  expect(taken[0]).toBeGreaterThan(100)
  expect(taken[0]).toBeLessThan(10_000)
  expect(new Set(taken).size).toBe(1)
})
