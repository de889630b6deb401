import { parseArgs } from 'node:util'
import { openIdentityHub } from './hub.ts'
import { pairQuality, type Quality, withReviews } from './measure.ts'
import { readRecords, readTruth, type SetRecord } from './records.ts'

const BATCH = 50

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { fields: { type: 'string' }, json: { type: 'boolean' }, 'no-training': { type: 'boolean' } },
})
const [folder] = positionals
if (folder === undefined) {
  console.error('usage: npm run identity:eval -- FOLDER [--fields map.json] [--json]')
  process.exit(2)
}

interface Run {
  found: Map<string, string>
  questions: { left: string; right: string }[]
  ids: string[]
  recordsPerSecond: number
}

async function stream(
  run: ReturnType<Awaited<ReturnType<typeof openIdentityHub>>['withModel']>,
  source: string,
): Promise<Run> {
  const ids: string[] = []
  const startedMs = performance.now()
  let batch: SetRecord[] = []
  for await (const record of readRecords(source, values.fields)) {
    ids.push(record.id)
    batch.push(record)
    if (batch.length < BATCH) continue
    await run.resolve(batch)
    batch = []
  }
  if (batch.length > 0) await run.resolve(batch)
  await run.secondLook()
  const seconds = (performance.now() - startedMs) / 1000
  return { ...(await run.outcome()), ids, recordsPerSecond: Math.round(ids.length / seconds) }
}

const hub = await openIdentityHub()
try {
  const run = await stream(hub.withModel(), folder)
  const truth = await readTruth(folder)
  const auto = pairQuality(run.ids, run.found, truth)
  const withReview = pairQuality(run.ids, withReviews(run.found, run.questions, truth), truth)
  const asked = new Set(run.questions.flatMap(({ left, right }) => [left, right]))
  const reviewShare = run.ids.length === 0 ? 0 : Math.round((run.questions.length / run.ids.length) * 1e4) / 1e4
  line('automatic', auto)
  line('with reviews', withReview)
  console.log(
    `${run.ids.length} records, ${run.recordsPerSecond}/s; ${run.questions.length} questions about ${asked.size} customers`,
  )
  if (values.json === true) {
    console.log(JSON.stringify({ auto, withReview, recordsPerSecond: run.recordsPerSecond, reviewShare }))
  }
} finally {
  await hub.close()
}

function line(name: string, { precision, recall, f1 }: Quality): void {
  console.log(`${name.padEnd(13)} precision ${precision.toFixed(4)}  recall ${recall.toFixed(4)}  F1 ${f1.toFixed(4)}`)
}
