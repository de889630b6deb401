import { sql } from 'kysely'
import { assertNever } from '#model/assert.ts'
import type { Database, Tx } from './database.ts'

/** The tables that are partitioned by day through their uuid v7 `id`. */
export const PARTITIONED = ['request', 'event', 'attempt'] as const
export type PartitionedTable = (typeof PARTITIONED)[number]

const dayMs = 86_400_000
/** Days made ahead: a hub that is down, or whose maintenance fails, for three days still finds a partition. */
const daysAhead = 3
/** Any number that nothing else locks; all maintenance of partitions takes turns. */
const lockKey = 0x50415254

/** The smallest uuid v7 of a millisecond since 1970: 48 bits of time (RFC 9562, section 5.7), then zeros. */
export function uuidOfMs(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`
}

interface Day {
  /** `20261121`, the day in UTC. */
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
}

function dayOf(ms: number): Day {
  const fromMs = Math.floor(ms / dayMs) * dayMs
  const name = new Date(fromMs).toISOString().slice(0, 10).replaceAll('-', '')
  return { name, fromMs, toMs: fromMs + dayMs }
}

/**
 * Makes the partitions of yesterday to three days ahead that are missing. Rows of such a day that have landed in the
 * default partition move into it. Safe to call from several processes.
 *
 * @param nowMs the present, milliseconds since 1970
 * @returns names of the partitions made
 */
export async function ensurePartitions(database: Database, nowMs: number): Promise<string[]> {
  const made: string[] = []
  for (const table of PARTITIONED) {
    for (let offset = -1; offset <= daysAhead; offset += 1) {
      const name = await makePartition(database, table, dayOf(nowMs + offset * dayMs))
      if (name !== undefined) made.push(name)
    }
  }
  return made
}

function makePartition(database: Database, table: PartitionedTable, day: Day): Promise<string | undefined> {
  const name = `${table}_${day.name}`
  return database.transaction(
    async tx => {
      await takeTurn(tx)
      if (await exists(tx, name)) return undefined
      const [from, to] = [uuidOfMs(day.fromMs), uuidOfMs(day.toMs)]
      // A day's rows in the default partition forbid its own partition, so they wait outside while it is attached.
      await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(tx)
      await sql`create table ${sql.table(name)} (like ${sql.table(table)} including defaults including constraints)`.execute(
        tx,
      )
      await sql`with moved as (delete from ${sql.table(`${table}_default`)} where id >= ${from}::uuid and id < ${to}::uuid returning *)
                insert into ${sql.table(name)} select * from moved`.execute(tx)
      await sql`alter table ${sql.table(table)} attach partition ${sql.table(name)}
                for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(tx)
      return name
    },
    { retries: 5 },
  )
}

/**
 * Attaching and detaching lock the whole table for a moment. Behind a long transaction that moment would stop everything
 * else, so we give up instead: rows without a partition go to the default one, and the next maintenance tries again.
 */
async function takeTurn(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockKey}), set_config('lock_timeout', '3s', true)`.execute(tx)
}

async function exists(tx: Tx, table: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass(${table}) is not null as found`.execute(tx)
  return rows[0]?.found ?? false
}

/**
 * Drops the partitions whose last row is older than `retentionDays`, and such rows of the default partition. Open
 * events (pending, reading or dead: work to do, or a person needed) are kept in the default partition, together with the
 * requests that hold their bodies, until they are settled.
 *
 * @param nowMs the present, milliseconds since 1970
 * @returns names of the partitions dropped
 */
export async function dropExpired(
  database: Database,
  table: PartitionedTable,
  retentionDays: number,
  nowMs: number,
): Promise<string[]> {
  const keepFrom = dayOf(nowMs - retentionDays * dayMs)
  const dropped: string[] = []
  for (const name of await partitionsOf(database, table)) {
    if (name.slice(table.length + 1) >= keepFrom.name) continue
    if (await dropPartition(database, table, name)) dropped.push(name)
  }
  await deleteSettled(database, table, keepFrom)
  return dropped
}

/** Names of the table's day partitions, oldest first. */
export async function partitionsOf(database: Database, table: PartitionedTable): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${table}::regclass and c.relname ~ ${`^${table}_\\d{8}$`} order by 1`.execute(database.kysely)
  return rows.map(row => row.name)
}

function dropPartition(database: Database, table: PartitionedTable, name: string): Promise<boolean> {
  return database.transaction(
    async tx => {
      await takeTurn(tx)
      if (!(await exists(tx, name))) return false
      await sql`alter table ${sql.table(table)} detach partition ${sql.table(name)}`.execute(tx)
      await sql`insert into ${sql.table(`${table}_default`)} select * from ${sql.table(name)} as kept where ${isOpen(table)}`.execute(
        tx,
      )
      await sql`drop table ${sql.table(name)}`.execute(tx)
      return true
    },
    { retries: 5 },
  )
}

/** Rows of the default partition that were kept because they were open, and are no more. */
async function deleteSettled(database: Database, table: PartitionedTable, keepFrom: Day): Promise<void> {
  await sql`delete from ${sql.table(`${table}_default`)} as kept
            where id < ${uuidOfMs(keepFrom.fromMs)}::uuid and not (${isOpen(table)})`.execute(database.kysely)
}

/** Which rows, as `kept`, outlive their day. */
function isOpen(table: PartitionedTable) {
  const open = sql`('pending', 'reading', 'dead')`
  switch (table) {
    case 'event':
      return sql`kept.state in ${open}`
    case 'request':
      return sql`exists (select from event where event.request_id = kept.id and event.state in ${open})`
    case 'attempt':
      return sql`false`
    default:
      return assertNever(table)
  }
}
