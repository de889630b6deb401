import { randomUUID } from 'node:crypto'
import type { HubConfig } from '#config/config.ts'
import type { Connector } from '#connector/kit.ts'
import type { System, Systems } from '#connector/system.ts'
import { createGates } from '#deliver/gate.ts'
import { releaseAbandoned } from '#deliver/abandoned.ts'
import { createQuotas } from '#deliver/quota.ts'
import { createTokenStores } from '#deliver/tokens.ts'
import { createAppender, type EventRow } from '#gateway/append.ts'
import { createIncoming } from '#gateway/incoming.ts'
import { loadMappings, type MappingLibrary, type MappingProblem } from '#mapping/library.ts'
import { createIds } from '#model/ids.ts'
import { createMetrics } from '#observe/metrics.ts'
import { createPostgresQueueBackend, createRedisQueueBackend } from '#queue/backend.ts'
import { createWakes, type Wakes } from '#queue/wakes.ts'
import { type IdentityPolicy, loadIdentityPolicy } from '#rules/identity-policy.ts'
import { applyConfig } from '#store/applied-config.ts'
import { type Database, openDatabase, openPool } from '#store/database.ts'
import { startEmbeddedPostgres } from '#store/embedded/start.ts'
import { migrate } from '#store/migrate.ts'
import { ensurePartitions } from '#store/partitions.ts'
import { createProcesses, type Role } from '#store/processes.ts'
import { chooseConfig, watchConfig } from './app/effective-config.ts'
import { openFaces } from './app/faces.ts'
import { startStages } from './app/stages.ts'
import type { Hub, HubOptions, HubParts } from './app/hub.ts'
import { HubStartError } from './app/start-error.ts'

export type { Hub, HubOptions, HubParts } from './app/hub.ts'

const POOL_MAX = 16
const GATES_EVERY_MS = 1_000

/** What was started must be ended, last first. */
type Closers = (() => unknown)[]

/** Starts a hub: the one place that wires the stages, the queue, the database and the HTTP faces together. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const closers: Closers = []
  async function closeAll(): Promise<void> {
    for (const close of closers.splice(0).reverse()) {
      try {
        await close()
      } catch (error) {
        options.log.error({ err: error }, 'a part did not stop cleanly')
      }
    }
  }
  try {
    return await wire(options, closers, closeAll)
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function wire(options: HubOptions, closers: Closers, closeAll: () => Promise<void>): Promise<Hub> {
  const { log, key, role = 'all' } = options
  // Mistakes in the files are told before anything is started.
  const ownMappings = await readMappings(options.config)
  const identity = readIdentityPolicy()
  const connection = await connect(options, closers)
  await migrate(connection)
  const pool = { connection, poolMax: POOL_MAX, log }
  const database = openDatabase({ ...pool, applicationName: `patchbay ${role}` })
  const stageDatabase = openDatabase({ ...pool, applicationName: 'patchbay stages', keyed: 'relaxed' })
  const intakeDatabase = openDatabase({ ...pool, poolMax: 3, applicationName: 'patchbay intake', keyed: 'durable' })
  const quotaPool = openPool({ ...pool, poolMax: 2, applicationName: 'patchbay quota' })
  closers.push(() => Promise.all([database.close(), stageDatabase.close(), intakeDatabase.close(), quotaPool.end()]))
  const nowMs = Date.now
  await ensurePartitions(database, nowMs())
  const effective = await chooseConfig(database, options)
  const { config, followed } = effective
  const mappings = followed === undefined ? ownMappings : await readMappings(config)
  const revision = followed ?? (await applyConfig(database, config, effective.raw, effective.hash, 'start'))
  closers.push(watchConfig(database, revision, log))
  if (options.databaseUrl === undefined) await releaseAbandoned(database, Object.values(config.systems))

  const ids = createIds(nowMs)
  const metrics = createMetrics()
  const systems = configuredSystems(config, options.connectors)
  const wakes = await joinCluster({ ...options, config, connection, database, role, revision }, closers)
  const appender = createAppender(intakeDatabase, metrics, log, events => wakeForEvents(wakes, events))
  const quotas = createQuotas(database, quotaPool, nowMs)
  const gates = createGates({ database, systems, quotas, nowMs, log, metrics })
  const parts: HubParts = {
    ...effective,
    database,
    systems,
    mappings,
    metrics,
    wakes,
    appender,
    append: createIncoming({ appender, ids, config, nowMs }),
    ids,
    key,
    nowMs,
    log,
    statements: () => database.statements() + stageDatabase.statements() + intakeDatabase.statements(),
    refreshGates: () => gates.refresh(),
    calls: {
      allowPrivateAddresses: config.hub.allowPrivateAddresses,
      tokens: createTokenStores(database, key, nowMs),
      nowMs,
      random: Math.random,
    },
  }
  if (role === 'all' || role === 'worker') {
    closers.push(await startStages({ ...parts, stageDatabase, gates, identity }))
  }
  await gates.refresh()
  const refreshing = setInterval(() => {
    gates.refresh().catch((error: unknown) => log.warn({ err: error }, 'system states could not be read'))
  }, GATES_EVERY_MS)
  closers.push(() => clearInterval(refreshing))
  await wakes.start()
  closers.push(() => wakes.stop())
  const faces = await openFaces(options, role, parts, closers)
  log.info({ unit: 'hub', role, revision, url: faces.url }, 'started')
  return {
    ...parts,
    ...faces,
    async stop() {
      log.info({ unit: 'hub' }, 'stopping')
      await closeAll()
    },
  }
}

interface Cluster extends HubOptions {
  connection: string
  database: Database
  role: Role
  revision: number
}

/** Makes this process known to the others, and its wake-ups reach them. */
async function joinCluster(cluster: Cluster, closers: Closers): Promise<Wakes> {
  const { connection, database, role, revision, redisUrl, config, log } = cluster
  const processId = randomUUID()
  const processes = createProcesses({ database, id: processId, roles: [role], log })
  await processes.start()
  closers.push(() => processes.stop())
  await processes.setConfigRevision(revision)
  const backend =
    redisUrl === undefined
      ? await createPostgresQueueBackend({ connection, log })
      : createRedisQueueBackend({ url: redisUrl, log })
  closers.push(() => backend.close())
  const { shards } = config.limits
  return createWakes({ backend, shards, processId, hasOtherWorkers: () => processes.hasOtherWorkers(), log })
}

async function connect(options: HubOptions, closers: Closers): Promise<string> {
  if (options.databaseUrl !== undefined) return options.databaseUrl
  const server = await startEmbeddedPostgres({
    dataDir: options.config.hub.dataDir,
    log: options.log,
    ...(options.serverSettings === undefined ? {} : { settings: options.serverSettings }),
  })
  closers.push(() => server.stop())
  return server.url
}

async function readMappings(config: HubConfig): Promise<MappingLibrary> {
  const limits = { timeMs: config.limits.mappingTimeMs, outputBytesMax: config.limits.mappingOutputBytesMax }
  const { library, problems } = await loadMappings(config.hub.mappingsDirs, limits)
  if (problems.length > 0) throw new HubStartError('mapping_invalid', problems.map(writeMappingProblem).join('\n'))
  return library
}

function writeMappingProblem(problem: MappingProblem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`
  return `${place} ${problem.message}`
}

function configuredSystems(config: HubConfig, connectors: ReadonlyMap<string, Connector<unknown>>): Systems {
  const systems = new Map<string, System>()
  for (const system of Object.values(config.systems)) {
    const connector = connectors.get(system.connector)
    if (connector !== undefined) systems.set(system.name, { config: system, connector })
  }
  return systems
}

function readIdentityPolicy(): IdentityPolicy {
  const identity = loadIdentityPolicy()
  if (identity.ok) return identity.policy
  const lines = identity.problems.map(problem => `${problem.file}:${problem.line ?? 0} ${problem.message}`)
  throw new HubStartError('policy_invalid', lines.join('\n'))
}

function wakeForEvents(wakes: Wakes, events: readonly EventRow[]): void {
  for (const [state, group] of Map.groupBy(events, event => event.state)) {
    if (state !== 'dead')
      wakes.wake(state === 'reading' ? 'read' : 'interpret', new Set(group.map(event => event.shard)))
  }
}
