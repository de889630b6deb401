import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { noTables, type Tables } from './tables.ts'
import type { Done, Draft, DraftTask, DraftTasks, Tried } from './draft-tasks.ts'

export interface DraftQuestion {
  readonly id: number
  readonly task: DraftTask
  readonly given: unknown
}

export interface DraftAnswer {
  readonly id: number
  readonly result: Done<unknown>
}

export interface DraftRunner {
  /** Does something with the text of a draft in another thread. Tasks of one runner are done one after the other. Never throws. */
  ask<T extends DraftTask>(task: T, given: Parameters<DraftTasks[T]>[0]): Promise<ReturnType<DraftTasks[T]>>
  /** The one that is asked most: what a draft makes of an input. */
  run(draft: Draft): Promise<Tried>
  close(): Promise<void>
}

export interface DraftRunnerOptions {
  /** A thread that has not answered by then is ended, whatever it is doing; the answer is D1012. */
  readonly killAfterMs: number
  readonly heapMegabytesMax: number
  /** Look-up tables. */
  readonly tables: Tables
}

interface Thread {
  readonly worker: Worker
  /** Settled when the thread has said that it takes drafts, or has died. */
  readonly ready: Promise<unknown>
}

const defaults: DraftRunnerOptions = { killAfterMs: 2000, heapMegabytesMax: 128, tables: noTables }

const killed = (code: string, message: string): Done<never> => ({ ok: false, failure: { code, message } })

/** Works on drafts of untrusted people: the engine's limits hold there too, and behind them the thread can be ended. */
export function makeDraftRunner(options: Partial<DraftRunnerOptions> = {}): DraftRunner {
  const { killAfterMs, heapMegabytesMax, tables } = { ...defaults, ...options }
  let thread: Thread | undefined
  let last: Promise<unknown> = Promise.resolve()
  let nextId = 0

  const open = (): Thread => {
    const worker = new Worker(new URL('draft-worker.ts', import.meta.url), {
      workerData: tables,
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

  const perform = async (task: DraftTask, given: unknown): Promise<Done<unknown>> => {
    const id = nextId++
    const { promise, resolve } = Promise.withResolvers<Done<unknown> | undefined>()
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
    worker.postMessage({ id, task, given } satisfies DraftQuestion)
    const result = await promise
    clearTimeout(timer)
    worker.off('message', answered).off('error', failed)
    if (result === undefined) await end()
    return result ?? killed('D1012', `The draft was ended after ${killAfterMs} milliseconds. Check for infinite loop`)
  }

  const ask: DraftRunner['ask'] = (task, given) => {
    const answer = last.then(() => perform(task, given))
    last = answer.catch(() => undefined)
    // The worker answers each task with what it gives.
    return answer as Promise<ReturnType<DraftTasks[typeof task]>>
  }

  return { ask, run: draft => ask('run', draft), close: end }
}
