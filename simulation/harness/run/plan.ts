import { createRandom, seedOf } from '../random.ts'

/** When in a step a process of the hub dies: around its n-th statement, or when the n-th call to a vendor has ended. */
export interface Crash {
  at: 'beforeStatement' | 'afterStatement' | 'call'
  n: number
}

/** What the seed decided for one step of the world. */
export interface StepPlan {
  /** How much simulated time passes after it. */
  gapMs: number
  crash: Crash | undefined
  losesWakes: boolean
  wipesQueue: boolean
  restarts: boolean
}

/** What the seed decided for a whole run, apart from what the world does. */
export interface RunPlan {
  steps: readonly StepPlan[]
  secondWorker: boolean
  /** No process dies, and no wake-up is lost, doubled or late: nothing may wait for a sweep. */
  undisturbed: boolean
}

/** Names of single decisions, for leaving some out: `step 3`, `crash 3`, `wakes 3`, `wipe 3`, `restart 3`, `second worker`. */
export type Dropped = ReadonlySet<string>

const NO_FAULTS = { crash: undefined, losesWakes: false, wipesQueue: false, restarts: false } as const

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Each decision has a stream of chance of its own, so that the others stay when one is left out. */
export function planRun(seed: number, steps: number): RunPlan {
  const undisturbed = createRandom(seedOf(seed, 'undisturbed')).chance(0.08)
  const planned = Array.from({ length: steps }, (_, index) => planStep(seed, index))
  return {
    steps: undisturbed ? planned.map(step => ({ ...step, ...NO_FAULTS })) : planned,
    secondWorker: createRandom(seedOf(seed, 'second worker')).chance(0.25),
    undisturbed,
  }
}

function planStep(seed: number, index: number): StepPlan {
  const random = createRandom(seedOf(seed, 'plan', index))
  const gap = random.next()
  const longestMs =
    gap < 0.5 ? 3_000 : gap < 0.8 ? MINUTE_MS : gap < 0.965 ? 10 * MINUTE_MS : gap < 0.995 ? 6 * HOUR_MS : 26 * HOUR_MS
  const gapMs = random.integer(longestMs)
  const crashes = random.chance(0.12)
  const kind = random.next()
  const crash: Crash =
    kind < 0.4
      ? { at: 'call', n: random.integer(4) }
      : { at: kind < 0.7 ? 'beforeStatement' : 'afterStatement', n: random.integer(80) }
  return {
    gapMs,
    crash: crashes ? crash : undefined,
    losesWakes: random.chance(0.3),
    wipesQueue: random.chance(0.03),
    restarts: random.chance(0.02),
  }
}

/** The names of all decisions that could be left out. */
export function decisionsOf(plan: RunPlan): string[] {
  return [
    ...(plan.secondWorker ? ['second worker'] : []),
    ...plan.steps.flatMap((step, index) => [
      `step ${index}`,
      ...(step.crash === undefined ? [] : [`crash ${index}`]),
      ...(step.losesWakes ? [`wakes ${index}`] : []),
      ...(step.wipesQueue ? [`wipe ${index}`] : []),
      ...(step.restarts ? [`restart ${index}`] : []),
    ]),
  ]
}
