import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from './database.ts'
import type { Prepare, Send, Sent } from './load.ts'
import { type CostProfile, startProfile, stopProfile } from './cost-profile.ts'
import type { Arrivals } from './sandboxes.ts'
import type { CpuSeconds, Stand } from './stand.ts'

/** What one run of webhooks through the hub into four destinations cost. */
export interface Flow {
  events: number
  deliveries: number
  /** Deliveries that did not arrive. */
  missing: number
  /** Writes beyond those that the webhooks asked for. */
  surplusWrites: number
  /** Webhooks that were not answered 2xx. */
  refused: number
  seconds: number
  eventsPerSecond: number
  deliveriesPerSecond: number
  statementsPerEvent: number
  /** CPU milliseconds per event of each process. */
  cpuMsPerEvent: CpuSeconds
  /** From the time a webhook was to be sent to its arrival at the last destination. */
  p50Ms: number
  p99Ms: number
  bodyBytes: number
  profile?: CostProfile
}

export interface FlowOptions {
  run: number
  count: number
  kind: Prepare['kind']
  connections?: number
  seconds?: number
  rate?: number
  outstandingMax?: number
  profile?: boolean
}

const CONNECTIONS = 64
const LOOK_MS = 50
/** When nothing arrives for so long, what is missing stays missing: the run ends and says so. */
const STALL_MS_MAX = 60_000
/** With more than this share missing, no figure of the run would mean anything. */
const MISSING_SHARE_MAX = 0.01

/** The run of webhooks whose records are new, then changed. */
const RUN = 1
/** Enough outstanding to keep every stage busy, few enough that a run's end is a small part of it. */
const OUTSTANDING_MAX = 40_000
/** Rows to change later, and warm code: sent before the first figure is taken. */
const WARM_PER_SECOND = 450
/** More than the hub can take, so that the time ends a run and not the supply. */
const PER_SECOND_MAX = 4_000

export interface EndToEnd {
  saturated: Flow
  /** Evenly spaced webhooks at half the rate of the saturated run. */
  half: Flow
  hubRssMiB: number
}

/** The saturated run for the rates, then half the load for the latencies. */
export async function measureEndToEnd(stand: Stand, { seconds, profile }: FlowTime): Promise<EndToEnd> {
  await warmUp(stand, seconds)
  const saturated = await measureSaturated(stand, { seconds, profile })
  const half = await measureHalfLoad(stand, saturated.eventsPerSecond, seconds)
  return { saturated, half, hubRssMiB: stand.hubMemoryMiB().peak }
}

interface FlowTime {
  seconds: number
  profile: boolean
}

export async function warmUp(stand: Stand, seconds: number): Promise<void> {
  const count = Math.max(100, Math.ceil(seconds * WARM_PER_SECOND))
  await runFlow(stand, { run: RUN, count, kind: 'creates', outstandingMax: OUTSTANDING_MAX })
}

export async function measureSaturated(stand: Stand, { seconds, profile }: FlowTime): Promise<Flow> {
  const count = Math.ceil(seconds * PER_SECOND_MAX)
  return await runFlow(stand, { run: RUN, count, kind: 'mixed', seconds, outstandingMax: OUTSTANDING_MAX, profile })
}

async function measureHalfLoad(stand: Stand, eventsPerSecond: number, seconds: number): Promise<Flow> {
  const rate = Math.max(1, eventsPerSecond / 2)
  return await runFlow(stand, { run: RUN, count: Math.ceil(rate * seconds), kind: 'mixed', rate })
}

/** Sends webhooks and waits until every delivery they must cause has arrived. */
export async function runFlow(stand: Stand, options: FlowOptions): Promise<Flow> {
  const { run, count, kind, profile = false } = options
  const bodyBytes = await stand.load.ask<number>({ do: 'prepare', run, count, kind } satisfies Prepare & { do: string })
  await stand.sandboxes.ask<Arrivals[]>({ do: 'takeArrivals' })
  const tracker = trackArrivals()
  const before = { statements: await statements(stand), cpu: stand.cpu() }
  if (profile) await startProfile(stand)
  const sending = send(stand, options)
  const profiled = profile ? sending.then(() => stopProfile(stand)) : undefined
  const sent = await followed(stand, sending, tracker)
  const summary = await profiled
  const cpu = stand.cpu()
  const latencies = tracker.latencies(sent)
  const seconds = (tracker.lastMs() - sent.startedAtMs) / 1000
  return {
    events: sent.sent,
    deliveries: sent.deliveries,
    missing: tracker.missing(sent),
    surplusWrites: tracker.writes() - sent.deliveries + tracker.missing(sent),
    refused: sent.refused,
    seconds,
    eventsPerSecond: sent.sent / seconds,
    deliveriesPerSecond: sent.deliveries / seconds,
    statementsPerEvent: ((await statements(stand)) - before.statements) / sent.sent,
    cpuMsPerEvent: {
      hub: ((cpu.hub - before.cpu.hub) * 1000) / sent.sent,
      postgres: ((cpu.postgres - before.cpu.postgres) * 1000) / sent.sent,
      load: ((cpu.load - before.cpu.load) * 1000) / sent.sent,
      sandboxes: ((cpu.sandboxes - before.cpu.sandboxes) * 1000) / sent.sent,
    },
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    bodyBytes,
    ...(summary === undefined ? {} : { profile: summary }),
  }
}

export function send(stand: Stand, options: FlowOptions): Promise<Sent> {
  const { connections = CONNECTIONS, seconds, rate, outstandingMax } = options
  const task: Send = {
    port: stand.port,
    connections,
    ...(seconds === undefined ? {} : { seconds }),
    ...(rate === undefined ? {} : { rate }),
    ...(outstandingMax === undefined ? {} : { outstandingMax }),
  }
  return stand.load.ask<Sent>({ do: 'send', ...task })
}

/** Tells the load generator what has arrived while it sends, then waits until every webhook is at every destination. */
async function followed(stand: Stand, sending: Promise<Sent>, tracker: Tracker): Promise<Sent> {
  let sent: Sent | undefined
  const settled = sending.then(result => (sent = result))
  settled.catch(() => {})
  let seen = 0
  let changedAtMs = Date.now()
  for (;;) {
    for (const arrivals of await stand.sandboxes.ask<Arrivals[]>({ do: 'takeArrivals' })) tracker.add(arrivals)
    if (tracker.writes() !== seen) changedAtMs = Date.now()
    seen = tracker.writes()
    stand.load.tell({ do: 'delivered', count: tracker.pairs() })
    if (sent !== undefined && tracker.missing(sent) === 0) return sent
    if (Date.now() - changedAtMs > STALL_MS_MAX) {
      const open = JSON.stringify(await whatIsOpen(stand))
      if (sent === undefined) throw new Error(`nothing arrives any more while webhooks are being sent: ${open}`)
      const missing = tracker.missing(sent)
      if (missing > sent.deliveries * MISSING_SHARE_MAX)
        throw new Error(`${missing} of ${sent.deliveries} deliveries did not arrive: ${open}`)
      console.error(`${missing} of ${sent.deliveries} deliveries did not arrive: ${open}`)
      return sent
    }
    await Promise.race([sleep(LOOK_MS), ...(sent === undefined ? [settled] : [])])
  }
}

type Tracker = ReturnType<typeof trackArrivals>

/** First arrivals by destination and mark, as they come in. Each call of `add` is one destination's. */
function trackArrivals() {
  const seen = new Map<string, { destinations: Set<string>; lastMs: number }>()
  let writes = 0
  let pairs = 0
  let lastMs = 0
  return {
    writes: () => writes,
    pairs: () => pairs,
    lastMs: () => lastMs,
    add(arrivals: Arrivals): void {
      for (const [mark, atMs] of arrivals.arrivals) {
        writes += 1
        const known = seen.get(mark) ?? { destinations: new Set<string>(), lastMs: 0 }
        seen.set(mark, known)
        if (known.destinations.has(arrivals.system)) continue
        known.destinations.add(arrivals.system)
        known.lastMs = Math.max(known.lastMs, atMs)
        lastMs = Math.max(lastMs, atMs)
        pairs += 1
      }
    },
    missing: (sent: Sent): number =>
      sent.marks.reduce(
        (sum, [mark, , needed]) => sum + Math.max(0, needed - (seen.get(mark)?.destinations.size ?? 0)),
        0,
      ),
    /** From the time each webhook was to be sent to its last destination's first arrival, sorted. */
    latencies: (sent: Sent): number[] =>
      sent.marks
        .flatMap(([mark, atMs, needed]) => {
          const known = seen.get(mark)
          return known === undefined || known.destinations.size < needed ? [] : [known.lastMs - atMs]
        })
        .sort((a, b) => a - b),
  }
}

async function statements(stand: Stand): Promise<number> {
  return (await stand.metrics()).get('patchbay_statements_total') ?? 0
}

async function whatIsOpen(stand: Stand): Promise<unknown> {
  return await sql(
    stand,
    `select 'event' as kind, system, state, reason, min(detail::text) as detail, count(*)::int as rows from event where state <> 'processed' group by 2, 3, 4
     union all select 'delivery', system, state, reason, min(detail::text), count(*)::int from delivery where state <> 'synced' group by 2, 3, 4`,
  )
}

/** Of sorted values; 0 of none. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
