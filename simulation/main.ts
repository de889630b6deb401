import { onServer, urlOf } from '../tests/support/server-databases.ts'
import { startTemporaryPostgres } from '../tests/support/temporary-postgres.ts'
import { type Job, runJobs, type WorkerOptions } from './jobs.ts'
import { type Options, readOptions } from './options.ts'
import { createSummary, failureLines, isFailed, summaryLines } from './report.ts'

// `npm run simulate`: docs/reliability.md says what it does.

const options = readOptions(process.argv.slice(2))
const { steps, json } = options
const summary = createSummary()
const results: unknown[] = []
/** Shortening takes its time, and the first few failures tell most. */
const SHORTENED_MAX = 3
let shortened = 0

function* jobs({ from, seeds, keep, first, database, log }: Options): Generator<Job, undefined> {
  for (let seed = from; seed < from + seeds; seed += 1) {
    yield {
      seed,
      steps,
      minimises: !first && !json && shortened < SHORTENED_MAX && keep === undefined && database === 'memory',
      logLevel: log,
      ...(keep === undefined ? {} : { keep }),
    }
  }
}

/** A database of its own for each worker, all on one server; undone by `stop`. */
async function openDatabases(count: number): Promise<{ workers: WorkerOptions[]; stop(): Promise<void> }> {
  if (options.database === 'memory') return { workers: Array.from({ length: count }, () => ({})), async stop() {} }
  const server = await startTemporaryPostgres()
  const names = Array.from({ length: count }, (_, index) => `simulation_${process.pid}_${index}`)
  await onServer(server.url, ...names.map(name => `create database ${name}`))
  return {
    workers: names.map(name => ({ databaseUrl: urlOf(server.url, name) })),
    async stop() {
      await onServer(server.url, ...names.map(name => `drop database if exists ${name} with (force)`))
      await server.stop()
    },
  }
}

const databases = await openDatabases(Math.min(options.jobs, options.seeds))
await runJobs(jobs(options), databases.workers, outcome => {
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
process.exitCode = sums.failed.length === 0 ? 0 : 1
