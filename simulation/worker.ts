import { decisionsOf, planRun } from './harness/run/plan.ts'
import { minimise } from './harness/run/minimise.ts'
import { simulate } from './harness/run/run.ts'
import { openStand } from './harness/run/stand.ts'
import type { Job, Outcome } from './jobs.ts'
import { makeWorld } from './world/world.ts'

// A worker process of the simulator: runs one seed after another, as the parent asks.

const MINIMISE_MS = 20_000

const [databaseUrl] = process.argv.slice(2)
const stand = await openStand(databaseUrl)

async function work({ seed, steps, keep, minimises, logLevel }: Job): Promise<Outcome> {
  const startedNs = process.hrtime.bigint()
  const dropped = keep === undefined ? [] : decisionsOf(planRun(seed, steps)).filter(name => !keep.includes(name))
  const result = await simulate(stand, makeWorld, { seed, steps, dropped: new Set(dropped), logLevel })
  const realMs = Number((process.hrtime.bigint() - startedNs) / 1_000_000n)
  const isBroken = result.violations.length > 0
  if (!isBroken || !minimises)
    return { ...result, realMs, trace: isBroken || keep !== undefined || logLevel !== undefined ? result.trace : [] }
  const least = await minimise(stand, makeWorld, result, { steps, timeMs: MINIMISE_MS })
  return { ...result, realMs, minimised: { kept: least.kept, of: least.of, trace: least.result.trace } }
}

process.on('message', (job: Job) => {
  work(job)
    .catch((error: unknown): Outcome => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      return { seed: job.seed, violations: [], trace: [], hash: '', counts: {}, simulatedMs: 0, realMs: 0, error: text }
    })
    .then(outcome => process.send?.(outcome))
    .catch(() => process.exit(1))
})
process.on('disconnect', () => {
  stand.files.close()
  void stand.backend.close().finally(() => process.exit(0))
})
process.send?.('ready')
