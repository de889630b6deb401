import { setTimeout as sleep } from 'node:timers/promises'
import { childOptions, serveParent } from './children.ts'
import { type Connection, openConnection } from './connection.ts'
import { type BenchEvent, createTraffic, signedRequest } from './traffic.ts'

/** The load generator: a process of its own that makes its webhooks ahead and sends them over plain sockets. */
export interface LoadOptions {
  path: string
  /** base64. */
  key: string
}

export interface Prepare {
  run: number
  count: number
  /** New records only, or a fifth changes of earlier ones. */
  kind: 'creates' | 'mixed'
}

export interface Send {
  port: number
  connections: number
  /** Ends when this has passed or all that was prepared is sent. */
  seconds?: number
  /** Events per second, evenly spaced whatever the answers take; absent: as fast as answers come. */
  rate?: number
  /** At most so many deliveries outstanding, as told by `delivered`; absent: no bound. */
  outstandingMax?: number
}

export interface Sent {
  sent: number
  deliveries: number
  /** Answers that were not 2xx. */
  refused: number
  startedAtMs: number
  endedAtMs: number
  /** Per event its mark, the time it was to be sent, and the destinations it must reach. */
  marks: [mark: string, atMs: number, destinations: number][]
}

const PACE_MS = 2
const WAIT_MS = 5

const options = childOptions<LoadOptions>()
const key = Buffer.from(options.key, 'base64')
const traffics = new Map<number, ReturnType<typeof createTraffic>>()
let prepared: { event: BenchEvent; request: Buffer }[] = []
let delivered = 0

function prepare({ run, count, kind }: Prepare): number {
  const traffic = traffics.get(run) ?? createTraffic(run)
  traffics.set(run, traffic)
  const nowMs = Date.now()
  prepared = traffic[kind](count).map(event => ({ event, request: signedRequest(options.path, key, event, nowMs) }))
  return prepared.reduce((bytes, { event }) => bytes + Buffer.byteLength(event.body), 0) / Math.max(1, count)
}

async function send(task: Send): Promise<Sent> {
  const connections = await Promise.all(Array.from({ length: task.connections }, () => openConnection(task.port)))
  delivered = 0
  const result: Sent = { sent: 0, deliveries: 0, refused: 0, startedAtMs: Date.now(), endedAtMs: 0, marks: [] }
  const untilMs = result.startedAtMs + (task.seconds ?? Infinity) * 1000
  try {
    await Promise.all(connections.map(connection => sendAll(connection, task, result, untilMs)))
  } finally {
    for (const connection of connections) connection.close()
  }
  result.endedAtMs = Date.now()
  prepared = []
  return result
}

async function sendAll(connection: Connection, task: Send, result: Sent, untilMs: number): Promise<void> {
  for (;;) {
    const nowMs = Date.now()
    if (nowMs >= untilMs || result.sent >= prepared.length) return
    const dueAtMs = task.rate === undefined ? nowMs : result.startedAtMs + (result.sent * 1000) / task.rate
    if (dueAtMs > nowMs) await sleep(PACE_MS)
    else if (result.deliveries - delivered >= (task.outstandingMax ?? Infinity)) await sleep(WAIT_MS)
    else {
      const next = prepared[result.sent]
      if (next === undefined) return
      result.sent += 1
      result.deliveries += next.event.destinations
      result.marks.push([next.event.mark, dueAtMs, next.event.destinations])
      const status = await connection.send(next.request)
      if (status < 200 || status > 299) result.refused += 1
    }
  }
}

serveParent(
  {
    ready: () => true,
    prepare,
    send,
    delivered: (word: { count: number }) => void (delivered = word.count),
  },
  () => undefined,
)
