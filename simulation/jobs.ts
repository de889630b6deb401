import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { RunResult } from './harness/run/run.ts'

/** What a worker process is asked. */
export interface Job {
  seed: number
  steps: number
  /** Only these decisions of the seed are taken; absent: all. */
  keep?: readonly string[]
  minimises: boolean
  /** Tells the hub's own log lines too. */
  logLevel?: string | undefined
}

export interface Outcome extends RunResult {
  realMs: number
  minimised?: { kept: readonly string[]; of: number; trace: readonly string[] }
  /** The simulator itself failed. */
  error?: string
}

/** No run takes nearly as long; one that does hangs. */
const HANGS_MS = 180_000
const ENDS_MS = 5_000

/** What a worker process works with; without an address its database is inside of it. */
export interface WorkerOptions {
  databaseUrl?: string
  /** It runs this deliberately broken variant of the hub (mutants/list.ts). */
  mutant?: string
}

const MUTATES = join(import.meta.dirname, 'mutants/load.ts')

/** Has worker processes run the jobs, as many at a time as there are workers; `onOutcome` may end it by returning false. */
export async function runJobs(
  jobs: Iterator<Job>,
  workers: readonly WorkerOptions[],
  onOutcome: (outcome: Outcome) => boolean,
): Promise<void> {
  let ended = false
  async function serve({ databaseUrl, mutant }: WorkerOptions): Promise<void> {
    const isMutant = mutant !== undefined
    while (!ended) {
      const first = jobs.next()
      if (first.done === true) return
      const child = fork(join(import.meta.dirname, 'worker.ts'), databaseUrl === undefined ? [] : [databaseUrl], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        // Most of what a run makes is garbage at its end.
        execArgv: [...process.execArgv, ...(isMutant ? ['--import', MUTATES] : []), '--max-semi-space-size=64'],
        env: { ...process.env, ...(isMutant ? { PATCHBAY_MUTANT: mutant } : {}) },
      })
      try {
        let job: Job | undefined = first.value
        if ((await message(child)) === undefined) throw new Error('a worker process did not start')
        while (job !== undefined && !ended) {
          child.send(job)
          const answer: unknown = await message(child)
          ended ||= !onOutcome(outcomeOf(answer, job))
          if (answer === undefined) break
          const next = jobs.next()
          job = next.done === true ? undefined : next.value
        }
      } finally {
        end(child)
      }
    }
  }
  await Promise.all(workers.map(serve))
}

/** A worker that nobody speaks to removes its files and ends; one that does not is killed. */
function end(child: ChildProcess): void {
  if (child.connected) child.disconnect()
  const timer = setTimeout(() => child.kill('SIGKILL'), ENDS_MS)
  child.on('exit', () => clearTimeout(timer))
  if (child.exitCode !== null || child.signalCode !== null) clearTimeout(timer)
}

/** The next message of a worker; undefined when it died or hangs. */
function message(child: ChildProcess): Promise<unknown> {
  return new Promise(resolve => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve(undefined)
    }, HANGS_MS)
    function settle(value: unknown): void {
      clearTimeout(timer)
      child.off('message', settle)
      child.off('exit', died)
      resolve(value)
    }
    const died = (): void => settle(undefined)
    child.on('message', settle)
    child.on('exit', died)
  })
}

function outcomeOf(answer: unknown, { seed }: Job): Outcome {
  if (typeof answer === 'object' && answer !== null) return answer as Outcome
  const error = 'the worker process died or hung'
  return { seed, violations: [], trace: [], hash: '', counts: {}, simulatedMs: 0, realMs: 0, error }
}
