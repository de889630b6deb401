import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { RunResult } from './harness/run.ts'

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

/** Has worker processes run the jobs, as many at a time as there are workers; `onOutcome` may end it by returning false. */
export async function runJobs(
  jobs: Iterator<Job>,
  workers: number,
  onOutcome: (outcome: Outcome) => boolean,
): Promise<void> {
  let ended = false
  async function serve(): Promise<void> {
    while (!ended) {
      const first = jobs.next()
      if (first.done === true) return
      const child = fork(join(import.meta.dirname, 'worker.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      try {
        let job: Job | undefined = first.value
        await message(child)
        while (job !== undefined && !ended) {
          child.send(job)
          const answer: unknown = await message(child)
          ended ||= !onOutcome(outcomeOf(answer, job))
          if (answer === undefined) break
          const next = jobs.next()
          job = next.done === true ? undefined : next.value
        }
      } finally {
        child.disconnect()
        child.kill()
      }
    }
  }
  await Promise.all(Array.from({ length: workers }, serve))
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
