import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { CaseEnv } from './cases.ts'
import type { Limits } from './engine/limits.ts'
import type { MappingKind, Attempt } from './mapping.ts'

/** A mapping that someone is still writing, and what to try it on. */
export interface Draft {
  readonly source: string
  readonly kind?: MappingKind
  readonly limits?: Partial<Limits>
  readonly input: unknown
  readonly env?: CaseEnv
}

export interface DraftQuestion {
  readonly id: number
  readonly draft: Draft
}

export interface DraftAnswer {
  readonly id: number
  readonly result: Attempt
}

export interface DraftRunner {
  /** Runs a draft in another thread. Drafts of one runner are run one after the other. Never throws. */
  run(draft: Draft): Promise<Attempt>
  close(): Promise<void>
}

export interface DraftRunnerOptions {
  /** A thread that has not answered by then is ended, whatever it is doing; the answer is D1012. */
  readonly killAfterMs: number
  readonly heapMegabytesMax: number
}

interface Thread {
  readonly worker: Worker
  /** Settled when the thread has said that it takes drafts, or has died. */
  readonly ready: Promise<unknown>
}

const defaults: DraftRunnerOptions = { killAfterMs: 2000, heapMegabytesMax: 128 }

const killed = (code: string, message: string): Attempt => ({ ok: false, failure: { code, message } })

/** Runs drafts of untrusted people: the engine's limits hold there too, and behind them the thread can be ended. */
export function makeDraftRunner(options: Partial<DraftRunnerOptions> = {}): DraftRunner {
  const { killAfterMs, heapMegabytesMax } = { ...defaults, ...options }
  let thread: Thread | undefined
  let last: Promise<unknown> = Promise.resolve()
  let nextId = 0

  const open = (): Thread => {
    const worker = new Worker(new URL('draft-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
    })
    const opened = { worker, ready: once(worker, 'message').catch(() => undefined) }
    // One that dies between two drafts must not take the process with it.
    worker.on('error', () => {
      if (thread === opened) thread = undefined
    })
    return opened
  }

  const end = async (): Promise<void> => {
    const ended = thread
    thread = undefined
    await ended?.worker.terminate()
  }

  const ask = async (draft: Draft): Promise<Attempt> => {
    const id = nextId++
    const { promise, resolve } = Promise.withResolvers<Attempt | undefined>()
    thread ??= open()
    const { worker, ready } = thread
    // The time that a thread takes to start is not the draft's.
    await ready
    const answered = (answer: DraftAnswer): void => {
      if (answer.id === id) resolve(answer.result)
    }
    const failed = (error: Error): void =>
      resolve(killed('M1002', `The draft was ended: ${error.message}. Build fewer or smaller values`))
    worker.on('message', answered).once('error', failed)
    const timer = setTimeout(() => resolve(undefined), killAfterMs)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread of Node has no origin.
    worker.postMessage({ id, draft } satisfies DraftQuestion)
    const result = await promise
    clearTimeout(timer)
    worker.off('message', answered).off('error', failed)
    if (result === undefined) await end()
    return result ?? killed('D1012', `The draft was ended after ${killAfterMs} milliseconds. Check for infinite loop`)
  }

  return {
    run(draft) {
      const answer = last.then(() => ask(draft))
      last = answer.catch(() => undefined)
      return answer
    },
    close: end,
  }
}
