import {
  type BackendClasses,
  type BulkJobOptions,
  type IQueueBackend,
  createPostgresBackend,
  createRedisBackend,
  isPgPool,
  runMigrations,
  withBackend,
} from 'bullmq'
import { Redis } from 'ioredis'
import type { Pool, PoolConfig } from 'pg'
import type { Logger } from 'pino'
import { assert } from '#model/assert.ts'
import { openPool } from '#store/database.ts'

/** One wake-up or timer: a name and nothing else. */
export interface QueueJob {
  readonly name: string
  /** While a job of this id waits, another is not added. */
  readonly dedupeId: string
  /** Absent: now, and if such a job runs, once more after it. Present: a timer; a newer one of the same id replaces it. */
  readonly delayMs?: number
}

/** The producing side of a BullMQ queue. Its calls reject while the backend is away. */
export interface JobQueue {
  add(jobs: readonly QueueJob[]): Promise<void>
  /** Makes sure that a job of this name comes at every multiple of `everyMs`. Changes nothing if it is set already. */
  schedule(name: string, everyMs: number): Promise<void>
  close(): Promise<void>
}

/** The consuming side. */
export interface JobWorker {
  /** Takes no more jobs at once, and lets go of the server when those that run have ended, which `idle` tells. */
  close(idle: Promise<unknown>): Promise<void>
}

/** BullMQ on one of its stores. */
export interface QueueBackend {
  readonly kind: 'postgres' | 'redis'
  queue(name: string): JobQueue
  worker(name: string, concurrency: number, run: (jobName: string) => Promise<void>): JobWorker
  close(): Promise<void>
}

type Log = Pick<Logger, 'warn'>

/** After `kill -9` a job stays locked to the dead process this long; the sweep does its work meanwhile. */
const lockMs = 10_000
const stalledCheckMs = 5_000
/** How soon a worker that lost the backend asks again. BullMQ's own 15 s would be felt. */
const retryDelayMs = 300
const closeTimeoutMs = 3_000

/** The queue's schema, beside the hub's own tables. */
const schema = 'bullmq'

/** Jobs leave no trace once they are done: what happened stands in the hub's tables. */
const jobOptions = { removeOnComplete: true, removeOnFail: true, attempts: 1 } as const

/**
 * BullMQ on PostgreSQL, in a schema of its own. Brings that schema up to date.
 * @param connection the hub's database
 */
export async function createPostgresQueueBackend(options: {
  connection: string | PoolConfig
  log: Log
}): Promise<QueueBackend> {
  const { connection, log } = options
  const base = typeof connection === 'string' ? { connectionString: connection } : connection
  const pool = openPool({
    connection: { ...base, options: `-c search_path=${schema}` },
    // Each of the two workers holds one connection for LISTEN; with none left over they would hang.
    poolMax: 6,
    applicationName: 'patchbay queue',
    log,
  })
  pool.setMaxListeners(50)
  assert(isPgPool(pool), 'BullMQ takes a pg pool')
  await migrateQueue(pool)
  const backend = bind(withBackend(createPostgresBackend), () => pool, log)
  return { ...backend, kind: 'postgres', close: () => pool.end() }
}

async function migrateQueue(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await runMigrations(client, schema)
  } finally {
    client.release()
  }
}

/**
 * BullMQ on Redis. Does not wait for the server: while it is away the hub works by its sweeps.
 * @param url `redis://` or `rediss://` address
 * @param prefix of all keys, so that several hubs can share one server
 */
export function createRedisQueueBackend(options: { url: string; prefix?: string; log: Log }): QueueBackend {
  const { url, prefix = 'patchbay', log } = options
  const clients: Redis[] = []
  /** BullMQ duplicates a worker's client to wait on; we keep hold of all of them, to end those it cannot say goodbye on. */
  const keep = (client: Redis): Redis => {
    const duplicate = client.duplicate.bind(client)
    client.duplicate = override => keep(duplicate(override))
    client.on('error', () => {})
    clients.push(client)
    return client
  }
  const connectionFor = (use: 'queue' | 'worker'): Redis => {
    const retryStrategy = (times: number): number => Math.min(50 * times, retryDelayMs)
    return use === 'queue'
      ? // A producer must hear at once that Redis is away, not pile up promises until it is back.
        keep(new Redis(url, { retryStrategy, maxRetriesPerRequest: 1, enableOfflineQueue: false }))
      : keep(new Redis(url, { retryStrategy, maxRetriesPerRequest: null }))
  }
  const backend = bind(withBackend(createRedisBackend), connectionFor, log, prefix)
  const close = async (): Promise<void> => clients.forEach(client => client.disconnect())
  return { ...backend, kind: 'redis', close }
}

/** The two stores differ in their connections alone; all that is said to BullMQ is said here. */
function bind<B extends IQueueBackend, C>(
  classes: BackendClasses<B, C>,
  connectionFor: (use: 'queue' | 'worker') => C,
  log: Log,
  prefix?: string,
): Pick<QueueBackend, 'queue' | 'worker'> {
  const warn = sayRarely(log)
  const shared = prefix === undefined ? {} : { prefix }
  return {
    queue(name) {
      const queue = new classes.Queue<null, void>(name, {
        ...shared,
        connection: connectionFor('queue'),
        defaultJobOptions: jobOptions,
        streams: { events: { maxLen: 100 } },
      })
      queue.on('error', warn)
      return {
        add: async jobs => {
          await queue.addBulk(jobs.map(job => ({ name: job.name, data: null, opts: optionsOf(job) })))
        },
        schedule: async (job, everyMs) => {
          const known = await queue.getJobScheduler(job)
          if (known?.every === everyMs) return
          await queue.upsertJobScheduler(job, { every: everyMs }, { name: job, opts: jobOptions })
        },
        close: () => withinTime(queue.close(), closeTimeoutMs),
      }
    },
    worker(name, concurrency, run) {
      const worker = new classes.Worker<null, void>(name, job => run(job.name), {
        ...shared,
        connection: connectionFor('worker'),
        concurrency,
        lockDuration: lockMs,
        stalledInterval: stalledCheckMs,
        // A job holds nothing that could be lost or be done twice: start it again as often as it takes.
        maxStalledCount: 1_000_000,
        runRetryDelay: retryDelayMs,
      })
      worker.on('error', warn)
      return {
        close: async idle => {
          const closing = worker.close()
          await idle
          await withinTime(closing, closeTimeoutMs)
        },
      }
    },
  }
}

/** While a server is away every connection complains several times a second: one line in ten seconds says it all. */
function sayRarely(log: Log): (error: Error) => void {
  let quietUntilMs = 0
  return error => {
    if (performance.now() < quietUntilMs) return
    quietUntilMs = performance.now() + 10_000
    log.warn({ err: error }, 'the queue cannot be reached; work goes on by sweeps')
  }
}

function optionsOf(job: QueueJob): BulkJobOptions {
  const { dedupeId: id, delayMs } = job
  return delayMs === undefined
    ? { deduplication: { id, keepLastIfActive: true } }
    : { delay: delayMs, deduplication: { id, replace: true } }
}

/** A connection whose server is away cannot say goodbye: it is left, and cut off when the backend closes. */
async function withinTime(work: Promise<void>, timeoutMs: number): Promise<void> {
  const late = Promise.withResolvers<void>()
  const handle = setTimeout(late.resolve, timeoutMs)
  await Promise.race([work.catch(() => {}), late.promise])
  clearTimeout(handle)
}
