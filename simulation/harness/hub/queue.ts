import type { SimRandom } from '../../contract.ts'
import type { JobQueue, JobWorker, QueueBackend } from '#queue/backend.ts'
import { owners, type Handle, type Owner, type Scheduler } from '../scheduler.ts'

/** The cluster's queue: jobs come late, twice or never, and all of them can be wiped. */
export interface SimQueue {
  /** The backend as the process that opens it sees it. */
  open(): QueueBackend
  /** As a Redis that lost its memory. */
  wipe(): void
  /** From now on nothing is lost, doubled or late. */
  calm(): void
}

interface Worker {
  owner: Owner | undefined
  run: (jobName: string) => Promise<void>
}

const LATE_MS_MAX = 5_000

export function createQueue(scheduler: Scheduler, random: SimRandom): SimQueue {
  const workers = new Map<string, Worker[]>()
  const schedules = new Map<string, Handle>()
  const underway = new Set<Handle>()
  let faulty = true

  function deliver(queue: string, job: string, delayMs: number): void {
    const handle = scheduler.after(delayMs, () => {
      underway.delete(handle)
      const living = (workers.get(queue) ?? []).filter(worker => worker.owner?.dead !== true)
      if (living.length === 0) return
      const { owner, run } = random.pick(living)
      owners.run(owner, () => void run(job).catch(() => {}))
    })
    underway.add(handle)
  }

  function lateMs(): number {
    return faulty && random.chance(0.2) ? random.integer(LATE_MS_MAX) : random.integer(5)
  }

  function producer(queue: string): JobQueue {
    return {
      async add(jobs) {
        for (const { name, delayMs = 0 } of jobs) {
          if (faulty && random.chance(0.1)) continue
          deliver(queue, name, delayMs + lateMs())
          if (faulty && random.chance(0.1)) deliver(queue, name, delayMs + lateMs())
        }
      },
      async schedule(name, everyMs) {
        if (schedules.has(name)) return
        deliver(queue, name, 0)
        schedules.set(
          name,
          scheduler.every(everyMs, () => deliver(queue, name, lateMs()), undefined, name),
        )
      },
      async close() {},
    }
  }

  function worker(queue: string, run: Worker['run']): JobWorker {
    const made: Worker = { owner: owners.getStore(), run }
    workers.set(queue, [...(workers.get(queue) ?? []).filter(({ owner }) => owner?.dead !== true), made])
    return {
      async close(idle) {
        workers.set(
          queue,
          (workers.get(queue) ?? []).filter(other => other !== made),
        )
        await idle
      },
    }
  }

  return {
    open: () => ({
      kind: 'redis',
      queue: producer,
      worker: (name, _concurrency, run) => worker(name, run),
      async close() {},
    }),
    wipe() {
      for (const handle of [...underway, ...schedules.values()]) handle.cancel()
      underway.clear()
      schedules.clear()
    },
    calm: () => void (faulty = false),
  }
}
