import { assemble, GATES_EVERY_MS } from '#app/assemble.ts'
import { createHubKey } from '#config/key.ts'
import type { Connector, RawRequest } from '#connector/kit.ts'
import { dressed } from '#gateway/answer.ts'
import { createReceive } from '#gateway/receive.ts'
import { createRefusals } from '#gateway/refused/refusals.ts'
import { createIds } from '#model/ids.ts'
import type { Json, JsonObject } from '#model/json.ts'
import type { Log } from '#observe/log.ts'
import { createMetrics } from '#observe/metrics.ts'
import type { IdentityPolicy } from '#rules/identity/policy.ts'
import type { Role } from '#store/processes.ts'
import type { PoolConfig } from 'pg'
import type { SimRandom, SimRequest } from '../../contract.ts'
import { perform } from './acts.ts'
import type { FileReader, Files, ReadFiles } from './files.ts'
import { ask, createProcess, HubDiedError, type HubProcess } from './process.ts'
import type { SimQueue } from './queue.ts'
import { owners, type Owner, type Scheduler } from '../scheduler.ts'
import { faultyWakes, type Sweeps } from './wakes.ts'

export interface ClusterParts {
  scheduler: Scheduler
  random: SimRandom
  queue: SimQueue
  connection: PoolConfig
  identity: IdentityPolicy
  files: FileReader
  connectors: readonly Connector<unknown>[]
  alone: boolean
  losesWakes: () => boolean
  sweeps: Sweeps
  tell: (line: string) => void
  /** A request was answered with 2xx just now. */
  acknowledged: (traceId: string) => void
  /** A process could not start, or another thing happened that must never happen. */
  broken: (error: unknown) => void
  logOf: (process: string) => Log
}

/** The hub as a set of processes on one database and one queue. */
export interface Cluster {
  start(role: Role): void
  living(): HubProcess[]
  /** Each process that there should be has started, and none is about to end. */
  isWhole(): boolean
  /** As `kill -9`: it starts again by itself a moment later. */
  kill(process: Owner, why: string): void
  /** Each process ends in order, and starts again with the files of now. */
  restart(why: string): Promise<void>
  publish(change: Partial<Files>): Promise<void>
  post(system: string, request: SimRequest): Promise<number | undefined>
  act(name: string, parameters: JsonObject): Promise<Json>
}

const KEY = Buffer.from('a simulated hub has no secrets..')
const DOWN_MS_MAX = 3_000

export function createCluster(parts: ClusterParts, first: Files): Cluster {
  const { scheduler, random, queue, tell } = parts
  const connectors = new Map(parts.connectors.map(connector => [connector.manifest.name, connector]))
  const processes = new Set<HubProcess>()
  let files: Files = first
  let read: ReadFiles = parts.files.read(files, connectors)
  let count = 0
  /** Processes that end, or are not there again. */
  let away = 0

  function start(role: Role): void {
    count += 1
    const process = createProcess(`${role} ${count}`, role)
    processes.add(process)
    const { config, raw, hash, library } = read
    const log = parts.logOf(process.name)
    const byte = (): number => random.integer(256)
    owners.run(process, () => {
      wire().catch(parts.broken)
    })

    async function wire(): Promise<void> {
      const { parts: started } = await assemble(
        {
          config,
          raw,
          hash,
          connectors,
          key: createHubKey([KEY], bytes => Buffer.from(Array.from({ length: bytes }, byte))),
          role,
          log,
        },
        {
          connection: parts.connection,
          alone: parts.alone,
          nowMs: scheduler.nowMs,
          random: random.next,
          ids: createIds(scheduler.nowMs, bytes => Buffer.from(Array.from({ length: bytes }, byte))),
          identity: parts.identity,
          metrics: createMetrics({ process: false }),
          readMappings: async () => library,
          openQueue: async () => queue.open(),
          sweepEveryMs: 1e12,
          around: wakes =>
            faultyWakes(wakes, {
              scheduler,
              random,
              owner: process,
              isFaulty: parts.losesWakes,
              sweeps: parts.sweeps,
            }),
        },
        process.closers,
      )
      process.started(started)
      tell(`${process.name} started`)
    }
  }

  const living = (): HubProcess[] => [...processes].filter(process => !process.dead)

  /** A process that works and takes what others ask of it. */
  function answering(): HubProcess | undefined {
    const able = living().filter(process => process.parts() !== undefined)
    return able.length === 0 ? undefined : random.pick(able)
  }

  function end(process: HubProcess): void {
    processes.delete(process)
    process.die()
  }

  function startSoon(role: Role): void {
    scheduler.after(random.integer(DOWN_MS_MAX), () => {
      away -= 1
      start(role)
    })
  }

  async function restart(why: string): Promise<void> {
    for (const process of living()) {
      tell(`${process.name} is restarted: ${why}`)
      away += 1
      if (process.parts() !== undefined)
        await ask(process, () => owners.run(process, () => closeAll(process))).catch(() => {})
      if (process.dead) {
        away -= 1
        continue
      }
      end(process)
      startSoon(process.role)
    }
  }

  /** The others see as soon as in production that a system was paused or resumed by one of them; else that look comes as rarely as all that finds nothing. */
  function tellGates(acting: HubProcess): void {
    for (const other of living()) {
      const look = async (): Promise<void> => await other.parts()?.refreshGates()
      if (other !== acting)
        scheduler.after(GATES_EVERY_MS, () => owners.run(other, () => void look().catch(() => {})), other)
    }
  }

  return {
    start,
    living,
    isWhole: () => away === 0 && living().every(process => process.parts() !== undefined),
    kill(owner, why) {
      const process = [...processes].find(other => other === owner)
      if (process === undefined || process.dead) return
      tell(`${process.name} died ${why}`)
      away += 1
      end(process)
      startSoon(process.role)
    },
    restart,
    async publish(change) {
      files = { yaml: change.yaml ?? files.yaml, mappings: { ...files.mappings, ...change.mappings } }
      read = parts.files.read(files, connectors)
      await restart('changed files')
    },
    async post(system, request) {
      const process = answering()
      const hub = process?.parts()
      if (process === undefined || hub === undefined) return undefined
      const raw = rawRequest(system, request)
      const configured = hub.systems.get(system)
      const credentials = { settings: configured?.config.settings, secrets: configured?.config.secrets ?? {} }
      const traceId = hub.ids.traceId()
      const refusals = createRefusals(hub.database, hub.key, hub.ids, hub.config.limits.refusedKeptPerSystem, hub.log)
      const receive = createReceive({ ...hub, refusals, diskFull: () => false })
      const target = { system, path: raw.path, query: raw.query, page: false }
      try {
        return await ask(process, () =>
          owners.run(process, async () => {
            const body = Buffer.from(request.body)
            const answer = await receive({ target, system: configured, raw, credentials, traceId }, async () => body)
            const { status } = dressed(answer, configured?.connector.webhook, raw, credentials)
            if (status >= 200 && status < 300) parts.acknowledged(traceId)
            return status
          }),
        )
      } catch (error) {
        if (error instanceof HubDiedError) return undefined
        throw error
      }
    },
    async act(name, parameters) {
      const process = answering()
      const hub = process?.parts()
      if (process === undefined || hub === undefined) throw new HubDiedError()
      const result = await ask(process, () => owners.run(process, () => perform(hub, name, parameters)))
      if (name === 'pauseSystem' || name === 'resumeSystem') tellGates(process)
      // As it would arrive.
      return result === undefined ? null : (JSON.parse(JSON.stringify(result)) as Json)
    },
  }
}

async function closeAll(process: HubProcess): Promise<void> {
  for (const close of process.closers.splice(0).reverse()) await close()
}

function rawRequest(system: string, { path = '', headers, body }: SimRequest): RawRequest {
  return {
    method: 'POST',
    path,
    query: new URLSearchParams(),
    headers,
    body: Buffer.from(body),
    publicUrl: `http://hub.example/in/${system}${path}`,
    remoteAddress: '192.0.2.1',
  }
}
