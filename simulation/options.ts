import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

export interface Options {
  seeds: number
  /** The first seed. */
  from: number
  steps: number
  jobs: number
  database: 'memory' | 'real'
  json: boolean
  /** Shows the whole trace: of one seed that was asked for by its number. */
  tells: boolean
  /** Take only these decisions of the seed; absent: all. */
  keep: readonly string[] | undefined
  /** Stop at the first seed that fails, and do not look for its shortest form. */
  first: boolean
  /** The seeds of open-seeds.ts do not fail the run. */
  open: boolean
  /** How often a seed may be run before it counts as failed; more than once only where a run does not repeat exactly. */
  tries: number
  /** Tells the hub's own log lines from this level on, in the trace. */
  log: string | undefined
}

/** Steps of the world per seed, unless said otherwise. */
export const STEPS = 20

/** The command line of `npm run simulate`. Throws with a message for people. */
export function readOptions(given: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...given],
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      from: { type: 'string', default: '1' },
      steps: { type: 'string', default: String(STEPS) },
      jobs: { type: 'string', default: String(availableParallelism()) },
      database: { type: 'string', default: 'memory' },
      log: { type: 'string' },
      keep: { type: 'string' },
      first: { type: 'boolean', default: false },
      open: { type: 'boolean', default: false },
      tries: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  const seed = values.seed === undefined ? undefined : whole('seed', values.seed, 0)
  const { database } = values
  if (database !== 'memory' && database !== 'real') throw new Error(`--database ${database}: expected memory or real`)
  return {
    seeds: whole('seeds', values.seeds ?? (seed === undefined ? '100' : '1'), 1),
    from: seed ?? whole('from', values.from, 0),
    steps: whole('steps', values.steps, 1),
    jobs: whole('jobs', values.jobs, 1),
    database,
    json: values.json,
    keep: values.keep?.split(',').map(name => name.trim()),
    first: values.first,
    open: values.open,
    tries: whole('tries', values.tries, 1),
    log: values.log,
    tells: seed !== undefined && values.seeds === undefined,
  }
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`--${name} ${text}: expected a whole number from ${least}`)
  return value
}
