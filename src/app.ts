import { startWatch } from '#alerts/watch.ts'
import { maskPatterns } from '#console/mask/stars.ts'
import { createIds } from '#model/ids.ts'
import type { HubConfig } from '#config/config.ts'
import { loadMappings, type MappingLibrary, type MappingProblem } from '#mapping/library.ts'
import { createMetrics } from '#observe/metrics.ts'
import type { Tracing } from '#observe/tracing.ts'
import { createPostgresQueueBackend, createRedisQueueBackend } from '#queue/backend.ts'
import { type IdentityPolicy, loadIdentityPolicy } from '#rules/identity/policy.ts'
import { startEmbeddedPostgres } from '#store/embedded/start.ts'
import { migrate } from '#store/migrate.ts'
import type { Role } from '#store/processes.ts'
import { assemble, type Closers } from './app/assemble.ts'
import { openFaces } from './app/faces.ts'
import type { Hub, HubOptions } from './app/hub.ts'
import { HubStartError } from './app/start-error.ts'

export type { Hub, HubOptions, HubParts } from './app/hub.ts'

/** What is published is in force everywhere within a second. */
const MAPPINGS_LOOK_EVERY_MS = 400

/** Starts a hub on this machine: the one place that gives the stages a real database, queue, clock and HTTP faces. */
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
  const { log, role = 'all', redisUrl } = options
  // Mistakes in the files are told before anything is started.
  const mappings = await readMappings(options.config)
  const identity = readIdentityPolicy()
  const connection = await connect(options, closers)
  await migrate(connection)
  const nowMs = Date.now
  const tracing = await openTracing(options.config.hub.otlpEndpoint, role)
  if (tracing !== undefined) closers.push(() => tracing.close())
  const { parts, revision } = await assemble(
    options,
    {
      connection,
      alone: options.databaseUrl === undefined,
      nowMs,
      random: Math.random,
      ids: createIds(nowMs),
      identity,
      metrics: createMetrics(),
      tracing,
      mappingsLookEveryMs: MAPPINGS_LOOK_EVERY_MS,
      readMappings: async config => (config === options.config ? mappings : await readMappings(config)),
      openQueue: async () =>
        redisUrl === undefined
          ? await createPostgresQueueBackend({ connection, log })
          : createRedisQueueBackend({ url: redisUrl, log }),
    },
    closers,
  )
  const faces = await openFaces(options, role, parts, closers)
  const alerts = startWatch({ ...parts, mask: maskPatterns })
  closers.push(() => alerts.close())
  log.info({ unit: 'hub', role, revision, url: faces.url }, 'started')
  return {
    ...parts,
    ...faces,
    alerts,
    async stop() {
      log.info({ unit: 'hub' }, 'stopping')
      await closeAll()
    },
  }
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

/** OpenTelemetry is loaded by those who use it: it takes memory and time. */
async function openTracing(endpoint: string | undefined, role: Role): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined
  const { createOtlpTracing } = await import('#observe/otlp.ts')
  return createOtlpTracing(endpoint, role)
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

function readIdentityPolicy(): IdentityPolicy {
  const identity = loadIdentityPolicy()
  if (identity.ok) return identity.policy
  const lines = identity.problems.map(problem => `${problem.file}:${problem.line ?? 0} ${problem.message}`)
  throw new HubStartError('policy_invalid', lines.join('\n'))
}
