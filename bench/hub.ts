import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import { startHub } from '#app.ts'
import { createActions } from '#app/actions.ts'
import { readEnvironment } from '#config/environment.ts'
import { loadHubKey } from '#config/key.ts'
import { parseConfig } from '#config/load.ts'
import { loadConnectors } from '#connector/registry.ts'
import type { JsonObject } from '#model/json.ts'
import { createLog } from '#observe/log.ts'
import { childOptions, serveParent } from './children.ts'
import { ARCHIVE } from './config.ts'
import { summarize } from './profile.ts'

/** The hub as in production: its own embedded PostgreSQL with fsync on, and its log in a file at level info. */
export interface HubChildOptions {
  config: JsonObject
  dataDir: string
  role: 'all' | 'gateway'
  /** Settings of the embedded server; none but to watch it. */
  serverSettings: Readonly<Record<string, string>>
}

export interface HubReady {
  port: number
}

const options = childOptions() as HubChildOptions
const root = join(import.meta.dirname, '..')

async function start() {
  const environment = readEnvironment(process.env)
  if (!environment.ok) throw new Error(environment.problems.join('\n'))
  const connectors = await loadConnectors(join(root, 'connectors'))
  const file = join(root, 'patchbay.yaml')
  const parsed = parseConfig(JSON.stringify(options.config), file, environment.environment, connectors)
  if (!parsed.ok) throw new Error(parsed.problems.map(problem => `${problem.path}: ${problem.message}`).join('\n'))
  const key = loadHubKey(undefined, options.dataDir)
  if (!key.ok) throw new Error(key.message)
  return await startHub({
    config: parsed.config,
    raw: parsed.raw,
    hash: parsed.hash,
    connectors,
    key: key.key,
    role: options.role,
    serverSettings: options.serverSettings,
    log: createLog({ level: 'info', file: join(options.dataDir, 'hub.log') }),
  })
}

const starting = start()
starting.catch(() => {})
const inspector = new Session()

serveParent(
  {
    ready: async (): Promise<HubReady> => ({ port: (await starting).port }),
    linkStart: async () => await createActions(await starting).linkStart(ARCHIVE, undefined),
    linkPlan: async () => (await createActions(await starting).linkPlan(ARCHIVE, undefined))[0],
    async startProfile() {
      inspector.connect()
      await inspector.post('Profiler.enable')
      await inspector.post('Profiler.setSamplingInterval', { interval: 500 })
      await inspector.post('Profiler.start')
    },
    async stopProfile() {
      const { profile } = await inspector.post('Profiler.stop')
      inspector.disconnect()
      return summarize(profile, root)
    },
  },
  async () => {
    await (await starting).stop()
  },
)
