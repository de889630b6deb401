import { type Outcome, runJobs, type WorkerOptions } from '../jobs.ts'
import { OPEN_ON_SERVER } from '../open-seeds.ts'
import { STEPS } from '../options.ts'
import type { Mutant } from './mutant.ts'

/** What a mutant broke, in which seed. */
export interface Catch {
  seed: number
  invariant: number
  message: string
}

/** Looks for seeds that break a promise with a mutant and break nothing without it. */
export function createHunt() {
  /** By database and seed: whether it breaks nothing without any mutant. */
  const sound = new Map<string, Promise<boolean>>()
  const nameOf = (seed: number, worker: WorkerOptions): string =>
    `${worker.databaseUrl === undefined ? 'memory' : 'real'} ${seed}`

  async function isSound(seed: number, worker: WorkerOptions): Promise<boolean> {
    const name = nameOf(seed, worker)
    const known = sound.get(name) ?? run([seed], [worker], () => true).then(([one]) => one !== undefined && holds(one))
    sound.set(name, known)
    return await known
  }

  return {
    /** Runs many seeds at once without any mutant, which is much faster than one by one later. */
    async learn(seeds: readonly number[], workers: readonly WorkerOptions[]): Promise<void> {
      for (const outcome of await run(seeds, workers, () => true))
        sound.set(nameOf(outcome.seed, {}), Promise.resolve(holds(outcome)))
    },

    /** The first of the seeds that catches the mutant. */
    async first(mutant: Mutant, seeds: readonly number[], worker: WorkerOptions): Promise<Catch | undefined> {
      const left = [...seeds]
      while (left.length > 0) {
        let found: Catch | undefined
        const ended = await run(left, [{ ...worker, mutant: mutant.name }], outcome => {
          found = catchOf(outcome, worker)
          return found === undefined
        })
        if (found === undefined) return undefined
        if (await isSound(found.seed, worker)) return found
        left.splice(0, ended.length)
      }
      return undefined
    },
  }
}

/** On a real server, where runs differ, promises that are known to be broken there now and then prove nothing. */
function catchOf({ seed, violations, error }: Outcome, { databaseUrl }: WorkerOptions): Catch | undefined {
  // The simulator itself failed: that proves nothing either.
  if (error !== undefined) return undefined
  const found = violations.find(({ invariant }) => databaseUrl === undefined || !(invariant in OPEN_ON_SERVER))
  return found === undefined ? undefined : { seed, invariant: found.invariant, message: found.message }
}

function holds({ violations, error }: Outcome): boolean {
  return violations.length === 0 && error === undefined
}

/** Runs seeds in their order while `goesOn`; returns what came out so far. */
async function run(
  seeds: readonly number[],
  workers: readonly WorkerOptions[],
  goesOn: (outcome: Outcome) => boolean,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const jobs = seeds.map(seed => ({ seed, steps: STEPS, minimises: false })).values()
  await runJobs(jobs, workers, outcome => {
    outcomes.push(outcome)
    return goesOn(outcome)
  })
  return outcomes
}
