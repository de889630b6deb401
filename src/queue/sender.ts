import type { Logger } from 'pino'
import type { JobQueue, QueueJob } from './backend.ts'

/** Sends jobs in bursts: of each dedupe id at most one per window. */
export interface Sender {
  send(job: QueueJob): void
  /** Sends what is still held back, and waits for it. */
  stop(): Promise<void>
}

/**
 * The first job of a quiet time leaves in the next macrotask, those after it together at the end of the window. A burst
 * that the queue does not take is given up: the sweeps of the workers find the rows.
 */
export function createSender(queue: JobQueue, windowMs: number, log: Pick<Logger, 'warn'>): Sender {
  const held = new Map<string, QueueJob>()
  let sending: Promise<void> = Promise.resolve()
  let nextAtMs = 0
  let isPlanned = false
  let stopped = false

  function plan(): void {
    if (isPlanned) return
    isPlanned = true
    const waitMs = nextAtMs - performance.now()
    if (waitMs <= 0) setImmediate(flush)
    else setTimeout(flush, waitMs)
  }

  function flush(): void {
    isPlanned = false
    nextAtMs = performance.now() + windowMs
    const jobs = [...held.values()]
    held.clear()
    if (jobs.length === 0) return
    sending = queue
      .add(jobs)
      .catch((error: unknown) => log.warn({ err: error, jobs: jobs.length }, 'wake-ups were not sent'))
  }

  return {
    send(job) {
      if (stopped) return
      held.set(job.dedupeId, job)
      plan()
    },
    async stop() {
      stopped = true
      await sending
      flush()
      await sending
    },
  }
}
