// Works on drafts in a thread of its own: see drafts.ts.
import { parentPort, workerData } from 'node:worker_threads'
import type { DraftAnswer, DraftQuestion } from './drafts.ts'
import { draftTasks } from './draft-tasks.ts'
import type { Tables } from './tables.ts'

parentPort?.on('message', ({ id, task, given }: DraftQuestion) => {
  // The two come as a pair from the one place that asks.
  const perform = draftTasks[task] as (given: unknown, tables: Tables) => DraftAnswer['result']
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread of Node has no origin.
  parentPort?.postMessage({ id, result: perform(given, workerData as Tables) } satisfies DraftAnswer)
})

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread of Node has no origin.
parentPort?.postMessage('ready')
