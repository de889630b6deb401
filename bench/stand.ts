import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { readSavedServer } from '#store/embedded/place.ts'
import { readEmbeddedConnection } from '#store/embedded/start.ts'
import type { VendorName } from '../connectors/http/example/sandboxes/sandbox.ts'
import type { ArchiveOptions } from './archive.ts'
import { type Child, startChild } from './children.ts'
import { benchConfig, benchEnvironment, SOURCE, withArchive } from './config.ts'
import type { HubChildOptions, HubReady } from './hub.ts'
import type { LoadOptions } from './load.ts'
import { childrenOf, memoryMiB, treeCpuSeconds } from './processes.ts'

/** Everything one measurement needs: a hub with a database of its own, the load generator, four destinations. */
export interface Stand {
  dataDir: string
  port: number
  webhookKey: string
  hub: Child
  load: Child
  sandboxes: Child
  database: Client
  /** CPU seconds so far: the hub without its database, the database, the load generator, the sandboxes. */
  cpu(): CpuSeconds
  hubMemoryMiB(): { now: number; peak: number }
  /** Counters of the hub's /metrics by name, summed over labels. */
  metrics(): Promise<ReadonlyMap<string, number>>
  stop(): Promise<void>
}

const WATCHED = { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track_planning': 'on' }

export interface CpuSeconds {
  hub: number
  postgres: number
  load: number
  sandboxes: number
}

const stands = new Set<Stand>()

/** Closes the stands that an error or a signal left open. */
export async function closeStands(): Promise<void> {
  for (const stand of stands) await stand.stop().catch(() => undefined)
}

export interface StandOptions {
  role: 'all' | 'gateway'
  /** Has the server count its statements for a profile, which costs a little. */
  watched?: boolean
  /** Remote records of a system that is to be linked. */
  archive?: number
  /** A file of this folder that changes the hub before it is loaded. */
  changedBy?: string
}

/** Opens a stand. */
export async function openStand({ role, watched = false, archive: records, changedBy }: StandOptions): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-bench-'))
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir)
  // As root the embedded server runs as another user; a folder it cannot enter would put its files elsewhere.
  for (const entered of [folder, dataDir]) chmodSync(entered, 0o711)
  const secret = randomBytes(24)
  const sandboxes = startChild('sandboxes.ts', {})
  const urls = await sandboxes.ask<Record<VendorName, string>>({ do: 'ready' })
  const path = `/in/${SOURCE}`
  const load = startChild('load.ts', { path, key: secret.toString('base64') } satisfies LoadOptions)
  const archive = records === undefined ? undefined : startChild('archive.ts', { records } satisfies ArchiveOptions)
  const plain = benchConfig(dataDir)
  const config = archive === undefined ? plain : withArchive(plain, await archive.ask<string>({ do: 'ready' }))
  const hub = startChild(
    'hub.ts',
    { config, dataDir, role, serverSettings: watched ? WATCHED : {} } satisfies HubChildOptions,
    benchEnvironment(urls, `whsec_${secret.toString('base64')}`),
    changedBy,
  )
  const ready = await hub.ask<HubReady>({ do: 'ready' })
  const database = new Client(readEmbeddedConnection(dataDir))
  database.on('error', () => {})
  await database.connect()
  const stand: Stand = {
    dataDir,
    port: ready.port,
    webhookKey: secret.toString('base64'),
    hub,
    load,
    sandboxes,
    database,
    cpu() {
      const postgres = childrenOf(hub.pid).reduce((sum, pid) => sum + treeCpuSeconds(pid), 0)
      return {
        hub: treeCpuSeconds(hub.pid) - postgres,
        postgres,
        load: treeCpuSeconds(load.pid),
        sandboxes: treeCpuSeconds(sandboxes.pid),
      }
    },
    hubMemoryMiB: () => memoryMiB(hub.pid),
    async metrics() {
      const reply = await fetch(`http://127.0.0.1:${ready.port}/metrics`)
      return sums(await reply.text())
    },
    async stop() {
      stands.delete(stand)
      await database.end()
      const home = readSavedServer(dataDir)?.home ?? dataDir
      for (const child of [load, hub, sandboxes, ...(archive === undefined ? [] : [archive])]) await child.stop()
      for (const made of [home, folder]) rmSync(made, { recursive: true, force: true })
    },
  }
  stands.add(stand)
  return stand
}

/** Samples of the Prometheus text format, summed by name. */
function sums(text: string): Map<string, number> {
  const result = new Map<string, number>()
  for (const line of text.split('\n')) {
    const sample = /^(\w+)(?:\{[^}]*\})? (\S+)$/.exec(line)
    if (sample?.[1] !== undefined) result.set(sample[1], (result.get(sample[1]) ?? 0) + Number(sample[2]))
  }
  return result
}
