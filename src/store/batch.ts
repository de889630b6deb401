import { sql } from 'kysely'
import type { Stage } from '#model/stages.ts'
import { STAGES } from '#model/stages.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Tracing } from '#observe/tracing.ts'
import { type Database, lostAgainstAnother, sqlState, type Tx } from './database.ts'
import { ERASURE_LOCK } from './customers/suppression.ts'

/** What a stage does with one batch of rows, inside one transaction. */
export interface BatchWork<Row> {
  stage: Stage
  rowsMax: number
  /** The oldest rows that are due, in order. */
  claim(tx: Tx, shard: number, limit: number): Promise<readonly Row[]>
  /** Decides and writes; what it returns runs after the commit (wake-ups, counters, the log line's fields). */
  run(tx: Tx, rows: readonly Row[]): Promise<Committed>
  /** Takes one row that cannot be worked on out of the way, as a dead letter. */
  bury(tx: Tx, row: Row, error: Error): Promise<void>
  /** The trace that a row belongs to. */
  traceIdOf(row: Row): string
}

export interface Committed {
  after: () => void | Promise<void>
  /** Rows that were claimed but left for the next batch. */
  left?: number
  /** Counts for the wide log line. */
  counts: Readonly<Record<string, number>>
}

/** Advisory lock classes: one stage's shard is worked on by one transaction at a time, in all processes. */
const LOCK_CLASS = 0x7061_7463
/** A shard that another process works on is looked at again so soon: what woke us may have come after that one's claim. */
const BUSY_MS = 100

/**
 * Works on one batch of a shard: lock, claim, run, commit. A batch that fails is halved until the bad row is alone
 * and buried, so that the others commit. Returns whether there may be more rows, or when to look again.
 */
export async function drainBatch<Row>(
  parts: { database: Database; log: Log; metrics: Metrics; tracing?: Tracing | undefined },
  work: BatchWork<Row>,
  shard: number,
): Promise<{ more: boolean; nextDueAt?: Date }> {
  let limit = work.rowsMax
  for (;;) {
    const startedMs = performance.now()
    const step = await attempt(parts, work, shard, limit)
    if (step.kind === 'failed') {
      limit = Math.max(1, limit >> 1)
      continue
    }
    if (step.kind === 'none') return { more: false }
    if (step.kind === 'busy') return { more: false, nextDueAt: new Date(Date.now() + BUSY_MS) }
    await step.committed.after()
    const durationMs = performance.now() - startedMs
    parts.metrics.stageSeconds.observe({ stage: work.stage }, durationMs / 1000)
    parts.metrics.stageRows.inc({ stage: work.stage }, step.rows.length)
    parts.tracing?.batch({
      stage: work.stage,
      traceIds: step.rows.map(work.traceIdOf),
      attributes: { 'patchbay.shard': shard, 'patchbay.rows': step.rows.length },
      durationMs,
      failed: false,
    })
    parts.log.info(
      { unit: work.stage, shard, rows: step.rows.length, ...step.committed.counts, durationMs: Math.round(durationMs) },
      'batch',
    )
    return { more: (step.committed.left ?? 0) > 0 || limit < work.rowsMax || step.rows.length >= limit }
  }
}

type Step<Row> =
  | { kind: 'done'; rows: readonly Row[]; committed: Committed }
  | { kind: 'none' }
  /** Another process works on the shard. */
  | { kind: 'busy' }
  | { kind: 'failed' }

async function attempt<Row>(
  parts: { database: Database; log: Log; metrics: Metrics },
  work: BatchWork<Row>,
  shard: number,
  limit: number,
): Promise<Step<Row>> {
  let claimed: readonly Row[] = []
  try {
    return await parts.database.transaction(async tx => {
      if (!(await lockShard(tx, work.stage, shard))) return { kind: 'busy' }
      claimed = await work.claim(tx, shard, limit)
      if (claimed.length === 0) return { kind: 'none' }
      return { kind: 'done', rows: claimed, committed: await work.run(tx, claimed) }
    })
  } catch (error) {
    parts.metrics.stageErrors.inc({ stage: work.stage })
    // A lost connection or a server going down says nothing about the rows: leave them, the sweep comes back.
    if (!(error instanceof Error) || isServerTrouble(error)) throw error
    const [only, ...others] = claimed
    parts.log.error({ err: error, unit: work.stage, shard, rows: claimed.length }, 'a batch failed and was rolled back')
    if (only === undefined) throw error
    if (others.length === 0 && !lostAgainstAnother(error)) {
      await parts.database.transaction(async tx => {
        if (await lockShard(tx, work.stage, shard)) await work.bury(tx, only, error)
      })
    }
    return { kind: 'failed' }
  }
}

/** Also waits for an erasure under way, before anything else is locked or read; no statement of its own. */
async function lockShard(tx: Tx, stage: Stage, shard: number): Promise<boolean> {
  const key = STAGES.indexOf(stage) * 65_536 + shard
  const { rows } = await sql<{
    locked: boolean
  }>`select pg_try_advisory_xact_lock(${LOCK_CLASS}, ${key}) as locked, pg_advisory_xact_lock_shared(${ERASURE_LOCK[0]}, ${ERASURE_LOCK[1]})`.execute(
    tx,
  )
  return rows[0]?.locked === true
}

/**
 * True when the failure is the server's or the connection's (classes 08, 53, 57, 58; ECONNRESET and its kin; what pg says
 * of a lost client), not the statement's. Node's own codes (`ERR_...`) are our bugs, met again with every try of the row.
 */
function isServerTrouble(error: Error): boolean {
  const state = sqlState(error)
  if (state !== undefined) return /^(08|53|57|58)/.test(state)
  if ('code' in error) return typeof error.code === 'string' && /^E(?!RR_)[A-Z_]+$/.test(error.code)
  return /^(Connection terminated|Client |timeout e|Cannot use a pool|driver has already)/i.test(error.message)
}
