import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { startHub } from '#app.ts'
import { readEnvironment } from '#config/environment.ts'
import { loadHubKey } from '#config/key.ts'
import { loadConfig } from '#config/load.ts'
import { loadConnectors } from '#connector/registry.ts'
import { createLog } from '#observe/log.ts'
import { hubFromDatabase } from './hub.ts'
import type { RunningHub } from './hub.ts'

const CONNECTORS = fileURLToPath(new URL('../connectors', import.meta.url))

/**
 * Starts the hub as `npm start` does, in this process, on a free port and on data of its own that is removed afterwards
 * (`logFile` stays, if given). DATABASE_URL and REDIS_URL are honoured; the database must then be empty.
 */
export async function startDemoHub(
  configPath: string,
  demoVariables: Record<string, string>,
  logFile?: string,
): Promise<RunningHub> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'patchbay-demo-'))
  const removeData = (): void => rmSync(dataDir, { recursive: true, force: true })
  try {
    const variables = { ...process.env, ...demoVariables, PATCHBAY_DATA: dataDir, PATCHBAY_PORT: '0' }
    const read = readEnvironment(variables)
    if (!read.ok) throw new Error(read.problems.join('\n'))
    const { environment } = read
    const connectors = await loadConnectors(CONNECTORS)
    const loaded = loadConfig(configPath, environment, connectors)
    if (!loaded.ok)
      throw new Error(
        loaded.problems.map(({ line, path: at, message }) => `${configPath}:${line ?? 0} ${at}: ${message}`).join('\n'),
      )
    const key = loadHubKey(environment.key, dataDir)
    if (!key.ok) throw new Error(key.message)
    const hub = await startHub({
      config: loaded.config,
      raw: loaded.raw,
      hash: loaded.hash,
      connectors,
      key: key.key,
      databaseUrl: environment.databaseUrl,
      redisUrl: environment.redisUrl,
      log: createLog({ level: environment.logLevel, file: logFile ?? path.join(dataDir, 'hub.log') }),
    })
    return {
      hub: hubFromDatabase(hub.database.kysely, hub.url),
      routes: loaded.config.routes,
      mappingSource(name) {
        const mapping = hub.mappings.get(name)
        if (!mapping) throw new Error(`the hub has no mapping ${name}`)
        return mapping.source
      },
      async stop(keepData) {
        await hub.stop()
        if (keepData) return dataDir
        removeData()
        return undefined
      },
    }
  } catch (error) {
    removeData()
    throw error
  }
}
