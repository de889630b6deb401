import {
  type IsolationLevel,
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPoolClient,
  type PostgresQueryResult,
  type Transaction,
} from 'kysely'
import { Pool, type PoolClient, type PoolConfig, types } from 'pg'
import type { Logger } from 'pino'
import type { Schema } from './schema.ts'
import { createStatementNames } from './statement-names.ts'

/** A handle for single statements. */
export type Db = Kysely<Schema>
/** A handle inside a transaction; every function that takes `Db` takes it too. */
export type Tx = Transaction<Schema>

export interface TransactionOptions {
  /** How often a transaction that lost against another (40001, 40P01) is run again from its start. Default 0. */
  readonly retries?: number
  readonly isolation?: IsolationLevel
}

/** The hub's PostgreSQL database. */
export interface Database {
  readonly kysely: Db
  /** Runs `run` in a transaction: its result commits, its throw rolls back. It may run again, so it must hold no state. */
  transaction<T>(run: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** SQL statements sent so far, `begin` and `commit` included. */
  statements(): number
  /** Connections in use, idle, and callers waiting for one. */
  load(): { busy: number; idle: number; waiting: number }
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** A `postgres://` address, or what `pg` takes as configuration. */
  readonly connection: string | PoolConfig
  readonly poolMax: number
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string
  readonly log: Pick<Logger, 'warn'>
  /**
   * For statements that join a small batch with large tables by key. Plans of statements that come again are kept, and
   * tables are read by their indexes whatever the statistics say: a new table, or one that grew a thousandfold since it
   * was last analyzed, would else be scanned. Not for reports.
   *
   * `relaxed`: a commit does not wait for the disk. For the stages: what a crash takes back is still to be done, and is
   * done again. `durable`: it waits; for what is acknowledged to others (invariant 1).
   */
  readonly keyed?: 'relaxed' | 'durable'
}

/** Opens a pool of connections. Nothing is sent before the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = openPool(options)
  let statements = 0
  const nameOf = options.keyed !== undefined ? createStatementNames() : () => undefined
  const watch = (text: string): string | undefined => {
    statements += 1
    return nameOf(text)
  }
  const watched = watchedClients(watch)
  const kysely = new Kysely<Schema>({
    dialect: new PostgresDialect({
      pool: {
        options: {},
        connect: async () => watched(await pool.connect()),
        end: () => pool.end(),
      },
    }),
  })
  return {
    kysely,
    transaction: (run, settings) => runTransaction(kysely, run, settings),
    statements: () => statements,
    load: () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    close: async () => {
      await kysely.destroy()
      if (!pool.ended) await pool.end()
    },
  }
}

const BY_KEY = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off'

/** A plain `pg` pool with the hub's settings, for the few callers that need no kysely. The caller ends it. */
export function openPool(options: DatabaseOptions): Pool {
  const { connection, poolMax, applicationName, log, keyed } = options
  const pool = new Pool({
    ...(typeof connection === 'string' ? { connectionString: connection } : connection),
    ...(keyed === undefined ? {} : { options: keyed === 'relaxed' ? `${BY_KEY} -c synchronous_commit=off` : BY_KEY }),
    max: poolMax,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    types: {
      // bigint as a number: ours are counters and versions, far below 2^53.
      getTypeParser: (oid, format) =>
        oid === types.builtins.INT8 && format !== 'binary' ? Number : types.getTypeParser(oid, format),
    },
  })
  // Without listeners a lost connection would end the process. The pool replaces idle ones by itself, and statements
  // under way reject on their own.
  pool.on('error', error => log.warn({ err: error, pool: applicationName }, 'a database connection was lost'))
  pool.on('connect', client => client.on('error', () => {}))
  return pool
}

/** Sees each statement before it is sent, and may name it. */
type Watch = (text: string) => string | undefined

/** What kysely asks of a client, with each statement watched. One wrapper per client, since kysely keeps state by it. */
function watchedClients(watch: Watch) {
  const wrappers = new WeakMap<PoolClient, PostgresPoolClient>()
  return (client: PoolClient): PostgresPoolClient => {
    const known = wrappers.get(client)
    if (known !== undefined) return known
    const wrapper = watchedClient(client, watch)
    wrappers.set(client, wrapper)
    return wrapper
  }
}

function watchedClient(client: PoolClient, watch: Watch): PostgresPoolClient {
  // The server's last word comes before its end of the connection: a client given back in between would be handed to
  // the next caller, and fail it too.
  let broken = false
  async function watched<R>(result: Promise<R>): Promise<R> {
    try {
      return await result
    } catch (error) {
      broken ||= endsConnection(error)
      throw error
    }
  }
  function query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  function query(text: string | PostgresCursor<unknown>, parameters: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') throw new Error('this pool has no cursors')
    const name = watch(text)
    const values = [...parameters]
    return watched(name === undefined ? client.query(text, values) : client.query({ name, text, values }))
  }
  return { query, release: destroy => client.release(broken || destroy) }
}

async function runTransaction<T>(
  kysely: Db,
  run: (tx: Tx) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const { retries = 0, isolation } = options
  for (let attempt = 0; ; attempt += 1) {
    try {
      const builder = kysely.transaction()
      return await (isolation === undefined ? builder : builder.setIsolationLevel(isolation)).execute(run)
    } catch (error) {
      if (attempt >= retries || !lostAgainstAnother(error)) throw error
    }
  }
}

/** The five-character SQLSTATE of a failed statement (PostgreSQL, appendix A), else undefined. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined
}

/** True when no further statement can be sent over the connection: the server ended it (57P…, 08…), or the socket did. */
function endsConnection(error: unknown): boolean {
  const state = sqlState(error)
  return state === undefined || state.startsWith('57P') || state.startsWith('08')
}

/** True for serialization failures (40001) and deadlocks (40P01): the same transaction may well pass when run again. */
export function lostAgainstAnother(error: unknown): boolean {
  const state = sqlState(error)
  return state === '40001' || state === '40P01'
}

const LOST_RUNS_MAX = 10

/**
 * Runs one statement, and runs it again when it lost against another transaction: nothing of a lost run is left. For
 * what follows a call or a commit and has nobody who would come back for it.
 */
export async function untilNotLost<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run()
    } catch (error) {
      if (tries >= LOST_RUNS_MAX || !lostAgainstAnother(error)) throw error
    }
  }
}
