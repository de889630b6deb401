// Runs a draft beside the mapping in force in a thread of its own: see threads.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { type Ask, createAsker } from '#mapping/asks.ts'
import { compileMapping } from '#mapping/mapping.ts'
import { compareDelivery, compareEvent, type PlanContext, type Versions } from './compare.ts'
import { addCompared, emptyTally } from './tally.ts'
import type { BatchAnswer, BatchQuestion, ThreadStart } from './threads.ts'

// Given by threads.ts.
const { published, draft, context, limits } = workerData as ThreadStart
const kind = context.name.endsWith('.in') ? 'inbound' : 'outbound'
const compiled = ({ source, tables }: ThreadStart['draft']) =>
  compileMapping(context.name, source, { kind, limits, tables })
const versions: Versions = {
  published: published === undefined ? undefined : compiled(published),
  draft: compiled(draft),
}

function answerTo({ batch, answers, isLast }: BatchQuestion): BatchAnswer {
  const tally = emptyTally()
  const open: Ask[] = []
  // Each record may ask as much as it may when it is mapped.
  const around = <T>(compare: (context: PlanContext) => T): T => {
    const asker = createAsker(answers, isLast)
    const compared = compare({ ...context, xref: asker.xref })
    open.push(...asker.open)
    return compared
  }
  if (batch.kind === 'events')
    for (const { body, ...event } of batch.rows)
      addCompared(
        tally,
        around(given => compareEvent({ ...event, body: Buffer.from(body) }, versions, given)),
      )
  else
    for (const delivery of batch.rows)
      addCompared(
        tally,
        around(given => compareDelivery(delivery, versions, given)),
      )
  return { result: tally, open }
}

parentPort?.on('message', (question: BatchQuestion) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread of Node has no origin.
  parentPort?.postMessage(answerTo(question))
})

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread of Node has no origin.
parentPort?.postMessage('ready')
