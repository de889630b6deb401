import { setTimeout as sleep } from 'node:timers/promises'
import type { ReplyOf } from '#console/handler.ts'
import { ARCHIVE } from './config.ts'
import { type CostProfile, startProfile, stopProfile } from './cost-profile.ts'
import { sql } from './database.ts'
import { type Flow, quantile, runFlow } from './end-to-end.ts'
import type { CpuSeconds, Stand } from './stand.ts'

/** First link of one full system, and what it does to live traffic. */
export interface Link {
  records: number
  /** From the start until all was pulled, and until every delivery there was decided on. */
  loadedSeconds: number
  reviewedSeconds: number
  /** CPU milliseconds per record from the start to the review, after the live traffic's own share was taken away. */
  cpuMsPerRecord: Pick<CpuSeconds, 'hub' | 'postgres'>
  hubRssMiB: number
  /** Live traffic of the same rate before and while the system is loaded. */
  alone: Flow
  beside: Flow
  p99Ratio: number
  /** Medians of the rounds, since one slow second of another program decides a p99. */
  rounds: { p99AloneMs: number[]; p99BesideMs: number[] }
  plan: { inSync: number; create: number; change: number }
  profile?: CostProfile
}

export interface LinkOptions {
  records: number
  /** Length of each round of live traffic. */
  seconds: number
  profile: boolean
}

type LinkObject = ReplyOf<'getLink'>['items'][number]

const RUN = 4
const LIVE_PER_SECOND = 100
/** So many rounds before, and at least so many from the start of loading; then one now and then. */
const ROUNDS = 3
const BETWEEN_MS = 60_000
const LOADS_MS = 1_000
const LOOK_MS = 200
/** Looking at the plan reads every delivery: it shall take no more than this share of the time. */
const LOOKING_SHARE = 0.1

/** Runs paced live traffic alone, then beside loading, in rounds; then waits for the review. */
export async function measureLink(stand: Stand, { records, seconds, profile }: LinkOptions): Promise<Link> {
  const live = (): Promise<Flow> =>
    runFlow(stand, { run: RUN, count: Math.max(20, LIVE_PER_SECOND * seconds), kind: 'creates', rate: LIVE_PER_SECOND })
  await live()
  const alone: Flow[] = []
  for (let round = 0; round < ROUNDS; round += 1) alone.push(await live())

  if (profile) await startProfile(stand)
  const before = stand.cpu()
  const startedAtMs = Date.now()
  await stand.hub.ask({ do: 'linkStart' })
  const beside: Flow[] = []
  for (;;) {
    const flow = await live()
    const isLoading = await loads(stand)
    // A round that outlived the loading measures something else.
    if (isLoading || beside.length === 0) beside.push(flow)
    if (!isLoading) break
    if (beside.length >= ROUNDS && !(await loadsFor(stand, BETWEEN_MS))) break
  }
  const plan = await reviewed(stand)
  const reviewedAtMs = Date.now()
  const cpu = stand.cpu()
  const share = cost(beside, alone)
  const perRecord = (part: 'hub' | 'postgres'): number => ((cpu[part] - before[part]) * 1000 - share[part]) / records
  const [aloneMedian, besideMedian] = [median(alone), median(beside)]
  return {
    records,
    loadedSeconds: (Date.parse(plan.endedAt ?? '') - startedAtMs) / 1000,
    reviewedSeconds: (reviewedAtMs - startedAtMs) / 1000,
    cpuMsPerRecord: { hub: perRecord('hub'), postgres: perRecord('postgres') },
    hubRssMiB: stand.hubMemoryMiB().peak,
    alone: aloneMedian,
    beside: besideMedian,
    p99Ratio: besideMedian.p99Ms / aloneMedian.p99Ms,
    rounds: { p99AloneMs: alone.map(flow => flow.p99Ms), p99BesideMs: beside.map(flow => flow.p99Ms) },
    plan: { inSync: plan.plan?.inSync ?? 0, create: plan.plan?.create ?? 0, change: plan.plan?.change ?? 0 },
    ...(profile ? { profile: await stopProfile(stand) } : {}),
  }
}

async function loads(stand: Stand): Promise<boolean> {
  const [row] = await sql<{ loading: boolean }>(
    stand,
    `select bool_or(link_state = 'loading') as loading from system_object where system = $1`,
    [ARCHIVE],
  )
  return row?.loading === true
}

/** Waits so long, or until the loading has ended; true when it goes on. */
async function loadsFor(stand: Stand, ms: number): Promise<boolean> {
  for (const untilMs = Date.now() + ms; Date.now() < untilMs;) {
    if (!(await loads(stand))) return false
    await sleep(LOADS_MS)
  }
  return true
}

/** Waits until all is loaded, resolved and decided on. */
async function reviewed(stand: Stand): Promise<LinkObject> {
  let told = 0
  for (;;) {
    const startedMs = performance.now()
    const seen = await stand.hub.ask<LinkObject>({ do: 'linkPlan' })
    const tookMs = performance.now() - startedMs
    if (seen.plan !== null && seen.plan.undecided === 0) return seen
    if (seen.error !== null) throw new Error(`the archive could not be loaded: ${seen.error}`)
    if (Date.now() - told > 30_000) {
      told = Date.now()
      console.error(`  first link: ${seen.state}, ${seen.loaded} loaded, ${seen.plan?.undecided ?? 0} undecided`)
    }
    await sleep(Math.max(LOOK_MS, tookMs / LOOKING_SHARE))
  }
}

/** What the live traffic of the rounds cost by itself. */
function cost(flows: readonly Flow[], like: readonly Flow[]): Pick<CpuSeconds, 'hub' | 'postgres'> {
  const events = flows.reduce((sum, flow) => sum + flow.events, 0)
  const { cpuMsPerEvent } = median(like)
  return { hub: cpuMsPerEvent.hub * events, postgres: cpuMsPerEvent.postgres * events }
}

/** The flow of the middle p99. */
function median(flows: readonly Flow[]): Flow {
  const sorted = flows.toSorted((a, b) => a.p99Ms - b.p99Ms)
  const middle = quantile(
    sorted.map((_, index) => index),
    0.5,
  )
  const flow = sorted[middle]
  if (flow === undefined) throw new Error('no round of live traffic ended while the system was loaded')
  return flow
}
