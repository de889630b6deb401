import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isEntity } from '#model/entities.ts'
import { entityModel } from '#model/fields.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { isJsonObject } from '#model/json.ts'
import { checkAlerts } from './alerts/check.ts'
import type { ConfigProblem, ConfigResult, HubConfig, HubSettings, MatchingConfig, SystemConfig } from './config.ts'
import { parseConfigDocument } from './document.ts'
import type { ConfigDocument } from './document.ts'
import type { Environment } from './environment.ts'
import { interpolate } from './interpolation.ts'
import { createProblemList, nameChoice } from './problems.ts'
import type { ProblemList } from './problems.ts'
import { checkRoutes } from './routes.ts'
import * as schemas from './schema.ts'
import { generateMissingSecrets } from './secrets.ts'
import { checkSystem, warnOfMissingFolder } from './systems.ts'
import type { CheckedSystem, ConfigConnector } from './systems.ts'

/** A configuration beyond this size is a mistake. */
const FILE_BYTES_MAX = 4 * 1_024 ** 2

/**
 * Batches of one process are fullest, and cost least, when a stage has one shard. Several workers on one database need
 * shards to share.
 */
const SHARDS_OF_A_CLUSTER = 4

/** The mappings that come with the product; a configuration's own folder is read after it and overrides it. */
const PRODUCT_MAPPINGS = fileURLToPath(new URL('../../mappings', import.meta.url))

/**
 * Reads and checks `patchbay.yaml` wholly: every mistake at once, each with line, column, what was found and what was expected.
 *
 * @param path the file; relative paths inside it (data folder, mappings) are relative to its folder
 * @param connectors all connectors by name
 */
export function loadConfig(
  path: string,
  environment: Environment,
  connectors: ReadonlyMap<string, ConfigConnector>,
): ConfigResult {
  const file = resolve(path)
  const text = readConfigFile(file)
  if (typeof text !== 'string') return { ok: false, problems: [text] }
  return parseConfig(text, file, environment, connectors)
}

/** The same for a text that was read already, such as the newest applied revision (JSON is YAML). */
export function parseConfig(
  text: string,
  file: string,
  environment: Environment,
  connectors: ReadonlyMap<string, ConfigConnector>,
): ConfigResult {
  const parsed = parseConfigDocument(text, file)
  if (!parsed.ok) return parsed
  const { document } = parsed
  const list = createProblemList(document)
  if (!isJsonObject(document.value)) {
    list.add(
      [],
      'the file is not a block of keys and values',
      'hub, teams, systems, routes, policy, limits, retention, alerts',
    )
    return { ok: false, problems: list.problems }
  }
  const config = checkSections(document, document.value, environment, connectors, list)
  if (!config || list.problems.length > 0) return { ok: false, problems: inOrder(list.problems) }
  return { ok: true, config, raw: document.value, hash: hashConfig(document.value), warnings: list.warnings }
}

/** Makes what `secrets/generated/` lacks (see secrets.ts), so that the starter runs without preparation. Mistakes in the file are left to loadConfig. */
export function prepareSecrets(path: string, environment: Environment): readonly string[] {
  return generateMissingSecrets(readLoosely(path), readDataDir(path, environment))
}

/** The data folder that a configuration names, also when the rest of it is wrong. */
export function readDataDir(path: string, environment: Environment): string {
  const value = readLoosely(path)
  const hub = isJsonObject(value) && isJsonObject(value.hub) ? value.hub : {}
  const dataDir = interpolate(hub.dataDir, environment.variables, [], () => undefined)
  return resolveDataDir(resolve(path), typeof dataDir === 'string' ? dataDir : 'data', environment)
}

function readLoosely(path: string): unknown {
  const text = readConfigFile(resolve(path))
  const parsed = typeof text === 'string' ? parseConfigDocument(text, path) : undefined
  return parsed?.ok === true ? parsed.document.value : undefined
}

function readConfigFile(file: string): string | ConfigProblem {
  try {
    const { size } = statSync(file)
    if (size > FILE_BYTES_MAX)
      return { file, path: '', message: `the file has ${size} bytes`, expected: `at most ${FILE_BYTES_MAX}` }
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return {
      file,
      path: '',
      message: code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`,
      expected: 'the configuration; PATCHBAY_CONFIG or --config names another',
    }
  }
}

function checkSections(
  document: ConfigDocument,
  value: JsonObject,
  environment: Environment,
  connectors: ReadonlyMap<string, ConfigConnector>,
  list: ProblemList,
): HubConfig | undefined {
  list.check(schemas.fileSchema, value, [])
  const hub = checkHub(document, value.hub, environment, list)
  const teams = list.check(schemas.teamsSchema, value.teams ?? undefined, ['teams'])
  const policy = list.check(schemas.policySchema, value.policy ?? undefined, ['policy'])
  const limits = list.check(schemas.limitsSchema, value.limits ?? undefined, ['limits'])
  const retention = list.check(schemas.retentionSchema, value.retention ?? undefined, ['retention'])
  const dataDir = hub?.dataDir ?? resolveDataDir(document.file, 'data', environment)
  const mappingsDirs = hub?.mappingsDirs ?? defaultMappings(document.file)
  const context = {
    list,
    connectors,
    teams: Object.keys(isJsonObject(value.teams) ? value.teams : {}),
    environment,
    dataDir,
    mappingsDirs,
    hubUrl: `http://127.0.0.1:${hub?.port ?? 0}`,
  }
  const systems = new Map<string, CheckedSystem>()
  if (isJsonObject(value.systems)) {
    for (const [name, given] of Object.entries(value.systems)) systems.set(name, checkSystem(name, given, context))
  } else if (value.systems !== undefined && value.systems !== null) {
    list.add(['systems'], 'found something that is not a block', 'a block of system names, each with its connector')
  }
  for (const system of systems.values()) warnOfMissingFolder(system, context)
  const routes = checkRoutes(value.routes, systems, mappingsDirs, list)
  checkPolicySystems(policy, systems, list)
  const alerts = checkAlerts(value.alerts, { list, teams: teams ?? {}, environment, dataDir })
  if (!hub || !teams || !policy || !limits || !retention || !alerts) return undefined
  return {
    hub,
    teams,
    systems: Object.fromEntries(
      [...systems].flatMap(([name, { config }]): [string, SystemConfig][] => (config ? [[name, config]] : [])),
    ),
    routes,
    policy: {
      skewToleranceMs: policy.skewTolerance,
      dedupeWindowMs: policy.dedupeWindow,
      factRepeatMs: policy.factRepeat,
      survivorship: policy.survivorship,
      blockedKeys: policy.blockedKeys,
      keyUsesMax: policy.keyUsesMax,
      ...(policy.matching && { matching: matchingOf(policy.matching, document.file) }),
    },
    limits: {
      bodyBytesMax: limits.body,
      headerBytesMax: limits.headers,
      requestTimeoutMs: limits.requestTimeout,
      eventsPerRequestMax: limits.eventsPerRequest,
      mappingTimeMs: limits.mappingTime,
      mappingOutputBytesMax: limits.mappingOutput,
      nestingMax: limits.nesting,
      shards: limits.shards ?? (environment.databaseUrl === undefined ? 1 : SHARDS_OF_A_CLUSTER),
      refusedKeptPerSystem: limits.refusedKeptPerSystem,
    },
    retention,
    alerts,
  }
}

/** The file of trained weights is named from the folder of the configuration. */
function matchingOf({ model, ...rest }: MatchingConfig, file: string): MatchingConfig {
  return model === undefined ? rest : { ...rest, model: resolve(dirname(file), model) }
}

function checkHub(
  document: ConfigDocument,
  given: Json | undefined,
  environment: Environment,
  list: ProblemList,
): HubSettings | undefined {
  const filled = interpolate(given ?? undefined, environment.variables, ['hub'], (at, name) =>
    list.add(at, `environment variable ${name} is not set`, `it to be set, or a default: \${${name}:-value}`),
  )
  const hub = list.check(schemas.hubSchema, filled, ['hub'])
  if (!hub) return undefined
  const folder = dirname(document.file)
  const host = environment.host ?? hub.host
  const port = environment.port ?? hub.port
  const otlpEndpoint = environment.otlpEndpoint ?? hub.otlpEndpoint
  return {
    host,
    port,
    publicUrl: (hub.publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`).replace(/\/+$/, ''),
    dataDir: resolveDataDir(document.file, hub.dataDir, environment),
    mappingsDirs: hub.mappings
      ? [PRODUCT_MAPPINGS, ...hub.mappings.map(dir => resolve(folder, dir))]
      : defaultMappings(document.file),
    allowPrivateAddresses: hub.allowPrivateAddresses,
    defaultCountry: hub.defaultCountry,
    ...(otlpEndpoint !== undefined && { otlpEndpoint }),
  }
}

function resolveDataDir(file: string, given: string, environment: Environment): string {
  return environment.dataDir === undefined ? resolve(dirname(file), given) : resolve(environment.dataDir)
}

function defaultMappings(file: string): readonly string[] {
  return [...new Set([PRODUCT_MAPPINGS, join(dirname(file), 'mappings')])]
}

function checkPolicySystems(
  policy: ReturnType<typeof schemas.policySchema.parse> | undefined,
  systems: ReadonlyMap<string, CheckedSystem>,
  list: ProblemList,
): void {
  for (const [entity, fields] of Object.entries(policy?.survivorship ?? {})) {
    for (const [field, rule] of Object.entries(fields)) {
      const path = ['policy', 'survivorship', entity, field]
      const fields = isEntity(entity) ? [...entityModel(entity).fields.keys()] : []
      if (field !== '*' && !fields.includes(field))
        list.add(path, `unknown field "${field}" of ${entity}`, nameChoice(field, fields), 'key')
      if (rule.rule === 'priority' && rule.systems === undefined) {
        list.add(path, '"systems" is missing', 'for rule priority: the systems, best first')
      }
      for (const [index, name] of (rule.systems ?? []).entries()) {
        if (!systems.has(name))
          list.add([...path, 'systems', index], `unknown system "${name}"`, nameChoice(name, [...systems.keys()]))
      }
    }
  }
}

/** SHA-256 of the configuration as plain values with sorted keys: comments, order and layout do not matter; values behind references are not in it. */
export function hashConfig(value: JsonObject): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex')
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, sorted(value[key] ?? null)]),
  )
}

function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}

/** One mistake as a line for people: `file:line:column: message; expected ...`. */
export function writeProblem(problem: ConfigProblem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`
  const path = problem.path === '' ? '' : `${problem.path}: `
  const expected = problem.expected?.startsWith('did you mean')
    ? `; ${problem.expected}`
    : `; expected ${problem.expected}`
  return `${place}: ${path}${problem.message}${problem.expected === undefined ? '' : expected}`
}
