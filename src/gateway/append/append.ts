import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Database } from '#store/database.ts'
import { countAppended } from './notes.ts'
import type { AppendUnit, EventRow } from './rows.ts'
import { appendUnits } from './units.ts'

export interface Appender {
  /** Resolves when the unit is durable; rejects when it is not (the sender must then be told so). */
  append(unit: AppendUnit): Promise<void>
  /** Bytes waiting for commit; the intake refuses new work above a bound. */
  waitingBytes(): number
  /** Waits for everything under way. */
  close(): Promise<void>
}

const UNITS_PER_COMMIT_MAX = 256
const BYTES_PER_COMMIT_MAX = 16 * 1024 * 1024
/** Two commits may be under way at a time: one is written while the other is flushed to disk. */
const LANES = 2

interface Waiting {
  unit: AppendUnit
  bytes: number
  resolve: () => void
  reject: (error: unknown) => void
}

/**
 * Group commit: units that arrive while a commit is under way are committed together by the next one, so the cost
 * of a flush to disk is shared under load and nobody waits when there is none.
 */
export function createAppender(
  database: Database,
  metrics: Metrics,
  log: Pick<Log, 'info'>,
  onCommitted: (events: readonly EventRow[]) => void,
): Appender {
  const queue: Waiting[] = []
  const running = new Set<Promise<void>>()
  let waitingBytes = 0

  function take(): Waiting[] {
    const batch: Waiting[] = []
    let bytes = 0
    while (queue.length > 0 && batch.length < UNITS_PER_COMMIT_MAX && bytes < BYTES_PER_COMMIT_MAX) {
      const next = queue.shift()
      if (next === undefined) break
      batch.push(next)
      bytes += next.bytes
    }
    return batch
  }

  async function commit(batch: Waiting[]): Promise<void> {
    try {
      const units = batch.map(waiting => waiting.unit)
      const startedMs = performance.now()
      const repeated = await appendUnits(database.kysely, units)
      countAppended(metrics, units, repeated)
      log.info({ unit: 'receive', ...countsOf(units), durationMs: Math.round(performance.now() - startedMs) }, 'commit')
      for (const waiting of batch) waiting.resolve()
      onCommitted(units.flatMap(unit => unit.events))
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error)
      else for (const waiting of batch) await commit([waiting])
    }
  }

  function pump(): void {
    while (running.size < LANES && queue.length > 0) {
      const batch = take()
      const lane = commit(batch).finally(() => {
        for (const waiting of batch) waitingBytes -= waiting.bytes
        running.delete(lane)
        pump()
      })
      running.add(lane)
    }
  }

  return {
    append(unit) {
      const bytes = unitBytes(unit)
      waitingBytes += bytes
      return new Promise((resolve, reject) => {
        queue.push({ unit, bytes, resolve, reject })
        // The next macrotask, so that requests read in one turn of the event loop share a commit.
        if (queue.length === 1) setImmediate(pump)
      })
    },
    waitingBytes: () => waitingBytes,
    async close() {
      while (running.size > 0 || queue.length > 0) {
        pump()
        await Promise.all(running)
      }
    },
  }
}

/** What the log says of a commit. */
function countsOf(units: readonly AppendUnit[]) {
  const requests = units.flatMap(unit => unit.request ?? [])
  const events = units.flatMap(unit => unit.events)
  const payloads = events.reduce((sum, event) => sum + (event.payload?.length ?? 0), 0)
  return {
    requests: requests.length,
    events: events.length,
    systems: [...new Set([...requests, ...events].map(row => row.system))],
    bytes: requests.reduce((sum, request) => sum + request.body.length, payloads),
  }
}

function unitBytes(unit: AppendUnit): number {
  return unit.events.reduce(
    (sum, event) => sum + (event.payload?.length ?? 0) + 500,
    (unit.request?.body.length ?? 0) + 1_000,
  )
}
