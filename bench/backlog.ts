import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from './database.ts'
import type { Prepare, Send, Sent } from './load.ts'
import type { Arrivals } from './sandboxes.ts'
import type { Stand } from './stand.ts'

/** How the hub takes and gives back what comes in while all destinations are down. */
export interface Backlog {
  events: number
  /** Events received and planned per second while nothing can be delivered. */
  queuedPerSecond: number
  /** From the moment the destinations are back to the first delivery: the circuit breaker's probe. */
  resumedAfterMs: number
  /** Events per second from the first to the last delivery. */
  perSecond: number
  deliveriesPerSecond: number
  /** Deliveries that did not arrive. */
  missing: number
  /** The hub's highest memory, queueing and draining. */
  hubRssMiB: number
}

const RUN = 30
const CONNECTIONS = 32
const LOOK_MS = 100
const QUEUE_MS_MAX = 15 * 60_000
/** Beside the breaker's wait, which doubles while a system is down and so is at most about as long as the outage. */
const RESUME_MS_MAX = 30_000
const STALL_MS_MAX = 10_000

export async function measureBacklog(stand: Stand, count: number): Promise<Backlog> {
  await stand.sandboxes.ask({ do: 'down' })
  await stand.load.ask({ do: 'prepare', ...({ run: RUN, count, kind: 'creates' } satisfies Prepare) })
  const task: Send = { port: stand.port, connections: CONNECTIONS }
  const sent = await stand.load.ask<Sent>({ do: 'send', ...task })
  if (sent.refused > 0) throw new Error(`${sent.refused} of ${sent.sent} webhooks were refused`)
  await allPlanned(stand, sent.deliveries)
  const queuedMs = Date.now() - sent.startedAtMs

  const upAtMs = Date.now()
  await stand.sandboxes.ask({ do: 'up' })
  const drained = await drain(stand, sent, RESUME_MS_MAX + 2 * queuedMs)
  const seconds = Math.max(1, drained.lastMs - drained.firstMs) / 1000
  return {
    events: sent.sent,
    queuedPerSecond: (sent.sent * 1000) / queuedMs,
    resumedAfterMs: drained.firstMs - upAtMs,
    perSecond: sent.sent / seconds,
    deliveriesPerSecond: sent.deliveries / seconds,
    missing: sent.deliveries - drained.arrived,
    hubRssMiB: stand.hubMemoryMiB().peak,
  }
}

/** Waits until every event has become deliveries, none of which can leave. */
async function allPlanned(stand: Stand, deliveries: number): Promise<void> {
  const untilMs = Date.now() + QUEUE_MS_MAX
  for (;;) {
    const [row] = await sql<{ working: boolean }>(
      stand,
      `select exists (select from event where state = 'pending') or exists (select from resolve_work) or exists (select from plan_work) as working`,
    )
    if (row?.working === false) break
    if (Date.now() > untilMs) throw new Error('the events were not planned in time')
    await sleep(LOOK_MS * 5)
  }
  const [planned] = await sql<{ rows: number }>(stand, 'select count(*)::int as rows from delivery')
  if (planned?.rows !== deliveries) throw new Error(`${planned?.rows} deliveries were planned, expected ${deliveries}`)
}

interface Drained {
  arrived: number
  firstMs: number
  lastMs: number
}

/** Follows the arrivals until all are there or no more come. */
async function drain(stand: Stand, sent: Sent, resumeMsMax: number): Promise<Drained> {
  const needed = new Set(sent.marks.map(([mark]) => mark))
  const seen = new Set<string>()
  let firstMs = Infinity
  let lastMs = Date.now()
  for (;;) {
    for (const { system, arrivals } of await stand.sandboxes.ask<Arrivals[]>({ do: 'takeArrivals' })) {
      for (const [mark, atMs] of arrivals) {
        firstMs = Math.min(firstMs, atMs)
        if (!needed.has(mark) || seen.has(`${system} ${mark}`)) continue
        seen.add(`${system} ${mark}`)
        lastMs = Math.max(lastMs, atMs)
      }
    }
    if (seen.size >= sent.deliveries) break
    const idleMs = Date.now() - lastMs
    if (seen.size === 0 && idleMs > resumeMsMax)
      throw new Error('nothing was delivered after the destinations came back')
    if (seen.size > 0 && idleMs > (isNearlyAll(seen.size, sent.deliveries) ? STALL_MS_MAX : resumeMsMax)) break
    await sleep(LOOK_MS)
  }
  return { arrived: seen.size, firstMs, lastMs }
}

function isNearlyAll(arrived: number, deliveries: number): boolean {
  return arrived > deliveries * 0.99
}
