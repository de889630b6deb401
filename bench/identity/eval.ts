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

type Hub = Awaited<ReturnType<typeof openIdentityHub>>
type Stream = ReturnType<Hub['withModel']>

interface Run {
  found: Map<string, string>
  questions: { left: string; right: string }[]
  ids: string[]
  recordsPerSecond: number
}

async function stream(run: Stream, source: string): Promise<Run> {
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
  const model = values['no-training'] === true ? undefined : await hub.train()
  await hub.empty()
  const again = model && (await stream(hub.withModel(model), folder))
  // Only now is it told who is who.
  const truth = await readTruth(folder)
  report(run, again, truth)
} finally {
  await hub.close()
}

function report(run: Run, again: Run | undefined, truth: ReadonlyMap<string, string>): void {
  const auto = pairQuality(run.ids, run.found, truth)
  const withReview = pairQuality(run.ids, withReviews(run.found, run.questions, truth), truth)
  const trained = again && pairQuality(again.ids, again.found, truth)
  const { recordsPerSecond, questions } = run
  const records = run.ids.length
  const reviewShare = records === 0 ? 0 : Math.round((questions.length / records) * 1e4) / 1e4
  line('automatic', auto)
  line('with reviews', withReview)
  if (trained !== undefined) line('trained', trained)
  console.log(`${records} records, ${recordsPerSecond}/s, ${questions.length} questions to people`)
  if (values.json === true) console.log(JSON.stringify({ auto, withReview, trained, recordsPerSecond, reviewShare }))
}

function line(name: string, { precision, recall, f1 }: Quality): void {
  const rates = [`precision ${precision.toFixed(4)}`, `recall ${recall.toFixed(4)}`, `F1 ${f1.toFixed(4)}`]
  console.log(`${name.padEnd(13)} ${rates.join('  ')}`)
}
