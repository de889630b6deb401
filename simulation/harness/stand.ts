import type { IdentityPolicy } from '#rules/identity-policy.ts'
import { loadIdentityPolicy } from '#rules/identity-policy.ts'
import { ensurePartitions } from '#store/partitions.ts'
import { openDatabase } from '#store/database.ts'
import { migrate } from '#store/migrate.ts'
import pino from 'pino'
import { createFileReader, type FileReader } from './files.ts'
import { replaceGlobals } from './globals.ts'
import { createPooler, type Pooler, type StatementFault } from './pooler.ts'
import { createRandom, hashBytes, type SeededRandom } from './random.ts'
import { createScheduler, type Scheduler } from './scheduler.ts'
import { openSession, type Session } from './session.ts'

/** Every run begins on this Monday morning. */
export const START_MS = Date.UTC(2026, 0, 5, 8)

/** What all runs of a worker process share: one database, one clock, one source of chance, each begun anew by every run. */
export interface Stand {
  scheduler: Scheduler
  random: SeededRandom
  session: Session
  pooler: Pooler
  files: FileReader
  identity: IdentityPolicy
  /** What the current run does about statements. */
  watch: { fault: StatementFault; hash: number }
  /** An empty database, the first moment, and chance as this seed has it. */
  begin(seed: number): void
}

/** Starts PostgreSQL in this process and brings it to the hub's schema; takes a second or two. Replaces the process's globals. */
export async function openStand(): Promise<Stand> {
  const random = createRandom(1)
  const scheduler = createScheduler(random)
  const session = await openSession()
  const watch: Stand['watch'] = { fault: () => 'none', hash: 0 }
  const pooler = createPooler({
    session,
    scheduler,
    fault: (owner, text) => watch.fault(owner, text),
    onBytes: bytes => void (watch.hash = hashBytes(bytes, watch.hash)),
  })
  replaceGlobals(scheduler, random, session.isBusy)
  scheduler.restart(START_MS)
  pooler.restart()
  await prepare(scheduler, pooler)
  const identity = loadIdentityPolicy()
  if (!identity.ok) throw new Error('the identity policy is wrong')
  const first = tablesOf(session)
  return {
    scheduler,
    random,
    session,
    pooler,
    files: createFileReader(),
    identity: identity.policy,
    watch,
    begin(seed) {
      scheduler.restart(START_MS)
      pooler.restart()
      random.restart(seed)
      watch.hash = 0
      watch.fault = () => 'none'
      const made = tablesOf(session).filter(name => !first.includes(name))
      if (made.length > 0) statement(session, `drop table ${made.join(', ')}`)
      statement(
        session,
        `truncate ${first.filter(name => name !== 'schema_migration').join(', ')} restart identity cascade`,
      )
    },
  }
}

async function prepare(scheduler: Scheduler, pooler: Pooler): Promise<void> {
  let done = false
  async function bring(): Promise<void> {
    await migrate(pooler.connection)
    const log = pino({ level: 'silent' })
    const database = openDatabase({ connection: pooler.connection, poolMax: 1, applicationName: 'simulation', log })
    await ensurePartitions(database, START_MS)
    await database.close()
  }
  const ready = bring().finally(() => (done = true))
  await scheduler.run(START_MS + 60_000, () => done)
  await ready
}

function statement(session: Session, text: string): void {
  session.exec([{ type: 'Q', body: Buffer.from(`${text}\0`) }], new Map())
}

function tablesOf(session: Session): string[] {
  return session
    .rows(
      `select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by 1`,
    )
    .flatMap(row => row[0] ?? [])
}
