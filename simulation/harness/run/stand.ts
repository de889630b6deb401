import pino from 'pino'
import { type IdentityPolicy, loadIdentityPolicy } from '#rules/identity/policy.ts'
import { openDatabase } from '#store/database.ts'
import { migrate } from '#store/migrate.ts'
import { ensurePartitions } from '#store/partitions.ts'
import type { Backend, StatementFault } from '../database/backend.ts'
import { createFileReader, type FileReader } from '../hub/files.ts'
import { replaceGlobals } from '../globals.ts'
import { openMemory } from '../database/memory.ts'
import { createRandom, hashBytes, type SeededRandom } from '../random.ts'
import { openReal } from '../database/real.ts'
import { createScheduler, type Scheduler } from '../scheduler.ts'

/** Every run begins on this Monday morning. */
export const START_MS = Date.UTC(2026, 0, 5, 8)

/** What all runs of a worker process share: one database, one clock, one source of chance, each begun anew by every run. */
export interface Stand {
  scheduler: Scheduler
  random: SeededRandom
  backend: Backend
  files: FileReader
  identity: IdentityPolicy
  /** What the current run does about statements. */
  watch: { fault: StatementFault; hash: number }
  /** An empty database, the first moment, and chance as this seed has it. */
  begin(seed: number): Promise<void>
}

/**
 * Brings a database to the hub's schema, one inside this process or the empty one of the address. Replaces the process's
 * globals.
 */
export async function openStand(databaseUrl?: string): Promise<Stand> {
  const random = createRandom(1)
  const scheduler = createScheduler(random)
  const watch: Stand['watch'] = { fault: () => undefined, hash: 0 }
  const parts = {
    scheduler,
    fault: ((owner, text) => watch.fault(owner, text)) satisfies StatementFault,
    onBytes: (bytes: Uint8Array) => void (watch.hash = hashBytes(bytes, watch.hash)),
  }
  const backend = databaseUrl === undefined ? await openMemory(parts) : await openReal(databaseUrl, parts)
  replaceGlobals(scheduler, random, backend.isBusy)
  scheduler.restart(START_MS)
  await backend.restart()
  await prepare(scheduler, backend)
  const identity = loadIdentityPolicy()
  if (!identity.ok) throw new Error('the identity policy is wrong')
  const first = await tablesOf(backend)
  return {
    scheduler,
    random,
    backend,
    files: createFileReader(databaseUrl),
    identity: identity.policy,
    watch,
    async begin(seed) {
      scheduler.restart(START_MS)
      await backend.restart()
      random.restart(seed)
      watch.hash = 0
      watch.fault = () => undefined
      const made = (await tablesOf(backend)).filter(name => !first.includes(name))
      if (made.length > 0) await backend.run(`drop table ${made.join(', ')}`)
      const used = await usedTables(backend)
      if (used.length > 0) await backend.run(`truncate ${used.join(', ')} restart identity cascade`)
    },
  }
}

async function prepare(scheduler: Scheduler, { connection }: Backend): Promise<void> {
  const state = { done: false }
  async function bring(): Promise<void> {
    await migrate(connection)
    const log = pino({ level: 'silent' })
    const database = openDatabase({ connection, poolMax: 1, applicationName: 'simulation', log })
    await ensurePartitions(database, START_MS)
    await database.close()
  }
  const ready = bring().finally(() => (state.done = true))
  // A busy server takes its time for the tables, while simulated time goes on.
  while (!state.done) await scheduler.run(scheduler.nowMs() + 60_000, () => state.done)
  await ready
}

/** Those that anything was ever written to since they were emptied: to empty all costs more than many a run's own work. */
async function usedTables(backend: Backend): Promise<string[]> {
  const rows = await backend.rows(`
    select relname from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace
      and pg_relation_size(oid) > 0 and relname <> 'schema_migration' order by 1`)
  return rows.flatMap(row => row[0] ?? [])
}

async function tablesOf(backend: Backend): Promise<string[]> {
  const rows = await backend.rows(
    `select relname from pg_class where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace order by 1`,
  )
  return rows.flatMap(row => row[0] ?? [])
}
