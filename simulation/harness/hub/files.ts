import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { HubConfig } from '#config/config.ts'
import { readEnvironment } from '#config/environment.ts'
import { parseConfig, writeProblem } from '#config/load.ts'
import type { Connector } from '#connector/kit.ts'
import { compileMappings, type MappingLibrary } from '#mapping/library.ts'
import type { JsonObject } from '#model/json.ts'
import { hashText } from '../random.ts'

/** What an operator keeps in files: the configuration and the mappings. */
export interface Files {
  yaml: string
  mappings: Readonly<Record<string, string>>
}

/** The files as a starting process reads them. */
export interface ReadFiles {
  config: HubConfig
  raw: JsonObject
  hash: string
  library: MappingLibrary
}

export interface FileReader {
  read(files: Files, connectors: ReadonlyMap<string, Connector<unknown>>): ReadFiles
  close(): void
}

/** Two weeks and more of simulated time pass in a run, and nothing of it may be forgotten. */
const KEPT_DAYS = 3_650

/**
 * Reads configurations as the command line does: on a server of its own (`databaseUrl`) a hub has the shards of a cluster.
 * Their files lie in a temporary folder, since the check looks for them.
 */
export function createFileReader(databaseUrl?: string): FileReader {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-simulation-'))
  const environment = readEnvironment(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl })
  if (!environment.ok) throw new Error(environment.problems.join('\n'))
  const written = new Set<string>()

  function folderOf(mappings: Files['mappings']): string {
    const dir = join(folder, hashText(JSON.stringify(mappings)).toString(16))
    if (written.has(dir)) return dir
    written.add(dir)
    for (const [name, source] of Object.entries(mappings)) {
      const file = join(dir, 'mappings', `${name}.jsonata`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, source)
    }
    return dir
  }

  return {
    read({ yaml, mappings }, connectors) {
      const file = join(folderOf(mappings), 'patchbay.yaml')
      const result = parseConfig(yaml, file, environment.environment, connectors)
      if (!result.ok)
        throw new Error(`the world's configuration is wrong:\n${result.problems.map(writeProblem).join('\n')}`)
      const { config, raw, hash } = result
      // Mappings are limited by the CPU time they take, which is no part of a seed.
      const limits = { timeMs: 60_000, outputBytesMax: config.limits.mappingOutputBytesMax }
      const sources = Object.entries(mappings).map(([name, source]) => ({ name, file: name, source }))
      const { library, problems } = compileMappings(sources, limits)
      if (problems.length > 0) throw new Error(`the world's mappings are wrong:\n${JSON.stringify(problems)}`)
      return {
        config: {
          ...config,
          limits: { ...config.limits, mappingTimeMs: limits.timeMs },
          retention: {
            requestsDays: KEPT_DAYS,
            eventsDays: KEPT_DAYS,
            attemptsDays: KEPT_DAYS,
            refusedHours: 24 * KEPT_DAYS,
          },
        },
        raw,
        hash,
        library,
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
