import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { isJsonObject } from '#model/json.ts'
import type { SystemConfig } from './config.ts'
import type { Path } from './document.ts'
import type { Environment } from './environment.ts'
import { interpolate } from './interpolation.ts'
import { nameChoice } from './problems.ts'
import type { ProblemList } from './problems.ts'
import { nameSchema, systemSchema } from './schema.ts'
import { resolveReferences } from './secrets.ts'

/** What the configuration needs to know of a connector; every `Connector` of the kit fits. */
export interface ConfigConnector {
  manifest: {
    name: string
    category: string
    settings: z.ZodType
    secrets: Readonly<Record<string, { required: boolean }>>
    objects: readonly string[] | ((settings: never) => readonly string[])
    limits: { concurrency: number; perSecond?: number; perDay?: number; timeoutMs: number }
  }
  webhook?: object
  pull?: { ids?: unknown; canListIds?: ((object: string, settings: never) => boolean) | undefined }
  push?: object
}

export interface SystemContext {
  list: ProblemList
  connectors: ReadonlyMap<string, ConfigConnector>
  teams: readonly string[]
  environment: Environment
  dataDir: string
  mappingsDirs: readonly string[]
  /** The hub's own address on this machine; settings may use it as ${HUB_URL}. */
  hubUrl: string
}

/** A system as far as it could be read; `config` is absent when something in it is wrong, its names still serve to check routes. */
export interface CheckedSystem {
  name: string
  connector?: ConfigConnector
  mappings?: string
  objects?: readonly string[]
  config?: SystemConfig
}

/** Checks one entry of `systems` wholly: its own shape, its connector, team, settings, secrets and objects. */
export function checkSystem(name: string, given: unknown, context: SystemContext): CheckedSystem {
  const { list } = context
  const path: Path = ['systems', name]
  const before = list.problems.length
  const badName = nameSchema.safeParse(name).error?.issues[0]
  if (badName) list.add(path, `"${name}" is not a valid name`, badName.message, 'key')
  // What is inside is checked from the file as it stands, so that a mistake in one member does not hide those of another.
  const system = list.check(systemSchema, given, path)
  const entry = isJsonObject(given) ? given : {}
  const connector = checkConnector(entry.connector, context, path)
  checkTeam(entry.team, context, [...path, 'team'])
  const mappings =
    system?.mappings ?? (connector?.manifest.category === 'generic' ? name : connector?.manifest.name) ?? name
  if (!connector) return { name, mappings }

  const settings = checkSettings(connector, entry.settings ?? {}, context, [...path, 'settings'])
  const secrets = checkSecrets(connector, entry.secrets, context, path)
  const objects = settings === undefined ? undefined : objectsOf(connector, settings)
  for (const object of Object.keys(isJsonObject(entry.objects) ? entry.objects : {})) {
    checkObject(object, objects, list, [...path, 'objects', object])
    const every = system?.objects[object]?.compareIdsEvery
    if (every !== undefined && settings !== undefined && !listsIds(connector, object, settings))
      list.add(
        [...path, 'objects', object, 'compareIdsEvery'],
        `${connector.manifest.name} cannot list the ids of ${object}`,
        'nothing here, or settings that say how ids are listed',
      )
  }
  const result = { name, connector, mappings, ...(objects && { objects }) }
  return system && list.problems.length === before
    ? { ...result, config: systemConfig(name, system, { connector, settings, secrets, mappings }) }
    : result
}

function listsIds({ pull }: ConfigConnector, object: string, settings: unknown): boolean {
  const canListIds = pull?.canListIds as ((object: string, settings: unknown) => boolean) | undefined
  return pull?.ids !== undefined && (canListIds?.(object, settings) ?? true)
}

/** An open circuit waits so long before its first probe, unless the system says otherwise. */
const PROBE_AFTER_MS = 60_000

/** The system's configuration with the connector's limits as defaults. */
function systemConfig(
  name: string,
  system: z.infer<typeof systemSchema>,
  checked: { connector: ConfigConnector; settings: unknown; secrets: SystemConfig['secrets']; mappings: string },
): SystemConfig {
  const limits = checked.connector.manifest.limits
  const perSecond = system.limits.perSecond ?? limits.perSecond
  const perDay = system.limits.perDay ?? limits.perDay
  return {
    name,
    connector: system.connector,
    ...(system.team !== undefined && { team: system.team }),
    ...(system.title !== undefined && { title: system.title }),
    settings: checked.settings,
    secrets: checked.secrets,
    mappings: checked.mappings,
    priority: system.priority,
    ...(system.author !== undefined && { author: system.author }),
    ...(system.credentialsExpire !== undefined && { credentialsExpireMs: Date.parse(system.credentialsExpire) }),
    objects: Object.fromEntries(
      Object.entries(system.objects).map(([object, value]) => [
        object,
        {
          ...(value?.pollEvery !== undefined && { pollEveryMs: value.pollEvery }),
          ...(value?.compareIdsEvery !== undefined && { compareIdsEveryMs: value.compareIdsEvery }),
          ...(value?.loadGroup !== undefined && { loadGroup: value.loadGroup }),
          ...(value?.brake !== undefined && { brake: value.brake }),
          ...(value?.compare !== undefined && { compare: value.compare }),
        },
      ]),
    ),
    limits: {
      concurrency: system.limits.concurrency ?? limits.concurrency,
      ...(perSecond !== undefined && { perSecond }),
      ...(perDay !== undefined && { perDay }),
      timeoutMs: system.limits.timeout ?? limits.timeoutMs,
      probeAfterMs: system.limits.probeAfter ?? PROBE_AFTER_MS,
    },
  }
}

function checkTeam(team: unknown, context: SystemContext, path: Path): void {
  if (typeof team !== 'string' || context.teams.includes(team)) return
  context.list.add(path, `unknown team "${team}"`, nameChoice(team, context.teams))
}

function checkConnector(name: unknown, context: SystemContext, path: Path): ConfigConnector | undefined {
  if (typeof name !== 'string') return undefined
  const connector = context.connectors.get(name)
  if (!connector) {
    context.list.add(
      [...path, 'connector'],
      `unknown connector "${name}"`,
      nameChoice(name, [...context.connectors.keys()]),
    )
  }
  return connector
}

function checkSettings(connector: ConfigConnector, given: unknown, context: SystemContext, path: Path): unknown {
  const { list, environment } = context
  const filled = interpolate(given, { HUB_URL: context.hubUrl, ...environment.variables }, path, (at, name) =>
    list.add(at, `environment variable ${name} is not set`, `it to be set, or a default: \${${name}:-value}`),
  )
  return list.check(connector.manifest.settings, filled, path)
}

function checkSecrets(
  connector: ConfigConnector,
  given: unknown,
  context: SystemContext,
  path: Path,
): Record<string, readonly string[]> {
  const { list } = context
  const known = connector.manifest.secrets
  const secrets: Record<string, readonly string[]> = {}
  const references = isJsonObject(given) ? given : {}
  for (const [name, field] of Object.entries(known)) {
    secrets[name] = []
    if (field.required && references[name] === undefined) {
      list.add(path, `secret "${name}" is missing`, `secrets: { ${name}: env:NAME } or file:PATH`, 'key')
    }
  }
  for (const [name, value] of Object.entries(references)) {
    if (!Object.hasOwn(known, name)) {
      list.add([...path, 'secrets', name], `unknown secret "${name}"`, nameChoice(name, Object.keys(known)), 'key')
    }
    secrets[name] = resolveReferences(value, context, [...path, 'secrets', name])
  }
  return secrets
}

/** Objects of a system; an empty list means that any name may stand there. */
function objectsOf(connector: ConfigConnector, settings: unknown): readonly string[] {
  const objects = connector.manifest.objects
  return typeof objects === 'function' ? (objects as (settings: unknown) => readonly string[])(settings) : objects
}

export function checkObject(object: string, known: readonly string[] | undefined, list: ProblemList, path: Path): void {
  if (known && known.length > 0 && !known.includes(object)) {
    list.add(path, `unknown object "${object}"`, nameChoice(object, known))
  }
}

/** Warns of a source that has no mapping at all: its events could only be kept, never understood. */
export function warnOfMissingFolder(system: CheckedSystem, context: SystemContext): void {
  const isSource = system.connector?.webhook !== undefined || system.connector?.pull !== undefined
  const folder = system.mappings
  if (!isSource || folder === undefined) return
  if (context.mappingsDirs.some(dir => existsSync(join(dir, folder)))) return
  context.list.warn(
    ['systems', system.name],
    `there is no mappings folder "${folder}"`,
    `${folder}/<object>.in.jsonata for what it sends`,
  )
}
