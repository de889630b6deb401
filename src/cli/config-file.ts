import { join } from 'node:path'
import type { ConfigResult } from '#config/config.ts'
import type { Environment } from '#config/environment.ts'
import { loadConfig, writeProblem } from '#config/load.ts'
import { loadConnectors } from '#connector/registry.ts'
import type { Connector } from '#connector/kit.ts'
import type { FileCheck } from '#console/handler.ts'
import { CliError } from './cli-error.ts'

const CONNECTORS = join(import.meta.dirname, '../../connectors')

export type Connectors = ReadonlyMap<string, Connector<unknown>>

export interface ReadConfig {
  file: string
  connectors: Connectors
  loaded: Extract<ConfigResult, { ok: true }>
  warnings: readonly string[]
}

/** The connectors that come with the project. */
export function readConnectors(): Promise<Connectors> {
  return loadConnectors(CONNECTORS)
}

/** Reads the configuration, or says everything that is wrong with it. */
export async function readConfig(file: string, environment: Environment): Promise<ReadConfig> {
  const connectors = await readConnectors()
  const loaded = loadConfig(file, environment, connectors)
  if (!loaded.ok) {
    const count = loaded.problems.length === 1 ? 'a mistake' : `${loaded.problems.length} mistakes`
    throw new CliError(`the configuration has ${count}:\n${loaded.problems.map(writeProblem).join('\n')}`)
  }
  return { file, connectors, loaded, warnings: loaded.warnings.map(writeProblem) }
}

/** The same as a value, for `check` and the REST API. */
export function checkFile(file: string, environment: Environment, connectors: Connectors): FileCheck {
  const result = loadConfig(file, environment, connectors)
  return result.ok
    ? { ok: true, problems: [], warnings: result.warnings.map(writeProblem), raw: result.raw }
    : { ok: false, problems: result.problems.map(writeProblem), warnings: [] }
}
