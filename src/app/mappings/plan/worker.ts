// Runs a draft beside the mapping in force in a thread of its own: see threads.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { compileMapping } from '#mapping/mapping.ts'
import { compareDelivery, compareEvent, type Versions } from './compare.ts'
import { addCompared, emptyTally, type Tally } from './tally.ts'
import type { Batch, ThreadStart } from './threads.ts'

// Given by threads.ts.
const { published, draft, context, limits } = workerData as ThreadStart
const kind = context.name.endsWith('.in') ? 'inbound' : 'outbound'
const compiled = (source: string) => compileMapping(context.name, source, { kind, limits })
const versions: Versions = {
  published: published === undefined ? undefined : compiled(published),
  draft: compiled(draft),
}

function tallyOf(batch: Batch): Tally {
  const tally = emptyTally()
  if (batch.kind === 'events')
    for (const { body, ...event } of batch.rows)
      addCompared(tally, compareEvent({ ...event, body: Buffer.from(body) }, versions, context))
  else for (const delivery of batch.rows) addCompared(tally, compareDelivery(delivery, versions, context))
  return tally
}

parentPort?.on('message', (batch: Batch) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread of Node has no origin.
  parentPort?.postMessage(tallyOf(batch))
})

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread of Node has no origin.
parentPort?.postMessage('ready')
