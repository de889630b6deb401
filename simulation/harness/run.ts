import { createHash } from 'node:crypto'
import { Client } from 'pg'
import type { MakeWorld, SimClock, SimContext, SimHub, Violation, World } from '../contract.ts'
import { type Cluster, createCluster } from './hub.ts'
import { type Crash, type Dropped, planRun, type RunPlan, type StepPlan } from './plan.ts'
import { createQueue } from './queue.ts'
import { seedOf } from './random.ts'
import { ACKNOWLEDGED, NEXT_DUE, PENDING_EVENTS, UNDER_WAY } from './rest.ts'
import { owners, type Owner } from './scheduler.ts'
import { type Stand, START_MS } from './stand.ts'
import { overNetwork } from './vendors.ts'

export interface RunOptions {
  seed: number
  steps: number
  dropped?: Dropped
  logLevel?: string
}

export interface RunResult {
  seed: number
  violations: readonly Violation[]
  trace: readonly string[]
  /** Of the trace and of everything that was said to the database: equal for equal runs. */
  hash: string
  counts: Readonly<Record<string, number>>
  simulatedMs: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** The longest pause of the retry schedule is ten hours; what still changes after several of them never ends. */
const REST_MS_MAX = 72 * HOUR_MS
/** So long the hub must write nothing once it has come to rest. */
const QUIET_MS = 20 * MINUTE_MS
const PROGRESS_MS = 10_000
/** A run that needs more than this is going round in circles. */
const TASKS_MAX = 1_500_000

/** One run: the world's steps with time and faults between them, then calm, rest, and the checks. */
export async function simulate(stand: Stand, makeWorld: MakeWorld, options: RunOptions): Promise<RunResult> {
  const { scheduler, random, session, pooler, watch } = stand
  const { seed, steps, dropped = new Set<string>() } = options
  stand.begin(seedOf(seed, 'run'))
  const plan = planRun(seed, steps)
  const trace: string[] = []
  const violations: Violation[] = []
  const counts: Record<string, number> = {}
  const count = (what: string, by = 1): void => void (counts[what] = (counts[what] ?? 0) + by)
  const tell = (line: string): void => void trace.push(`${stamp(scheduler.nowMs())} ${line}`)
  const broken = (invariant: number, message: string): void => {
    if (!violations.some(known => known.message === message)) violations.push({ invariant, message })
    tell(`BROKEN ${invariant}: ${message}`)
  }
  let losesWakes = false
  let writes = 0
  let crash: Crash | undefined
  let passed = { statements: 0, calls: 0 }

  const queue = createQueue(scheduler, random)
  const clock: SimClock = {
    nowMs: scheduler.nowMs,
    after: (delayMs, run) => void scheduler.after(delayMs, run),
    sleep: delayMs => new Promise(resolve => scheduler.after(delayMs, resolve)),
  }
  let cluster: Cluster | undefined
  const hub: SimHub = {
    post: async (system, request) => await cluster?.post(system, request),
    act: async (name, parameters) => {
      if (cluster === undefined) throw new Error('the hub does not run yet')
      return await cluster.act(name, parameters)
    },
    publish: async change => await cluster?.publish(change),
    rows: async text => await rowsOf(stand, text),
  }
  const context: SimContext = { clock, random, hub, tell }
  const world: World = makeWorld(context)

  function die(owner: Owner, why: string): void {
    crash = undefined
    count('crashes')
    const waiting = pooler.isHeld() ? [] : session.rows(PENDING_EVENTS).map(row => row[0] ?? '')
    cluster?.kill(owner, why)
    pooler.reap()
    const crashes = counts['crashes']
    scheduler.after(PROGRESS_MS, () => {
      if (counts['crashes'] !== crashes || pooler.isHeld()) return
      const still = new Set(session.rows(PENDING_EVENTS).map(row => row[0] ?? ''))
      const left = waiting.filter(event => still.has(event))
      if (left.length > 0) broken(10, `${left.length} events still wait 10 s after a crash`)
    })
  }

  watch.fault = (owner, text) => {
    if (crash === undefined || crash.at === 'call') return 'none'
    if (passed.statements++ < crash.n) return 'none'
    const { at } = crash
    die(owner, `${at === 'beforeStatement' ? 'before' : 'after'} ${readable(text)}`)
    return at === 'beforeStatement' ? 'before' : 'after'
  }
  scheduler.onIdle(() => {
    if (pooler.isHeld()) return undefined
    const [stages = null, jobs = null, state = ''] = session.rows(NEXT_DUE)[0] ?? []
    const [stagesMs, jobsMs] = [stages, jobs].map(at =>
      at === null ? Number.POSITIVE_INFINITY : Math.ceil(Number(at)),
    )
    if (stagesMs === undefined || jobsMs === undefined) return undefined
    return { atMs: Math.min(stagesMs, jobsMs), kind: stagesMs <= jobsMs ? 'sweep' : 'job', state: state ?? '' }
  })
  const second = plan.secondWorker && !dropped.has('second worker')
  cluster = createCluster(
    {
      scheduler,
      random,
      queue,
      connection: pooler.connection,
      identity: stand.identity,
      files: stand.files,
      connectors: world.connectors.map(connector =>
        overNetwork(connector, scheduler, {
          count(operation) {
            if (operation === 'upsert' || operation === 'delete') writes += 1
            count(`calls: ${operation}`)
          },
          ended(owner, operation) {
            if (crash?.at === 'call' && passed.calls++ >= crash.n) die(owner, `when its ${operation} had ended`)
          },
        }),
      ),
      alone: !second,
      losesWakes: () => losesWakes,
      tell,
      acknowledged(traceId) {
        count('requests acknowledged')
        if (session.rows(ACKNOWLEDGED(traceId)).length === 0)
          broken(1, 'a request was acknowledged before it was stored')
      },
      broken: error => {
        throw error
      },
      logLevel: options.logLevel ?? 'silent',
    },
    world,
  )

  /** Lets time pass; a run that never ends is a violation by itself. */
  async function pass(ms: number, done?: () => boolean): Promise<void> {
    await scheduler.run(scheduler.nowMs() + ms, () => done?.() === true || scheduler.steps() > TASKS_MAX)
    if (scheduler.steps() > TASKS_MAX) throw new EndlessError()
  }

  async function takeStep(index: number, step: StepPlan): Promise<void> {
    random.restart(seedOf(seed, 'step', index))
    passed = { statements: 0, calls: 0 }
    crash = dropped.has(`crash ${index}`) ? undefined : step.crash
    losesWakes = step.losesWakes && !dropped.has(`wakes ${index}`)
    if (step.wipesQueue && !dropped.has(`wipe ${index}`)) {
      tell('the queue was wiped')
      queue.wipe()
    }
    if (step.restarts && !dropped.has(`restart ${index}`)) void cluster?.restart('as operators do')
    tell(`step ${index}`)
    owners.run(undefined, () => world.step())
    await pass(step.gapMs)
  }

  async function comeToRest(): Promise<void> {
    crash = undefined
    losesWakes = false
    queue.calm()
    owners.run(undefined, () => world.calm())
    tell('calm')
    const calmMs = scheduler.nowMs()
    await pass(10 * MINUTE_MS)
    for (;;) {
      const before = writes
      await pass(10 * MINUTE_MS)
      const busy = Number(session.rows(UNDER_WAY)[0]?.[0] ?? 0)
      if (busy === 0 && writes === before && !pooler.isHeld()) break
      if (scheduler.nowMs() - calmMs > REST_MS_MAX) {
        broken(4, `the hub does not fall silent: ${busy} things are under way after ${REST_MS_MAX / HOUR_MS} h of calm`)
        break
      }
    }
    const before = writes
    await pass(QUIET_MS)
    if (writes > before) broken(4, `the hub wrote ${writes - before} times after it had come to rest`)
    tell('at rest')
  }

  try {
    cluster.start('all')
    if (second) cluster.start('worker')
    await pass(MINUTE_MS, () => allStarted(cluster))
    for (const [index, step] of plan.steps.entries()) if (!dropped.has(`step ${index}`)) await takeStep(index, step)
    await comeToRest()
    violations.push(...(await checked(stand, world, pass)))
  } catch (error) {
    if (!(error instanceof EndlessError)) throw error
    broken(4, `more than ${TASKS_MAX} things happened: the hub does not fall silent`)
  }
  for (const violation of violations) tell(`violation of invariant ${violation.invariant}: ${violation.message}`)
  for (const process of cluster.living()) process.die()
  count('statements', pooler.statements())
  return {
    seed,
    violations,
    trace,
    hash: createHash('sha256')
      .update(`${watch.hash} ${scheduler.steps()}\n${trace.join('\n')}`)
      .digest('hex')
      .slice(0, 16),
    counts: { ...counts, ...world.counts() },
    simulatedMs: scheduler.nowMs() - START_MS,
  }
}

class EndlessError extends Error {}

function allStarted(cluster: Cluster | undefined): boolean {
  return cluster !== undefined && cluster.living().every(process => process.parts() !== undefined)
}

async function checked(
  stand: Stand,
  world: World,
  pass: (ms: number, done: () => boolean) => Promise<void>,
): Promise<readonly Violation[]> {
  let done = false
  const checking = owners.run(undefined, () => world.check()).finally(() => (done = true))
  checking.catch(() => {})
  await pass(MINUTE_MS, () => done)
  if (!done) throw new Error('the checks did not end')
  return await checking
}

async function rowsOf<T>(stand: Stand, text: string): Promise<T[]> {
  const client = new Client(stand.pooler.connection)
  await client.connect()
  try {
    const { rows } = await client.query(text)
    return rows as T[]
  } finally {
    await client.end()
  }
}

function stamp(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(5, 23).replace('T', ' ')
}

function readable(text: string): string {
  const words = text.replaceAll('\0', ' ').replaceAll(/\s+/g, ' ').trim()
  return words === '' ? 'a statement' : `"${words.slice(0, 60)}"`
}

export type { RunPlan }
