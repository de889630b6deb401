import { resolve } from 'node:path'
import { prepareSecrets } from '#config/load.ts'
import type { HubConfig } from '#config/config.ts'
import type { MappingCatalogue } from '#console/mappings/catalogue.ts'
import type { MappingLibrary } from '#mapping/library.ts'
import { readConfig } from '../config-file.ts'
import { CliError } from '../cli-error.ts'
import type { CommandContext } from '../context.ts'

export interface MappingFolders {
  library: MappingLibrary
  catalogue: MappingCatalogue
  /** Mappings that do not compile, as lines with their places. */
  problems: readonly string[]
}

/** Reads the mappings of a configuration. The engine is loaded only now: most commands never need it. */
export async function readMappings(config: HubConfig): Promise<MappingFolders> {
  const [{ loadMappings }, { createMappingCatalogue }] = await Promise.all([
    import('#mapping/library.ts'),
    import('#console/mappings/files.ts'),
  ])
  const limits = { timeMs: config.limits.mappingTimeMs, outputBytesMax: config.limits.mappingOutputBytesMax }
  const { library, problems } = await loadMappings(config.hub.mappingsDirs, limits)
  return {
    library,
    catalogue: createMappingCatalogue(library, config.hub.mappingsDirs),
    problems: problems.map(({ file, line, column, message }) => `${file}:${line ?? 1}:${column ?? 1}: ${message}`),
  }
}

/** Conditions of routes that do not compile. */
export function conditionProblems(config: HubConfig, library: Pick<MappingLibrary, 'condition'>): string[] {
  return config.routes.flatMap(route => {
    if (route.when === undefined) return []
    try {
      library.condition(route.when)
      return []
    } catch (error) {
      return [`route ${route.name}, "when": ${error instanceof Error ? error.message : String(error)}`]
    }
  })
}

/** Reads the configuration of a command and its mappings. */
export async function openMappings({ configFile, environment }: CommandContext) {
  const file = resolve(configFile)
  prepareSecrets(file, environment)
  const { config } = (await readConfig(file, environment)).loaded
  return { config, ...(await readMappings(config)) }
}

export type Opened = MappingFolders & { config: HubConfig }

/** The mappings whose names contain one of the parts; all without parts. */
export function chosen({ catalogue, problems }: Opened, names: readonly string[]): readonly string[] {
  const found = catalogue.names().filter(name => names.length === 0 || names.some(part => name.includes(part)))
  if (found.length === 0 && problems.length === 0) throw new CliError(`no mapping is named like ${names.join(' or ')}`)
  return found
}

/** The one mapping of this name, or the only one whose name contains it. */
export function onlyOne(opened: Opened, name: string): string {
  const found = chosen(opened, [name])
  const exact = found.find(one => one === name) ?? (found.length === 1 ? found[0] : undefined)
  if (exact === undefined) throw new CliError(`"${name}" fits several mappings: ${found.join(', ')}`)
  return exact
}
