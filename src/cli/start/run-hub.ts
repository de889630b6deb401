import { join, resolve } from 'node:path'
import { startHub } from '#app.ts'
import type { Hub, HubParts } from '#app.ts'
import { createActions } from '#app/actions.ts'
import type { Environment } from '#config/environment.ts'
import { loadHubKey } from '#config/key.ts'
import { loadConfig, parseConfig, prepareSecrets, readDataDir } from '#config/load.ts'
import { createConsole } from '#console/console.ts'
import { createMappingCatalogue } from '#console/mappings/files.ts'
import { createFirstToken } from '#console/tokens.ts'
import { compileMapping } from '#mapping/mapping.ts'
import { createLog } from '#observe/log.ts'
import type { Role } from '#store/processes.ts'
import { banner, pathFromHere as short } from './banner.ts'
import { CliError } from '../cli-error.ts'
import { checkFile, readConfig } from '../config-file.ts'
import type { ReadConfig } from '../config-file.ts'
import type { Output } from '../output/output.ts'
import { conditionProblems } from '../map/folders.ts'
import { explainStartError } from './errors.ts'
import { keepAccess } from '../cli-token.ts'

const SECOND_SIGNAL_AFTER_MS = 1_000

export interface StartOptions {
  role: Role
  log?: string
}

/** Starts and stays until a signal ends it. */
export async function runHub(
  configFile: string,
  options: StartOptions,
  environment: Environment,
  out: Output,
): Promise<void> {
  if (options.role !== 'all' && environment.databaseUrl === undefined) {
    throw new CliError(
      `role ${options.role} shares a database with other processes; set DATABASE_URL. The database inside serves one process.`,
    )
  }
  const file = resolve(configFile)
  const read = await prepare(file, environment)
  for (const warning of read.warnings) process.stderr.write(`patchbay: ${warning}\n`)
  const { config } = read.loaded
  const key = loadHubKey(environment.key, config.hub.dataDir)
  if (!key.ok) throw new CliError(key.message)

  const logFile = chooseLog(options.log, config.hub.dataDir)
  const log = createLog({ level: environment.logLevel, ...(logFile !== undefined && { file: logFile }) })
  let hub: Hub
  try {
    hub = await startHub({
      ...read.loaded,
      connectors: read.connectors,
      key: key.key,
      databaseUrl: environment.databaseUrl,
      redisUrl: environment.redisUrl,
      role: options.role,
      log,
      console: parts => openConsole(parts, read, environment),
      readFile: () => loadConfig(file, environment, read.connectors),
      readConfig: content => parseConfig(JSON.stringify(content), file, environment, read.connectors),
    })
  } catch (error) {
    throw explainStartError(error, environment)
  }
  if (hub.followed !== undefined) {
    process.stderr.write(
      `patchbay: ${short(file)} is older than the applied configuration; this process follows revision ${hub.followed}, as the others do. Bring the newer file here.\n`,
    )
  }
  if (hub.policy !== undefined && hub.policy.pending().length > 0) {
    process.stderr.write(
      `patchbay: the policy in ${short(file)} is not in force yet: "patchbay policy plan" tells what it would change.\n`,
    )
  }
  const stopped = stopOnSignal(hub, out)
  try {
    await welcome(hub, read, { ...options, logFile }, environment, out)
  } catch (error) {
    await hub.stop()
    throw error
  }
  await stopped
}

/** Lets people and the command line in, and says where everything is. */
async function welcome(
  hub: Hub,
  { file, loaded }: ReadConfig,
  options: { role: Role; logFile: string | undefined },
  environment: Environment,
  out: Output,
): Promise<void> {
  const { dataDir } = loaded.config.hub
  const firstToken = await createFirstToken(hub.database.kysely, hub.ids.uuid())
  if (options.role === 'all' || options.role === 'console') await keepAccess(hub, dataDir)
  out.value({ url: hub.url, role: options.role, ...(firstToken !== undefined && { token: firstToken }) })
  const places = {
    configFile: short(file),
    dataDir: short(dataDir),
    logFile: options.logFile && short(options.logFile),
  }
  out.line(banner({ hub, ...places, firstToken, environment, raw: loaded.raw }, out))
}

/** Config and connectors, with the secrets that the hub makes itself. */
async function prepare(file: string, environment: Environment): Promise<ReadConfig> {
  try {
    prepareSecrets(file, environment)
  } catch (error) {
    throw explainStartError(error, environment, readDataDir(file, environment))
  }
  const read = await readConfig(file, environment)
  const conditions = conditionProblems(read.loaded.config, {
    condition: source => compileMapping('condition', source, { kind: 'condition' }),
  })
  if (conditions.length > 0) throw new CliError(`${file}:\n${conditions.join('\n')}`)
  return read
}

/** The console of a hub that runs by this file; the demo has one too. */
export function openConsole(parts: HubParts, read: ReadConfig, environment: Environment) {
  return createConsole({
    database: parts.database,
    config: parts.config,
    raw: parts.raw,
    hash: parts.hash,
    configFile: read.file,
    key: parts.key,
    uuid: () => parts.ids.uuid(),
    nowMs: parts.nowMs,
    actions: createActions(parts),
    mappings: createMappingCatalogue(parts.mappings, parts.config.hub.mappingsDirs),
    checkFile: () => checkFile(read.file, environment, read.connectors),
    log: parts.log,
  })
}

function chooseLog(given: string | undefined, dataDir: string): string | undefined {
  if (given === '-') return undefined
  if (given !== undefined) return resolve(given)
  return process.stdout.isTTY ? join(dataDir, 'patchbay.log') : undefined
}

/** A first signal drains and stops; a second one ends the process at once. */
async function stopOnSignal(hub: Hub, out: Output): Promise<void> {
  const signal = await new Promise<NodeJS.Signals>(resolve => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  const stoppingSince = performance.now()
  for (const again of ['SIGINT', 'SIGTERM'] as const) {
    // npm passes on a Ctrl-C that the terminal has sent to us as well: that is one wish, not two.
    process.on(again, () => performance.now() - stoppingSince > SECOND_SIGNAL_AFTER_MS && process.exit(130))
  }
  out.line(`\n${signal === 'SIGINT' ? 'Ctrl-C' : signal}: finishing what is under way ...`)
  await hub.stop()
  out.line('Stopped. Everything acknowledged is kept.')
}
