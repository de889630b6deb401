import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { DueDelivery } from '#deliver/claim/claim.ts'
import type { PendingEvent } from '#interpret/rows.ts'
import { type Answers, type Ask, type FindIds, untilAnswered } from '#mapping/asks.ts'
import type { Tables } from '#mapping/tables.ts'
import type { Limits } from '#mapping/engine/limits.ts'
import type { PlanStart } from './compare.ts'
import { addTally, emptyTally, type Tally } from './tally.ts'

/** A mapping, and the look-up tables that it may name. */
interface Text {
  readonly source: string
  readonly tables: Tables
}

/** What a thread is started with. */
export interface ThreadStart {
  readonly published: Text | undefined
  readonly draft: Text
  readonly context: PlanStart
  readonly limits: Partial<Limits>
}

export type Batch =
  | { readonly kind: 'events'; readonly rows: readonly PendingEvent[] }
  | { readonly kind: 'deliveries'; readonly rows: readonly DueDelivery[] }

export interface BatchQuestion {
  readonly batch: Batch
  /** Ids that were asked for. */
  readonly answers: Answers
  readonly isLast: boolean
}

export interface BatchAnswer {
  readonly result: Tally
  /** Asked for, and not answered yet: the tally does not count. */
  readonly open: readonly Ask[]
}

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
  find: FindIds,
  signal: AbortSignal,
  tell: (tally: Tally) => void,
): Promise<Tally> {
  const total = emptyTally()
  const slots: Slot[] = []
  const count = async (slot: Slot, batch: Batch): Promise<void> => {
    addTally(total, await untilAnswered((answers, isLast) => slot.thread.run({ batch, answers, isLast }, signal), find))
    slot.isBusy = false
    tell(total)
  }
  try {
    for await (const batch of batches) {
      signal.throwIfAborted()
      const slot = await freeSlot(slots, start)
      slot.isBusy = true
      slot.done = count(slot, batch)
      // A failure is told where the thread is waited for.
      slot.done.catch(() => undefined)
    }
    await Promise.all(slots.map(slot => slot.done))
    return total
  } finally {
    await Promise.all(slots.map(slot => slot.thread.close()))
  }
}

interface Slot {
  readonly thread: ReturnType<typeof openThread>
  isBusy: boolean
  done: Promise<void>
}

/** A thread that has nothing to do: a new one while there may be more, else the first that has done what it had. */
async function freeSlot(slots: Slot[], start: ThreadStart): Promise<Slot> {
  const idle = slots.find(slot => !slot.isBusy)
  if (idle !== undefined) return idle
  if (slots.length < Math.min(THREADS_MAX, availableParallelism())) {
    const slot: Slot = { thread: openThread(start), isBusy: false, done: Promise.resolve() }
    slots.push(slot)
    return slot
  }
  return await Promise.race(slots.map(async slot => (await slot.done, slot)))
}

function openThread(start: ThreadStart) {
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: start,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES_MAX },
  })
  const ready = once(worker, 'message').catch(() => undefined)
  // It is told to whoever waits; one that dies unasked takes nothing with it.
  worker.on('error', () => undefined)
  const run = async (question: BatchQuestion, signal: AbortSignal): Promise<BatchAnswer> => {
    await ready
    const ended = AbortSignal.any([signal, AbortSignal.timeout(BATCH_MS_MAX)])
    const answer = once(worker, 'message', { signal: ended })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread of Node has no origin.
    worker.postMessage(question)
    const [answered] = (await answer) as [BatchAnswer]
    return answered
  }
  return {
    run,
    /** A thread that is ended while it loads its code was seen to take the process with it. */
    close: () => ready.then(() => worker.terminate()),
  }
}
