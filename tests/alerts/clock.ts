import { sql } from 'kysely'
import { afterAll, vi } from 'vitest'
import type { TestDatabase } from '../support/postgres.ts'

/** Time that a test moves on: of this process and of one database alike, so that a hub on both sees hours pass. */
export interface Clock {
  /** Epoch ms. */
  nowMs: () => number
  advance: (ms: number) => Promise<void>
}

/**
 * Call it before a hub is started on the database. There `now()` is found in the schema `public` before the server's own; timers go
 * on in real time, so what waits for one is waited for.
 */
export async function startClock({ database, url }: Pick<TestDatabase, 'database' | 'url'>): Promise<Clock> {
  const name = new URL(url).pathname.slice(1)
  const run = (text: string) => sql.raw(text).execute(database.kysely)
  await run('create table clock (ahead interval not null)')
  await run(`insert into clock values (interval '0')`)
  await run(
    `create function public.now() returns timestamptz language sql stable as 'select pg_catalog.now() + (select ahead from public.clock)'`,
  )
  const { rows } = await sql<{ change: string }>`
    select format('alter table %I alter column %I set default public.now()', table_name, column_name) as change
    from information_schema.columns c where table_schema = 'public' and column_default = 'now()'
      and exists (select from pg_class k where k.relname = c.table_name and not k.relispartition)
  `.execute(database.kysely)
  for (const { change } of rows) await run(change)
  await run(`alter database ${name} set search_path = public, pg_catalog`)
  const realNow = Date.now.bind(Date)
  let aheadMs = 0
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs)
  afterAll(() => vi.restoreAllMocks())
  return {
    nowMs: () => Date.now(),
    async advance(ms) {
      await sql`update clock set ahead = ahead + ${ms} * interval '1 millisecond'`.execute(database.kysely)
      aheadMs += ms
    },
  }
}

/** What a source usually does: something in every five minutes of the last three weeks. */
export async function seedRhythm(
  { database }: Pick<TestDatabase, 'database'>,
  system: string,
  nowMs: number,
): Promise<void> {
  await sql`
    insert into source_activity (system, hour, slots, last_at)
    select ${system}, hour, 4095, least(hour + interval '59 minutes', ${new Date(nowMs)})
    from generate_series(date_bin('1 hour', ${new Date(nowMs)}::timestamptz - interval '22 days', timestamptz 'epoch'), ${new Date(nowMs)}::timestamptz, interval '1 hour') hour
    on conflict do nothing
  `.execute(database.kysely)
}
