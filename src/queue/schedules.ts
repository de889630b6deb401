import type { Logger } from 'pino'
import type { JobWorker, QueueBackend } from './backend.ts'

/** The recurring jobs of the cluster. */
export interface Schedules {
  every(name: string, everyMs: number, run: () => Promise<void>): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** Runs at one time in one process. */
const concurrency = 4

/**
 * Recurring jobs by BullMQ's job schedulers: whichever process takes the job runs it. A Redis that lost its memory has no
 * schedulers any more, so they are looked after every `repairMs`.
 */
export function createSchedules(options: {
  backend: QueueBackend
  repairMs: number
  log: Pick<Logger, 'warn' | 'error'>
}): Schedules {
  const { backend, repairMs, log } = options
  const registered = new Map<string, { everyMs: number; run: () => Promise<void> }>()
  const running = new Map<string, Promise<void>>()
  const queue = backend.queue('schedule')
  let worker: JobWorker | undefined
  let repairs: NodeJS.Timeout | undefined
  let started = false

  async function runJob(name: string): Promise<void> {
    const job = registered.get(name)
    if (job === undefined || running.has(name)) return
    const run = job.run().catch((error: unknown) => {
      log.error({ err: error, name }, 'a recurring job failed; it runs again at its next time')
    })
    running.set(name, run)
    await run
    running.delete(name)
  }

  async function setAll(): Promise<void> {
    for (const [name, { everyMs }] of registered) {
      await queue.schedule(name, everyMs).catch((error: unknown) => {
        log.warn({ err: error, name }, 'a recurring job could not be set; tried again soon')
      })
    }
  }

  /** Only a process that knows jobs takes any. */
  async function takePart(): Promise<void> {
    if (!started || registered.size === 0) return
    worker ??= backend.worker('schedule', concurrency, runJob)
    repairs ??= setInterval(() => void setAll(), repairMs)
    await setAll()
  }

  return {
    async every(name, everyMs, run) {
      registered.set(name, { everyMs, run })
      await takePart()
    },
    async start() {
      started = true
      await takePart()
    },
    async stop() {
      clearInterval(repairs)
      await worker?.close(Promise.all(running.values()))
      await queue.close()
    },
  }
}
