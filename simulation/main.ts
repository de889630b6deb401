import { openDatabases } from './databases.ts'
import { type Job, runJobs } from './jobs.ts'
import { type Options, readOptions } from './options.ts'
import { OPEN_SEEDS } from './open-seeds.ts'
import { createSummary, failureLines, isFailed, openLines, summaryLines } from './report.ts'

// `npm run simulate`: docs/reliability.md says what it does.

const options = readOptions(process.argv.slice(2))
const { steps, json } = options
const summary = createSummary()
const results: unknown[] = []
/** Shortening takes its time, and the first few failures tell most. */
const SHORTENED_MAX = 3
let shortened = 0

/** Seeds still to be run; one that failed on a real server, where no run repeats exactly, may come again. */
const waiting = Array.from({ length: options.seeds }, (_, index) => ({ seed: options.from + index, tries: 1 }))
const triesOf = new Map<number, number>()

const jobs: Iterator<Job, undefined> = {
  next() {
    const next = waiting.shift()
    if (next === undefined) return { done: true, value: undefined }
    triesOf.set(next.seed, next.tries)
    return { done: false, value: jobOf(next.seed, options) }
  },
}

function jobOf(seed: number, { keep, first, database, log }: Options): Job {
  return {
    seed,
    steps,
    minimises: !first && !json && shortened < SHORTENED_MAX && keep === undefined && database === 'memory',
    logLevel: log,
    ...(keep === undefined ? {} : { keep }),
  }
}

const databases = await openDatabases(options.database, Math.min(options.jobs, options.seeds))
await runJobs(jobs, databases.workers, outcome => {
  const tries = triesOf.get(outcome.seed) ?? 1
  if (isFailed(outcome) && tries < options.tries) {
    console.log(failureLines(outcome, steps).join('\n'))
    waiting.push({ seed: outcome.seed, tries: tries + 1 })
    return true
  }
  summary.add(outcome)
  if (outcome.minimised !== undefined) shortened += 1
  const { seed, hash, violations, error, counts, trace } = outcome
  if (json) results.push({ seed, hash, violations, counts, ...(error === undefined ? {} : { error }) })
  else {
    if (options.tells) console.log(trace.join('\n'))
    if (isFailed(outcome)) console.log(failureLines(outcome, steps).join('\n'))
  }
  return !(options.first && isFailed(outcome))
})

await databases.stop()
const sums = summary.sums()
console.log(json ? JSON.stringify({ ...sums, results }) : summaryLines(sums).join('\n'))
const open = options.open && options.database === 'memory' ? OPEN_SEEDS : {}
if (!json) console.log(openLines(open, sums.failed, options).join('\n'))
process.exitCode = sums.failed.every(seed => seed in open) ? 0 : 1
