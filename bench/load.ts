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

const TICK_MS = 1

const options = childOptions() as LoadOptions
const key = Buffer.from(options.key, 'base64')
const traffics = new Map<number, ReturnType<typeof createTraffic>>()
let traffic = createTraffic(0)
let prepared: { event: BenchEvent; request: Buffer }[] = []
let delivered = 0

function prepare({ run, count, kind }: Prepare): number {
  traffic = traffics.get(run) ?? createTraffic(run)
  traffics.set(run, traffic)
  const nowMs = Date.now()
  prepared = traffic[kind](count).map(event => ({ event, request: signedRequest(options.path, key, event, nowMs) }))
  return prepared.reduce((bytes, { event }) => bytes + Buffer.byteLength(event.body), 0) / Math.max(1, count)
}

async function send(task: Send): Promise<Sent> {
  const connections = await Promise.all(Array.from({ length: task.connections }, () => openConnection(task.port)))
  delivered = 0
  const result: Sent = { sent: 0, deliveries: 0, refused: 0, startedAtMs: Date.now(), endedAtMs: 0, marks: [] }
  try {
    await sendAll(connections, task, result)
  } finally {
    for (const connection of connections) connection.close()
  }
  result.endedAtMs = Date.now()
  const events = prepared.map(({ event }) => event)
  traffic.settle(events.slice(0, result.sent), events.slice(result.sent))
  prepared = []
  return result
}

/** Gives what is due to idle connections: at each answer and every few milliseconds, until all is sent and answered. */
function sendAll(connections: readonly Connection[], task: Send, result: Sent): Promise<void> {
  const { seconds = Infinity, rate, outstandingMax = Infinity } = task
  const untilMs = result.startedAtMs + seconds * 1000
  const idle = [...connections]
  return new Promise((resolve, reject) => {
    const ticking = setInterval(pump, TICK_MS)

    function pump(): void {
      const nowMs = Date.now()
      const isOver = nowMs >= untilMs || result.sent >= prepared.length
      if (isOver && idle.length === connections.length) {
        clearInterval(ticking)
        resolve()
      }
      if (isOver) return
      // In turn: the hub closes a connection that says nothing in its first seconds.
      while (idle.length > 0 && result.deliveries - delivered < outstandingMax) {
        const dueAtMs = rate === undefined ? nowMs : result.startedAtMs + (result.sent * 1000) / rate
        const next = prepared[result.sent]
        const connection = dueAtMs > nowMs || next === undefined ? undefined : idle.shift()
        if (connection === undefined || next === undefined) return
        result.sent += 1
        result.deliveries += next.event.destinations
        result.marks.push([next.event.mark, dueAtMs, next.event.destinations])
        connection.send(next.request).then(status => answered(connection, status), failed)
      }
    }

    function answered(connection: Connection, status: number): void {
      if (status < 200 || status > 299) result.refused += 1
      idle.push(connection)
      pump()
    }

    function failed(error: Error): void {
      clearInterval(ticking)
      reject(error)
    }
  })
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
