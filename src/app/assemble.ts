import type { Connector } from '#connector/kit.ts'
import type { HubConfig } from '#config/config.ts'
import type { System, Systems } from '#connector/system.ts'
import { releaseAbandoned } from '#deliver/claim/abandoned.ts'
import { createGates } from '#deliver/limits/gate.ts'
import { createQuotas } from '#deliver/limits/quota.ts'
import { createTokenStores } from '#deliver/limits/tokens.ts'
import { createAppender } from '#gateway/append/append.ts'
import { createIncoming } from '#gateway/incoming.ts'
import { createCertificates } from '#observe/certificates.ts'
import { createWakes, type Wakes } from '#queue/wakes.ts'
import { applyConfig } from '#store/config/applied-config.ts'
import type { Database } from '#store/database.ts'
import { ensurePartitions } from '#store/partitions.ts'
import { createProcesses } from '#store/processes.ts'
import { partsOf } from './config/parts.ts'
import { openDatabases } from './databases.ts'
import { chooseConfig, watchConfig } from './config/effective.ts'
import type { HubOptions, HubParts } from './hub.ts'
import { type LiveMatching, openMatching } from './matching/settings.ts'
import { type MappingRevisions, openMappingRevisions, watchPublications } from './mappings/revisions.ts'
import { wakeForEvents } from './own-events.ts'
import type { Platform } from './platform.ts'
import { type LivePolicy, openPolicy } from './policy/live.ts'
import { startStages } from './stages.ts'
import { timedMappings } from './mappings/timed.ts'

/** So often each process looks which systems are paused. */
export const GATES_EVERY_MS = 1_000

/** What was started must be ended, last first. */
export type Closers = (() => unknown)[]

export type AssemblyOptions = Pick<
  HubOptions,
  'config' | 'raw' | 'hash' | 'connectors' | 'readConfig' | 'readFile' | 'key' | 'role' | 'log'
>

/**
 * Wires stages, queue and database of one process together on a platform, applies its configuration, and starts working.
 * Everything but the HTTP faces; what it started is added to `closers` as it goes.
 */
export async function assemble(
  options: AssemblyOptions,
  platform: Platform,
  closers: Closers,
): Promise<{ parts: HubParts; revision: number }> {
  const { log, key, role = 'all' } = options
  const { nowMs, ids, metrics } = platform
  const ownMappings = await platform.readMappings(options.config)
  const databases = openDatabases(platform.connection, role, log)
  const { database, stageDatabase, intakeDatabase } = databases
  closers.push(databases.close)
  await ensurePartitions(database, nowMs())
  const effective = await chooseConfig(database, options)
  const { followed } = effective
  const { mappingsLookEveryMs } = platform
  const policy = mappingsLookEveryMs === undefined ? undefined : await openPolicy(database, effective.config, log)
  const config = policy?.config ?? effective.config
  const files = followed === undefined ? ownMappings : await platform.readMappings(config)
  const revisions =
    mappingsLookEveryMs === undefined
      ? undefined
      : await openMappingRevisions(database, { config, files, areFilesApplied: followed === undefined, log })
  const mappings = timedMappings(revisions?.live.library ?? files, metrics)
  const matching = await openMatching(database, config.policy)
  const weights = matching.settings()?.model
  const made = { parts: partsOf(config, mappings, platform.identity, weights), newId: ids.uuid }
  const revision = followed ?? (await applyConfig(database, config, effective.raw, effective.hash, 'start', made))
  closers.push(watchConfig(database, revision, log))
  const systems = configuredSystems(config, options.connectors)
  if (platform.alone) await releaseAbandoned(database, [...systems.values()])

  const wakes = await joinCluster(
    { platform, options, config, database, revision, revisions, policy, matching },
    closers,
  )
  const appender = createAppender(intakeDatabase, metrics, log, events => wakeForEvents(wakes, events))
  const quotas = createQuotas(database, databases.quotaPool, nowMs)
  const gates = createGates({ database, systems, quotas, nowMs, log, metrics })
  const parts: HubParts = {
    ...effective,
    config,
    database,
    systems,
    mappings,
    revisions,
    matching,
    policy,
    readFile: options.readFile,
    metrics,
    tracing: platform.tracing,
    wakes,
    appender,
    append: createIncoming({ appender, ids, config, nowMs }),
    ids,
    identity: platform.identity,
    key,
    nowMs,
    log,
    statements: () => database.statements() + stageDatabase.statements() + intakeDatabase.statements(),
    pools: { general: database, stages: stageDatabase, intake: intakeDatabase },
    refreshGates: () => gates.refresh(),
    calls: {
      allowPrivateAddresses: config.hub.allowPrivateAddresses,
      tokens: createTokenStores(database, key, nowMs),
      nowMs,
      random: platform.random,
      mappings,
      certificates: createCertificates(),
    },
  }
  if (role === 'all' || role === 'worker') {
    closers.push(await startStages({ ...parts, stageDatabase, gates }))
  }
  await gates.refresh()
  const refreshing = setInterval(() => {
    gates.refresh().catch((error: unknown) => log.warn({ err: error }, 'system states could not be read'))
  }, GATES_EVERY_MS)
  closers.push(() => clearInterval(refreshing))
  await wakes.start()
  closers.push(() => wakes.stop())
  return { parts, revision }
}

interface Cluster {
  platform: Platform
  options: AssemblyOptions
  config: HubConfig
  database: Database
  revision: number
  revisions: MappingRevisions | undefined
  policy: LivePolicy | undefined
  matching: LiveMatching
}

/** Makes this process known to the others, and its wake-ups reach them. */
async function joinCluster(cluster: Cluster, closers: Closers): Promise<Wakes> {
  const { platform, options, database, revision, revisions, policy, matching } = cluster
  const { role = 'all', log } = options
  const processId = platform.ids.uuid()
  const processes = createProcesses({ database, id: processId, roles: [role], log })
  await processes.start()
  closers.push(() => processes.stop())
  await processes.setConfigRevision(revision)
  if (revisions !== undefined) {
    const follow = async (publication: number): Promise<void> => {
      await policy?.refresh()
      await matching.refresh()
      await processes.setPublication(publication)
    }
    await follow(await revisions.refresh())
    closers.push(watchPublications(database, revisions, platform.mappingsLookEveryMs ?? 0, log, follow))
  }
  const backend = await platform.openQueue()
  closers.push(() => backend.close())
  const { shards } = cluster.config.limits
  const { sweepEveryMs } = platform
  const wakes = createWakes({
    backend,
    shards,
    processId,
    hasOtherWorkers: () => processes.hasOtherWorkers(),
    log,
    onDrain: (stage, waitedMs) => platform.metrics.wakeLag.observe({ stage }, waitedMs / 1000),
    ...(sweepEveryMs === undefined ? {} : { sweepEveryMs }),
  })
  return platform.around?.(wakes) ?? wakes
}

function configuredSystems(config: HubConfig, connectors: ReadonlyMap<string, Connector<unknown>>): Systems {
  const systems = new Map<string, System>()
  for (const system of Object.values(config.systems)) {
    const connector = connectors.get(system.connector)
    if (connector !== undefined) systems.set(system.name, { config: system, connector })
  }
  return systems
}
