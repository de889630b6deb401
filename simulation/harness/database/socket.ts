import { Duplex } from 'node:stream'
import { type Frame, frame, framesOf, zeroEnded } from './frames.ts'
import type { Owner, Scheduler } from '../scheduler.ts'
import type { ClientNames } from './session.ts'

/** A connection as `pg` sees it: a socket of the process that opened it. */
export interface SimSocket extends Duplex {
  readonly owner: Owner | undefined
  readonly names: ClientNames
  /** What the client said of itself first: user, options, application name. */
  readonly startup: Record<string, string>
}

export interface SocketParts {
  scheduler: Scheduler
  /** Takes the messages of one statement, up to its Sync or Query. */
  enqueue: (socket: SimSocket, frames: Frame[]) => void
  onClose: () => void
}

/** What `pg` is told of every simulated server. Connections cost nothing here; closing idle ones would only make work. */
export const SIMULATED_SERVER = {
  host: 'simulated',
  user: 'patchbay',
  database: 'patchbay',
  password: 'none',
  ssl: false,
  idleTimeoutMillis: 0,
} as const

export function createSocket(owner: Owner | undefined, parts: SocketParts): SimSocket {
  const { scheduler, enqueue, onClose } = parts
  let received: Buffer = Buffer.alloc(0)
  let pending: Frame[] = []
  let started = false

  function receive(bytes: Uint8Array): void {
    received = received.length === 0 ? Buffer.from(bytes) : Buffer.concat([received, bytes])
    if (!started) start()
    if (!started) return
    const { frames, length } = framesOf(received)
    received = received.subarray(length)
    for (const message of frames) take(message)
  }

  /** The first message has no letter; whatever it says is welcome. */
  function start(): void {
    if (received.length < 4 || received.length < received.readInt32BE(0)) return
    const length = received.readInt32BE(0)
    Object.assign(socket.startup, startupOf(received.subarray(8, length)))
    received = received.subarray(length)
    started = true
    scheduler.soon(() => socket.push(welcome()), owner)
  }

  function take(message: Frame): void {
    if (message.type === 'X') return
    pending.push({ type: message.type, body: Buffer.from(message.body) })
    if (message.type !== 'S' && message.type !== 'Q') return
    enqueue(socket, pending)
    pending = []
  }

  const duplex = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      receive(chunk)
      done()
    },
    writev(chunks, done) {
      for (const { chunk } of chunks) receive(chunk)
      done()
    },
    final(done) {
      duplex.push(null)
      done()
    },
    destroy(error, done) {
      onClose()
      done(error)
    },
  })
  const socket: SimSocket = Object.assign(duplex, {
    owner,
    names: new Map<string, string>(),
    startup: {},
    connect: () => void scheduler.soon(() => duplex.emit('connect'), owner),
    setNoDelay() {},
    setKeepAlive() {},
    ref() {},
    unref() {},
  })
  return socket
}

/** Names and values by turns, each ended by a zero. */
function startupOf(body: Buffer): Record<string, string> {
  const texts = body.toString('utf8').split('\0')
  return Object.fromEntries(
    texts.flatMap((name, at) => (at % 2 === 0 && name !== '' ? [[name, texts[at + 1] ?? '']] : [])),
  )
}

/** The answers to a start-up message: nobody is asked for a password. */
function welcome(): Buffer {
  const parameter = (name: string, value: string): Buffer =>
    frame('S', Buffer.concat([zeroEnded(name), zeroEnded(value)]))
  return Buffer.concat([
    frame('R', Buffer.alloc(4)),
    parameter('server_version', '18.0'),
    parameter('client_encoding', 'UTF8'),
    parameter('standard_conforming_strings', 'on'),
    parameter('DateStyle', 'ISO, MDY'),
    frame('K', Buffer.alloc(8)),
    frame('Z', Buffer.from('I')),
  ])
}
