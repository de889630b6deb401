import { readEmbeddedConnection } from '#store/embedded/start.ts'
import { startChild } from './children.ts'
import { SOURCE } from './config.ts'
import type { Prepare, Send, Sent } from './load.ts'
import { treeCpuSeconds } from './processes.ts'
import type { ReferenceOptions } from './reference.ts'
import type { Stand } from './stand.ts'

/** Durable webhooks per second through the hub's intake, and through the bare server that does the least. */
export interface Receive {
  perSecond: number
  limitPerSecond: number
  ratio: number
  /** The same limit when the bare server writes all the rows that the hub writes (request, event, dedupe key). */
  sameRows: { limitPerSecond: number; ratio: number }
  /** CPU milliseconds per webhook of the receiving process and of its database together. */
  cpuMs: { hub: number; limit: number; sameRows: number }
  rounds: { perSecond: number; limitPerSecond: number; sameRowsPerSecond: number }[]
}

const ROUNDS = 3
const WARM_SECONDS_MAX = 1
const CONNECTIONS = 64
/** More than any of them can take, so that the time ends a round and not the supply. */
const PER_SECOND_MAX = 40_000
const RUN = 20

/** Measures all alternately in one run on one database; each figure is the median of its rounds. */
export async function measureReceive(stand: Stand, seconds: number): Promise<Receive> {
  const hub: Target = { port: stand.port, cpu: () => stand.cpu().hub + stand.cpu().postgres }
  const limit = await startReference(stand, 'request')
  const sameRows = await startReference(stand, 'all')
  const targets = [hub, limit, sameRows]
  for (const target of targets) await measureRound(stand, target, Math.min(WARM_SECONDS_MAX, seconds))
  const rounds: Round[][] = []
  for (let index = 0; index < ROUNDS; index++) {
    const round: Round[] = []
    for (const target of targets) round.push(await measureRound(stand, target, seconds / ROUNDS))
    rounds.push(round)
  }
  await limit.stop()
  await sameRows.stop()
  const perSecond = (index: number): number => median(rounds.map(round => round[index]?.perSecond ?? 0))
  const cpuMs = (index: number): number => median(rounds.map(round => round[index]?.cpuMs ?? 0))
  const ratio = (index: number): number =>
    median(rounds.map(round => (round[0]?.perSecond ?? 0) / (round[index]?.perSecond ?? 1)))
  return {
    perSecond: perSecond(0),
    limitPerSecond: perSecond(1),
    ratio: ratio(1),
    sameRows: { limitPerSecond: perSecond(2), ratio: ratio(2) },
    cpuMs: { hub: cpuMs(0), limit: cpuMs(1), sameRows: cpuMs(2) },
    rounds: rounds.map(([ours, bare, bareAll]) => ({
      perSecond: ours?.perSecond ?? 0,
      limitPerSecond: bare?.perSecond ?? 0,
      sameRowsPerSecond: bareAll?.perSecond ?? 0,
    })),
  }
}

interface Target {
  port: number
  cpu: () => number
}

async function startReference(stand: Stand, rows: ReferenceOptions['rows']) {
  const connection = readEmbeddedConnection(stand.dataDir)
  if (connection === undefined) throw new Error('the hub has no embedded database')
  const options: ReferenceOptions = { connection, key: stand.webhookKey, system: SOURCE, rows }
  const child = startChild('reference.ts', options)
  const ready = await child.ask<{ port: number }>({ do: 'ready' })
  return { port: ready.port, cpu: () => treeCpuSeconds(child.pid) + stand.cpu().postgres, stop: () => child.stop() }
}

interface Round {
  perSecond: number
  cpuMs: number
}

async function measureRound(stand: Stand, target: Target, seconds: number): Promise<Round> {
  const prepare: Prepare = { run: RUN, count: Math.ceil(PER_SECOND_MAX * seconds), kind: 'creates' }
  await stand.load.ask({ do: 'prepare', ...prepare })
  const cpuBefore = target.cpu()
  const task: Send = { port: target.port, connections: CONNECTIONS, seconds }
  const sent = await stand.load.ask<Sent>({ do: 'send', ...task })
  if (sent.refused > 0) throw new Error(`${sent.refused} of ${sent.sent} webhooks were refused`)
  return {
    perSecond: (sent.sent * 1000) / (sent.endedAtMs - sent.startedAtMs),
    cpuMs: ((target.cpu() - cpuBefore) * 1000) / sent.sent,
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
