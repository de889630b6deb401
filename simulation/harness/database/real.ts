import { Socket } from 'node:net'
import { Client } from 'pg'
import type { Backend, Death, StatementFault } from './backend.ts'
import { type Frame, frame, framesOf } from './frames.ts'
import { owners, type Scheduler } from '../scheduler.ts'
import { createSocket, SIMULATED_SERVER, type SimSocket } from './socket.ts'

/** The clock of the database is that of the run plus a twentieth of what really passed: still, but never twice the same. */
const CLOCK = `
  create schema if not exists sim;
  create sequence if not exists sim.clock;
  create or replace function sim.now() returns timestamptz language sql stable as $$
    select to_timestamp((last_value + (extract(epoch from pg_catalog.now()) * 50000)::bigint) / 1000000.0) from sim.clock
  $$;`

interface Line {
  /** The server's end, once it is reached. */
  far: Promise<Socket>
  received: Buffer
  answer: PromiseWithResolvers<Buffer>
}

/** A real server, with as many sessions as the hub opens. Its time is simulated; its order of things is its own. */
export async function openReal(
  url: string,
  options: { scheduler: Scheduler; fault: StatementFault },
): Promise<Backend> {
  const { scheduler, fault } = options
  const admin = await openAdmin(url)
  const lines = new Map<SimSocket, Line>()
  let waiting: { socket: SimSocket; frames: Frame[] }[] = []
  let underway = 0
  let statements = 0
  let arrival = Promise.withResolvers<void>()
  let toldMs = 0
  let asking: Promise<unknown> = Promise.resolve()

  /** One statement after the other. */
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const asked = asking.then(work)
    asking = asked.catch(() => {})
    return await asked
  }

  async function tellTime(): Promise<void> {
    if (toldMs === scheduler.nowMs()) return
    toldMs = scheduler.nowMs()
    const text = `select setval('sim.clock', ${toldMs}000 - (extract(epoch from clock_timestamp()) * 50000)::bigint)`
    await inTurn(() => admin.query(text))
  }

  function lineOf(socket: SimSocket): Line {
    const known = lines.get(socket)
    if (known !== undefined) return known
    const line: Line = {
      far: reach(url, socket.startup['options'], far => {
        far.on('data', (bytes: Buffer) => hear(line, bytes))
        far.on('close', () => line.answer.reject(new Error('the connection was closed')))
      }),
      received: Buffer.alloc(0),
      answer: unanswered(),
    }
    lines.set(socket, line)
    return line
  }

  /** An answer ends with the server's being ready for the next statement. */
  function hear(line: Line, bytes: Buffer): void {
    line.received = Buffer.concat([line.received, bytes])
    if (framesOf(line.received).frames.at(-1)?.type !== 'Z') return
    const { received } = line
    line.received = Buffer.alloc(0)
    line.answer.resolve(received)
  }

  async function exchange(socket: SimSocket, frames: readonly Frame[]): Promise<Buffer> {
    const line = lineOf(socket)
    const far = await line.far
    await tellTime()
    // Its owner died meanwhile: nothing will be heard any more, not even the close.
    if (far.destroyed) throw new Error('the connection was closed')
    line.answer = unanswered()
    far.write(Buffer.concat(frames.map(({ type, body }) => frame(type, body))))
    return await line.answer.promise
  }

  function run(index: number): void {
    const [request] = waiting.splice(index, 1)
    if (request === undefined || request.socket.owner?.dead === true) return
    const { socket, frames } = request
    const { owner } = socket
    const death = owner === undefined ? undefined : fault(owner, frames[0]?.body.toString('utf8') ?? '')
    if (death?.at === 'before') return death.die()
    statements += 1
    underway += 1
    void carry(socket, frames, death)
  }

  async function carry(socket: SimSocket, frames: readonly Frame[], death: Death | undefined): Promise<void> {
    try {
      const answer = await exchange(socket, frames)
      if (death === undefined) scheduler.soon(() => socket.push(answer), socket.owner)
      else scheduler.soon(death.die)
    } catch {
      // The connection was cut: whoever waited for the answer is dead.
    } finally {
      underway -= 1
      arrival.resolve()
      arrival = Promise.withResolvers()
    }
  }

  function reap(): void {
    for (const [socket, line] of lines) {
      if (socket.owner?.dead !== true && !socket.destroyed) continue
      lines.delete(socket)
      void line.far.then(far => far.destroy())
    }
    waiting = waiting.filter(({ socket }) => socket.owner?.dead !== true)
  }

  const source = { ready: () => waiting.length, run, underway: () => underway, arrival: () => arrival.promise }
  return {
    kind: 'real',
    connection: {
      ...SIMULATED_SERVER,
      stream: () =>
        createSocket(owners.getStore(), {
          scheduler,
          enqueue: (socket, frames) => void waiting.push({ socket, frames }),
          onClose: reap,
        }),
    },
    reap,
    isHeld: () => underway > 0,
    isBusy: () => false,
    async rows(text) {
      const types = { getTypeParser: () => String }
      const { rows } = await inTurn(() => admin.query<(string | null)[]>({ text, rowMode: 'array', types }))
      return rows
    },
    async run(text) {
      await inTurn(() => admin.query(text))
    },
    async restart() {
      for (const [socket, line] of lines) {
        socket.destroy()
        void line.far.then(far => far.destroy())
      }
      lines.clear()
      waiting = []
      statements = 0
      toldMs = 0
      scheduler.addSource(source)
    },
    statements: () => statements,
    close: () => admin.end(),
  }
}

/** Somebody may wait for it, or nobody any more. */
function unanswered(): Line['answer'] {
  const answer = Promise.withResolvers<Buffer>()
  answer.promise.catch(() => {})
  return answer
}

/** A connection outside of all that is simulated, on a database whose `now()` is ours for all later connections. */
async function openAdmin(url: string): Promise<Client> {
  const first = new Client(url)
  await first.connect()
  await first.query(CLOCK)
  await first.query(`alter database ${new URL(url).pathname.slice(1)} set search_path = sim, pg_catalog, public`)
  await first.end()
  const admin = new Client(url)
  admin.on('error', () => {})
  await admin.connect()
  return admin
}

/** A connection that the real driver opened and let in; from then on it carries what the simulated ones say. */
async function reach(url: string, options: string | undefined, reached: (far: Socket) => void): Promise<Socket> {
  const far = new Socket()
  // The one that waits for an answer hears of the close.
  far.on('error', () => {})
  const client = new Client({ connectionString: url, stream: () => far, ...(options === undefined ? {} : { options }) })
  client.on('error', () => {})
  await client.connect()
  far.removeAllListeners('data')
  reached(far)
  return far
}
