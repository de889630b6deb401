import type { Backend, StatementFault } from './backend.ts'
import { type Frame, zeroEnded } from './frames.ts'
import { owners, type Scheduler } from '../scheduler.ts'
import type { Session } from './session.ts'
import { createSocket, SIMULATED_SERVER, type SimSocket } from './socket.ts'

/** Many connections on one session, as a pooler in front of PostgreSQL gives it: a transaction has the session to itself. */
export interface Pooler extends Pick<Backend, 'connection' | 'reap' | 'isHeld' | 'statements'> {
  restart(): void
}

interface Request {
  socket: SimSocket
  frames: Frame[]
}

export function createPooler(options: {
  session: Session
  scheduler: Scheduler
  fault: StatementFault
  onBytes: (bytes: Uint8Array) => void
}): Pooler {
  const { session, scheduler, fault, onBytes } = options
  let waiting: Request[] = []
  let holder: SimSocket | undefined
  let statements = 0

  const eligible = (): Request[] =>
    holder === undefined ? waiting : waiting.filter(request => request.socket === holder)

  function enqueue(socket: SimSocket, frames: Frame[]): void {
    waiting.push({ socket, frames })
  }

  function run(index: number): void {
    const request = eligible()[index]
    if (request === undefined) return
    waiting = waiting.filter(other => other !== request)
    const { socket, frames } = request
    const { owner } = socket
    if (owner?.dead === true) return
    const death = owner === undefined ? undefined : fault(owner, textOf(frames))
    if (death?.at === 'before') return death.die()
    statements += 1
    for (const { body } of frames) onBytes(body)
    const { answer, status } = session.exec(frames, socket.names)
    holder = status === 'I' ? undefined : socket
    if (death !== undefined) return death.die()
    owners.run(owner, () => socket.push(answer))
  }

  function reap(): void {
    waiting = waiting.filter(({ socket }) => socket.owner?.dead !== true)
    if (holder === undefined || (holder.owner?.dead !== true && !holder.destroyed)) return
    session.exec([{ type: 'Q', body: zeroEnded('rollback') }], holder.names)
    holder = undefined
  }

  return {
    connection: {
      ...SIMULATED_SERVER,
      stream: () => createSocket(owners.getStore(), { scheduler, enqueue, onClose: reap }),
    },
    reap,
    isHeld: () => holder !== undefined,
    statements: () => statements,
    restart() {
      waiting = []
      reap()
      if (holder !== undefined) session.exec([{ type: 'Q', body: zeroEnded('rollback') }], holder.names)
      holder = undefined
      statements = 0
      scheduler.addSource({ ready: () => eligible().length, run })
    },
  }
}

/** The statement's text, of a Query or a Parse; empty for one that was prepared before. */
function textOf(frames: readonly Frame[]): string {
  const first = frames.find(({ type }) => type === 'Q' || type === 'P')
  return first?.body.toString('utf8') ?? ''
}
