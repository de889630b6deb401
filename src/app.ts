import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HubConfig } from '#config/config.ts'
import type { HubKey } from '#config/key.ts'
import { closeSharedAgents } from '#connector/guarded-http.ts'
import type { Connector, IncomingEvent } from '#connector/kit.ts'
import type { System, Systems } from '#connector/system.ts'
import { createDeliver, dueDeliverShards } from '#deliver/deliver.ts'
import { createGates } from '#deliver/gate.ts'
import type { WriteReply } from '#deliver/parts.ts'
import { createQuotas } from '#deliver/quota.ts'
import { createRead, dueReadShards } from '#deliver/read.ts'
import { createTokenStores } from '#deliver/tokens.ts'
import { type Appender, createAppender, type EventRow } from '#gateway/append.ts'
import { watchDisk } from '#gateway/disk.ts'
import { eventRow } from '#gateway/event-row.ts'
import { createIntake } from '#gateway/intake.ts'
import { createRefusals } from '#gateway/refusals.ts'
import { closeServer, createHttpServer, listen } from '#gateway/server.ts'
import { createInterpret, dueInterpretShards } from '#interpret/interpret.ts'
import { loadMappings, type MappingLibrary, type MappingProblem } from '#mapping/library.ts'
import { createIds, type Ids } from '#model/ids.ts'
import type { JsonObject } from '#model/json.ts'
import type { Stage } from '#model/stages.ts'
import { createHealth } from '#observe/health.ts'
import type { Log } from '#observe/log.ts'
import { createMetrics, type Metrics } from '#observe/metrics.ts'
import { createPlan, duePlanShards } from '#plan/plan.ts'
import { createPostgresQueueBackend, createRedisQueueBackend } from '#queue/backend.ts'
import { createWakes, type Wakes } from '#queue/wakes.ts'
import { commitPlans } from '#resolve/commit.ts'
import { createResolve, dueResolveShards } from '#resolve/resolve.ts'
import { compileBlocked } from '#rules/blocked-keys.ts'
import { loadIdentityPolicy } from '#rules/identity-policy.ts'
import { applyConfig } from '#store/applied-config.ts'
import { type Database, openDatabase, openPool } from '#store/database.ts'
import { startEmbeddedPostgres } from '#store/embedded/start.ts'
import { migrate } from '#store/migrate.ts'
import { ensurePartitions } from '#store/partitions.ts'
import { createProcesses, type Role } from '#store/processes.ts'
import { startMaintenance } from './maintenance.ts'

const POOL_MAX = 16
/** Shards of one stage that one process drains at a time. More would only wait for the one thread and for locks. */
const DRAINS = 2
const GATES_EVERY_MS = 1_000

export interface HubOptions {
  config: HubConfig
  raw: JsonObject
  hash: string
  connectors: ReadonlyMap<string, Connector<unknown>>
  key: HubKey
  /** The user's PostgreSQL; absent: the embedded one in the data folder. */
  databaseUrl?: string | undefined
  /** BullMQ on Redis; absent: on PostgreSQL. */
  redisUrl?: string | undefined
  role?: Role
  log: Log
  /** Settings of the embedded server, for tests. */
  serverSettings?: Readonly<Record<string, string>>
  /** The console's request handler, made from the running parts. */
  console?: (parts: HubParts) => (request: IncomingMessage, response: ServerResponse) => void
}

/** What runs, for the console, the demo, the benchmark and tests. */
export interface HubParts {
  config: HubConfig
  database: Database
  systems: Systems
  mappings: MappingLibrary
  metrics: Metrics
  wakes: Wakes
  appender: Appender
  append: (
    system: string,
    origin: EventRow['origin'],
    events: readonly IncomingEvent[],
    traceId?: string,
  ) => Promise<string[]>
  ids: Ids
  key: HubKey
  nowMs: () => number
  log: Log
  /** SQL statements sent so far. */
  statements: () => number
  refreshGates: () => Promise<void>
  calls: {
    allowPrivateAddresses: boolean
    tokens: ReturnType<typeof createTokenStores>
    nowMs: () => number
    random: () => number
  }
}

export interface Hub extends HubParts {
  url: string
  port: number
  /** Drains and stops everything that this hub started. */
  stop(): Promise<void>
}

/** A start that cannot be; `message` is for the operator. */
export class HubStartError extends Error {
  readonly code: 'port_taken' | 'mapping_invalid' | 'policy_invalid' | 'port_refused'
  constructor(code: HubStartError['code'], message: string) {
    super(message)
    this.name = 'HubStartError'
    this.code = code
  }
}

/** Starts a hub: the one place that wires the stages, the queue, the database and the HTTP faces together. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { config, log, role = 'all' } = options
  const closers: (() => unknown)[] = []
  async function closeAll(): Promise<void> {
    for (const close of closers.splice(0).reverse()) {
      await Promise.resolve(close()).catch((error: unknown) => log.error({ err: error }, 'a part did not stop cleanly'))
    }
  }
  try {
    return await start(options, role, config, log, closers, closeAll)
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function start(
  options: HubOptions,
  role: Role,
  config: HubConfig,
  log: Log,
  closers: (() => unknown)[],
  closeAll: () => Promise<void>,
): Promise<Hub> {
  const mappings = await readMappings(config)
  const identity = loadIdentityPolicy()
  if (!identity.ok)
    throw new HubStartError(
      'policy_invalid',
      identity.problems.map(problem => `${problem.file}:${problem.line ?? 0} ${problem.message}`).join('\n'),
    )

  const connection = await connect(options, closers)
  await migrate(connection)
  const database = openDatabase({ connection, poolMax: POOL_MAX, applicationName: `patchbay ${role}`, log })
  closers.push(() => database.close())
  const stageDatabase = openDatabase({
    connection,
    poolMax: POOL_MAX,
    applicationName: 'patchbay stages',
    keyed: true,
    log,
  })
  closers.push(() => stageDatabase.close())
  const nowMs = Date.now
  await ensurePartitions(database, nowMs())
  const revision = await applyConfig(database, config, options.raw, options.hash, 'start')

  const ids = createIds(nowMs)
  const metrics = createMetrics()
  const systems = configuredSystems(config, options.connectors)
  const processId = randomUUID()
  const processes = createProcesses({ database, id: processId, roles: [role], log })
  await processes.start()
  closers.push(() => processes.stop())
  await processes.setConfigRevision(revision)

  const backend =
    options.redisUrl === undefined
      ? await createPostgresQueueBackend({ connection, log })
      : createRedisQueueBackend({ url: options.redisUrl, log })
  closers.push(() => backend.close())
  const { shards } = config.limits
  const wakes = createWakes({ backend, shards, processId, hasOtherWorkers: () => processes.hasOtherWorkers(), log })
  const wake = (stage: Stage, which: Iterable<number>): void => wakes.wake(stage, which)

  const appender = createAppender(database, metrics, events => wakeForEvents(wakes, events))
  const append = appendIncoming({ appender, ids, config, nowMs })

  const quotaPool = openPool({ connection, poolMax: 2, applicationName: 'patchbay quota', log })
  closers.push(() => quotaPool.end())
  const gates = createGates({
    database,
    systems,
    quotas: createQuotas(database, quotaPool, nowMs),
    nowMs,
    log,
    metrics,
  })
  const calls = {
    allowPrivateAddresses: config.hub.allowPrivateAddresses,
    tokens: createTokenStores(database, options.key, nowMs),
    nowMs,
    random: Math.random,
  }
  const parts: HubParts = {
    config,
    database,
    systems,
    mappings,
    metrics,
    wakes,
    appender,
    append,
    ids,
    key: options.key,
    nowMs,
    log,
    statements: () => database.statements() + stageDatabase.statements(),
    refreshGates: () => gates.refresh(),
    calls,
  }
  const shared = {
    ...calls,
    database: stageDatabase,
    config,
    systems,
    mappings,
    gates,
    ids,
    wake,
    wakeAt: wakes.wakeAt,
    log,
    metrics,
  }

  if (role === 'all' || role === 'worker') {
    const deliver = createDeliver({
      ...shared,
      async replan(goldenIds, traceId) {
        await database.transaction(tx =>
          commitPlans(
            tx,
            goldenIds.map(goldenId => ({ goldenId, cause: 'merge', eventId: undefined, traceId })),
            shards,
          ),
        )
        for (let shard = 0; shard < shards; shard += 1) wake('plan', [shard])
      },
      replied: replies => appendReplies(append, replies),
    })
    const read = createRead(shared)
    const blocked = compileBlocked(identity.policy.blocked, { any: config.policy.blockedKeys })
    const policy = {
      policy: config.policy,
      systems: (name: string) => config.systems[name],
      defaultCountry: config.hub.defaultCountry,
      blocked,
      keyLimits: identity.policy.limits,
    }
    wakes.work('interpret', createInterpret(shared), { concurrency: DRAINS, due: () => dueInterpretShards(database) })
    wakes.work('read', read.drain, { concurrency: DRAINS, due: () => dueReadShards(database) })
    wakes.work('resolve', createResolve({ ...shared, policy }), {
      concurrency: DRAINS,
      due: () => dueResolveShards(database),
    })
    wakes.work('plan', createPlan(shared), { concurrency: DRAINS, due: () => duePlanShards(database) })
    wakes.work('deliver', deliver.drain, { concurrency: DRAINS, due: () => dueDeliverShards(database) })
    closers.push(async () => {
      await Promise.all([deliver.close(), read.close()])
      await appender.close()
      closeSharedAgents()
    })
    await startMaintenance({
      ...shared,
      wakes,
      append: (system, events, traceId) => append(system, 'poll', events, traceId).then(() => undefined),
    })
  }
  await gates.refresh()
  const refreshing = setInterval(
    () => void gates.refresh().catch((error: unknown) => log.warn({ err: error }, 'system states could not be read')),
    GATES_EVERY_MS,
  )
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

async function openFaces(
  options: HubOptions,
  role: Role,
  parts: HubParts,
  closers: (() => unknown)[],
): Promise<{ url: string; port: number }> {
  const { config, database, metrics, log } = parts
  let ready = true
  const disk = watchDisk(config.hub.dataDir)
  const refusals = createRefusals(database, parts.key, parts.ids, config.limits.refusedKeptPerSystem, log)
  const intake =
    role === 'all' || role === 'gateway'
      ? createIntake({
          config,
          systems: parts.systems,
          appender: parts.appender,
          refusals,
          diskFull: disk.full,
          ids: parts.ids,
          nowMs: parts.nowMs,
          log,
          metrics,
        })
      : undefined
  const health = createHealth(database, metrics, () => ready, parts.statements)
  const app = role === 'all' || role === 'console' ? options.console?.(parts) : undefined
  const server = createHttpServer(
    {
      intake,
      async others(request, response) {
        if (await health(request, response)) return
        if (app !== undefined) app(request, response)
        else response.writeHead(404).end()
      },
    },
    config.limits,
    log,
  )
  let port: number
  try {
    port = await listen(server, config.hub.host, config.hub.port)
  } catch (error) {
    throw portError(error, config.hub.host, config.hub.port)
  }
  closers.push(async () => {
    ready = false
    await closeServer(server)
    disk.close()
    await parts.appender.close()
    await refusals.close()
  })
  return { port, url: `http://${config.hub.host}:${port}` }
}

function portError(error: unknown, host: string, port: number): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'EADDRINUSE') {
    return new HubStartError(
      'port_taken',
      `Port ${port} on ${host} is taken by another program. Stop it, or choose another port: hub.port in patchbay.yaml, or PATCHBAY_PORT.`,
    )
  }
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL') {
    return new HubStartError(
      'port_refused',
      `The hub may not listen on ${host}:${port} (${error.code}). Choose another host or port: hub.host and hub.port in patchbay.yaml.`,
    )
  }
  return error
}

async function connect(options: HubOptions, closers: (() => unknown)[]) {
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

function wakeForEvents(wakes: Wakes, events: readonly EventRow[]): void {
  for (const [state, group] of Map.groupBy(events, event => event.state)) {
    if (state !== 'dead')
      wakes.wake(state === 'reading' ? 'read' : 'interpret', new Set(group.map(event => event.shard)))
  }
}

function appendIncoming(parts: {
  appender: Appender
  ids: Ids
  config: HubConfig
  nowMs: () => number
}): HubParts['append'] {
  const { appender, ids, config, nowMs } = parts
  return async (system, origin, events, traceId = ids.traceId()) => {
    const rows = events.map((incoming, item) =>
      eventRow(incoming, {
        id: ids.uuid(),
        requestId: undefined,
        item,
        system,
        origin,
        receivedAtMs: nowMs(),
        traceId,
        body: undefined,
        shards: config.limits.shards,
        policy: config.policy,
      }),
    )
    if (rows.length > 0) await appender.append({ request: undefined, events: rows })
    return rows.map(row => row.id)
  }
}

/** A write's reply is an event of its own: interpreted, its differences from what we wrote are the vendor's rendering. */
async function appendReplies(append: HubParts['append'], replies: readonly WriteReply[]): Promise<void> {
  for (const [system, group] of Map.groupBy(replies, reply => reply.system)) {
    const events = group.map((reply): IncomingEvent => ({
      object: reply.object,
      type: `${reply.object}.reply`,
      kind: 'reply',
      payload: Buffer.from(JSON.stringify(reply.state)),
      contentType: 'application/json',
      remoteId: reply.remoteId,
      occurredAtMs: reply.atMs,
      whole: true,
    }))
    await append(system, 'reply', events, group[0]?.traceId)
  }
}
