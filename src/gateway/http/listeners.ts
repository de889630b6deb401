import type { ListenerHost, RawRequest, Received } from '#connector/kit.ts'
import type { System } from '#connector/system.ts'
import type { Answer } from '../answer.ts'
import type { IntakeParts } from './intake.ts'
import { createReceive } from '../receive.ts'
import { createReceivedNotes } from '../received-notes.ts'

/** An address of a listener that cannot be had: another program has it, or this machine has it not. */
export class ListenerError extends Error {
  readonly system: string
  constructor(system: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.system = system
  }
}

/**
 * Opens the servers of the connectors that have one (mail over SMTP). What they hand over goes the way of a request over
 * HTTP: verified, split, stored, and only then answered. Rejects with a `ListenerError`.
 */
export async function openListeners(parts: IntakeParts): Promise<{ close(): Promise<void> }> {
  const open: { close(): Promise<void> }[] = []
  const close = async (): Promise<void> => void (await Promise.all(open.map(listener => listener.close())))
  for (const system of parts.systems.values()) {
    const { name } = system.config
    try {
      const listener = await system.connector.listener?.open(hostOf(parts, system))
      if (listener === undefined) continue
      open.push(listener)
      parts.log.info({ unit: 'listen', system: name, address: listener.address }, 'listening')
    } catch (error) {
      await close()
      throw new ListenerError(name, error)
    }
  }
  return { close }
}

function hostOf(parts: IntakeParts, system: System): ListenerHost<unknown> {
  const receive = createReceive(parts)
  const note = createReceivedNotes(parts)
  const { name, settings, secrets } = system.config
  const credentials = { settings, secrets }
  return {
    ...credentials,
    warn: message => parts.log.warn({ unit: 'listen', system: name }, message),
    async receive(raw: RawRequest) {
      const startedMs = performance.now()
      const traceId = parts.ids.traceId()
      const target = { system: name, path: '', query: raw.query, page: false }
      const answer = await receive({ target, system, raw, credentials, traceId }, async () => raw.body)
      note({ system: name, answer, status: answer.status, remoteAddress: raw.remoteAddress, traceId, startedMs })
      return receivedBy(answer)
    },
  }
}

/** A server's failure passes; what it refused, it would refuse again. */
function receivedBy({ status, problem }: Answer): Received {
  if (status < 300) return { ok: true }
  return { ok: false, again: status >= 500, message: problem?.detail ?? `status ${status}` }
}
