import { createHash } from 'node:crypto'
import { Client } from 'pg'
import type { MakeWorld, SimClock, SimHub, Violation, World } from '../../contract.ts'
import { createFaults } from './faults.ts'
import { type Cluster, createCluster } from '../hub/hub.ts'
import { type Dropped, planRun, type StepPlan } from './plan.ts'
import { createPromptWatch } from './prompt.ts'
import { createQueue } from '../hub/queue.ts'
import { createStreams, seedOf } from '../random.ts'
import { createNextDue, isStored, underWay } from './rest.ts'
import { owners } from '../scheduler.ts'
import { type Stand, START_MS } from './stand.ts'
import { createStory, type Story, storyLog } from './story.ts'
import { overNetwork } from '../hub/vendors.ts'

export interface RunOptions {
  seed: number
  steps: number
  dropped?: Dropped
  /** Tells the hub's own log lines too, from this level. */
  logLevel?: string | undefined
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
/** Longer than polls are apart: what a system was given since its last poll, by another integration too, may be known by its next one only. */
const POLLED_MS = 9 * MINUTE_MS
/** So long the hub must write nothing once it has come to rest. */
const QUIET_MS = 12 * MINUTE_MS
/** As often as in production; where nothing may wait for them, so seldom that it would show. */
const SWEEP_EVERY_MS = 1_000
const SWEEP_SELDOM_MS = 10_000
/** A run that needs more than this is going round in circles. */
const TASKS_MAX = 1_500_000

/** One run: the world's steps with time and faults between them, then calm, rest, and the checks. */
export async function simulate(stand: Stand, makeWorld: MakeWorld, options: RunOptions): Promise<RunResult> {
  const { scheduler, random, backend, watch } = stand
  const { seed, steps, dropped = new Set<string>() } = options
  await stand.begin(seedOf(seed, 'run'))
  const plan = planRun(seed, steps)
  const story = createStory(scheduler)
  const queue = createQueue(scheduler, random)
  const state = { losesWakes: false, writes: 0 }
  let cluster: Cluster | undefined
  const faults = createFaults(stand, () => cluster, story)
  const streams = createStreams(seed)
  const world: World = makeWorld({
    clock: clockOf(stand),
    random,
    stream: streams.stream,
    hub: hubOf(stand, () => cluster),
    undisturbed: plan.undisturbed,
    concurrent: backend.kind === 'real',
    tell: story.tell,
  })
  const nextDue = createNextDue(backend)
  const calls = new Map<string, number>()
  const isWhole = (): boolean => cluster?.isWhole() ?? false
  const prompt = createPromptWatch(stand, story, {
    isWhole,
    isCalling: system => (calls.get(system) ?? 0) > 0,
  })
  /** What waits, for a run in which nothing may. */
  const look = plan.undisturbed ? prompt.look : async () => {}
  if (plan.undisturbed) queue.calm()
  scheduler.onIdle(async () => {
    await look()
    return backend.isHeld() ? undefined : await nextDue(scheduler.nowMs())
  })
  // A real server is there for processes that work at the same time.
  const second = backend.kind === 'real' || (plan.secondWorker && !dropped.has('second worker'))
  // It is also slower, and long gaps hold nothing for it but polls.
  const gapMsMax = backend.kind === 'real' ? 10 * MINUTE_MS : Number.POSITIVE_INFINITY
  let failure: unknown
  cluster = createCluster(
    {
      scheduler,
      random,
      queue,
      connection: backend.connection,
      identity: stand.identity,
      files: stand.files,
      connectors: world.connectors.map(connector =>
        overNetwork(connector, scheduler, {
          underWay: (system, by) => void calls.set(system, (calls.get(system) ?? 0) + by),
          count(operation) {
            if (operation === 'upsert' || operation === 'delete') state.writes += 1
            story.count(`calls: ${operation}`)
          },
          ended: faults.callEnded,
        }),
      ),
      alone: !second,
      losesWakes: () => state.losesWakes,
      sweeps: { everyMs: plan.undisturbed ? SWEEP_SELDOM_MS : SWEEP_EVERY_MS, before: look },
      tell: story.tell,
      acknowledged(traceId) {
        story.count('requests acknowledged')
        void checkStored(stand, story, traceId)
      },
      broken: error => void (failure ??= error),
      logOf: process => storyLog(story, process, options.logLevel),
    },
    world,
  )

  /** Lets time pass; a run that never ends is a violation by itself. */
  async function pass(ms: number, done?: () => boolean): Promise<void> {
    const ended = (): boolean => failure !== undefined || scheduler.steps() > TASKS_MAX
    await scheduler.run(scheduler.nowMs() + ms, () => done?.() === true || ended())
    if (failure !== undefined) throw failure
    if (ended()) throw new EndlessError()
  }

  async function takeStep(index: number, step: StepPlan): Promise<void> {
    random.restart(seedOf(seed, 'step', index))
    streams.restart(index)
    faults.arm(dropped.has(`crash ${index}`) ? undefined : step.crash)
    state.losesWakes = step.losesWakes && !dropped.has(`wakes ${index}`)
    if (step.wipesQueue && !dropped.has(`wipe ${index}`)) {
      story.tell('the queue was wiped')
      queue.wipe()
    }
    if (step.restarts && !dropped.has(`restart ${index}`)) void cluster?.restart('as operators do')
    story.tell(`step ${index}`)
    owners.run(undefined, () => world.step())
    await pass(Math.min(step.gapMs, gapMsMax))
  }

  async function comeToRest(): Promise<void> {
    faults.arm(undefined)
    state.losesWakes = false
    queue.calm()
    owners.run(undefined, () => world.calm())
    story.tell('calm')
    const calmMs = scheduler.nowMs()
    await pass(6 * MINUTE_MS)
    for (;;) {
      const before = state.writes
      await pass(POLLED_MS)
      const busy = backend.isHeld() ? 1 : await underWay(backend)
      if (busy === 0 && state.writes === before) break
      if (scheduler.nowMs() - calmMs < REST_MS_MAX) continue
      story.broken(4, `the hub is not silent after ${REST_MS_MAX / HOUR_MS} h of calm: ${busy} things are under way`)
      break
    }
    const before = state.writes
    await pass(QUIET_MS)
    if (state.writes > before) story.broken(4, `the hub wrote ${state.writes - before} times after it had come to rest`)
    story.tell('at rest')
  }

  try {
    cluster.start('all')
    if (second) cluster.start('worker')
    await pass(MINUTE_MS, isWhole)
    for (const [index, step] of plan.steps.entries()) if (!dropped.has(`step ${index}`)) await takeStep(index, step)
    await comeToRest()
    for (const { invariant, message } of await checked(world, pass)) story.broken(invariant, message)
  } catch (error) {
    if (!(error instanceof EndlessError)) throw error
    story.broken(4, `more than ${TASKS_MAX} things happened: the hub does not fall silent`)
  } finally {
    for (const process of cluster.living()) process.die()
  }
  return {
    seed,
    violations: story.violations,
    trace: story.trace,
    hash: createHash('sha256')
      .update(`${watch.hash} ${scheduler.steps()}\n${story.trace.join('\n')}`)
      .digest('hex')
      .slice(0, 16),
    counts: { ...story.counts, ...world.counts(), statements: backend.statements() },
    simulatedMs: scheduler.nowMs() - START_MS,
  }
}

class EndlessError extends Error {}

function clockOf({ scheduler }: Stand): SimClock {
  return {
    nowMs: scheduler.nowMs,
    after: (delayMs, run) => void scheduler.after(delayMs, run),
    sleep: delayMs => new Promise(resolve => scheduler.after(delayMs, resolve)),
  }
}

function hubOf(stand: Stand, cluster: () => Cluster | undefined): SimHub {
  const running = (): Cluster => {
    const now = cluster()
    if (now === undefined) throw new Error('the hub does not run yet')
    return now
  }
  return {
    post: (system, request) => running().post(system, request),
    act: (name, parameters) => running().act(name, parameters),
    publish: change => running().publish(change),
    rows: text => rowsOf(stand, text),
  }
}

async function checkStored({ backend }: Stand, story: Story, traceId: string): Promise<void> {
  if (!(await isStored(backend, traceId))) story.broken(1, 'a request was acknowledged before it was stored')
}

async function checked(
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

async function rowsOf<T>({ backend }: Stand, text: string): Promise<T[]> {
  const client = new Client(backend.connection)
  await client.connect()
  try {
    const { rows } = await client.query(text)
    return rows as T[]
  } finally {
    await client.end()
  }
}
