import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startHub } from '#app.ts'
import { createClient } from '#cli/client.ts'
import { readConfig } from '#cli/config-file.ts'
import { openConsole } from '#cli/start/run-hub.ts'
import { readEnvironment } from '#config/environment.ts'
import { loadHubKey } from '#config/key.ts'
import { createFirstToken } from '#console/tokens.ts'
import { createLog } from '#observe/log.ts'
import { readSavedServer } from '#store/embedded/place.ts'
import { hubFromDatabase } from './hub.ts'
import type { RunningHub } from './hub.ts'

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
  const removeData = (): void => {
    // As root the database server keeps its files elsewhere.
    const home = readSavedServer(dataDir)?.home ?? dataDir
    for (const folder of [home, dataDir]) rmSync(folder, { recursive: true, force: true })
  }
  try {
    const variables = { ...process.env, ...demoVariables, PATCHBAY_DATA: dataDir, PATCHBAY_PORT: '0' }
    const read = readEnvironment(variables)
    if (!read.ok) throw new Error(read.problems.join('\n'))
    const { environment } = read
    const file = await readConfig(configPath, environment)
    const { loaded, connectors } = file
    const key = loadHubKey(environment.key, dataDir)
    if (!key.ok) throw new Error(key.message)
    const hub = await startHub({
      ...loaded,
      connectors,
      key: key.key,
      databaseUrl: environment.databaseUrl,
      redisUrl: environment.redisUrl,
      console: parts => openConsole(parts, file, environment),
      log: createLog({ level: environment.logLevel, file: logFile ?? path.join(dataDir, 'hub.log') }),
    })
    const ownAuthors = Object.values(loaded.config.systems).flatMap(({ name, author = [] }) =>
      author.map(own => ({ system: name, author: own })),
    )
    const token = await createFirstToken(hub.database.kysely, hub.ids.uuid())
    if (token === undefined) throw new Error('the demo needs an empty database')
    return {
      client: createClient({ url: hub.url, token }),
      token,
      hub: hubFromDatabase(hub.database.kysely, hub.url, ownAuthors),
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
