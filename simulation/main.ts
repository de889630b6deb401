import { type Job, runJobs } from './jobs.ts'
import { type Options, readOptions } from './options.ts'
import { createSummary, failureLines, isFailed, summaryLines } from './report.ts'

// `npm run simulate`: docs/reliability.md says what it does.

const options = readOptions(process.argv.slice(2))
const { steps, json } = options
const summary = createSummary()
const results: unknown[] = []

function* jobs({ from, seeds, keep, first }: Options): Generator<Job, undefined> {
  for (let seed = from; seed < from + seeds; seed += 1) {
    yield { seed, steps, minimises: !first && keep === undefined, ...(keep === undefined ? {} : { keep }) }
  }
}

await runJobs(jobs(options), Math.min(options.jobs, options.seeds), outcome => {
  summary.add(outcome)
  const { seed, hash, violations, error, counts, trace } = outcome
  if (json) results.push({ seed, hash, violations, counts, ...(error === undefined ? {} : { error }) })
  else {
    if (options.seed !== undefined) console.log(trace.join('\n'))
    if (isFailed(outcome)) console.log(failureLines(outcome, steps).join('\n'))
  }
  return !(options.first && isFailed(outcome))
})

const sums = summary.sums()
console.log(json ? JSON.stringify({ ...sums, results }) : summaryLines(sums).join('\n'))
process.exitCode = sums.failed.length === 0 ? 0 : 1
