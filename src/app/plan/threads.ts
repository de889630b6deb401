import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { DueDelivery } from '#deliver/claim.ts'
import type { PendingEvent } from '#interpret/rows.ts'
import type { Limits } from '#mapping/engine/limits.ts'
import type { PlanContext } from './compare.ts'
import { addTally, emptyTally, type Tally } from './tally.ts'

/** What a thread is started with. */
export interface ThreadStart {
  readonly published: string | undefined
  readonly draft: string
  readonly context: PlanContext
  readonly limits: Partial<Limits>
}

export type Batch =
  | { readonly kind: 'events'; readonly rows: readonly PendingEvent[] }
  | { readonly kind: 'deliveries'; readonly rows: readonly DueDelivery[] }

const THREADS_MAX = 4
/** A batch that takes longer is stuck; its thread is ended whatever it does. */
const BATCH_MS_MAX = 120_000
const HEAP_MEGABYTES_MAX = 512

/**
 * Compares batches in threads as fast as they can be read, and tells what was counted after each. Ends early, with an
 * error, when `signal` is aborted or a thread dies.
 */
export async function compareInThreads(
  start: ThreadStart,
  batches: AsyncIterable<Batch>,
  signal: AbortSignal,
  tell: (tally: Tally) => void,
): Promise<Tally> {
  const total = emptyTally()
  const threads = Array.from({ length: Math.min(THREADS_MAX, availableParallelism()) }, () => openThread(start))
  const idle = threads.map(thread => ({ thread, done: Promise.resolve() }))
  const count = async (counted: Promise<Tally>): Promise<void> => {
    addTally(total, await counted)
    tell(total)
  }
  try {
    for await (const batch of batches) {
      signal.throwIfAborted()
      const free = await Promise.race(idle.map(async one => (await one.done, one)))
      free.done = count(free.thread(batch, signal))
      // A failure is told where the thread is waited for.
      free.done.catch(() => undefined)
    }
    await Promise.all(idle.map(one => one.done))
    return total
  } finally {
    await Promise.all(threads.map(thread => thread.close()))
  }
}

function openThread(start: ThreadStart) {
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: start,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES_MAX },
  })
  // It is told to whoever waits; one that dies unasked takes nothing with it.
  worker.on('error', () => undefined)
  const run = async (batch: Batch, signal: AbortSignal): Promise<Tally> => {
    const ended = AbortSignal.any([signal, AbortSignal.timeout(BATCH_MS_MAX)])
    const answer = once(worker, 'message', { signal: ended })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread of Node has no origin.
    worker.postMessage(batch)
    const [tally] = (await answer) as [Tally]
    return tally
  }
  return Object.assign(run, { close: () => worker.terminate() })
}
