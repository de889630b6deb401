import type { ConfigResult, HubConfig } from '#config/config.ts'
import type { JsonObject } from '#model/json.ts'
import type { Log } from '#observe/log.ts'
import { isOutdated, newestRevision, revisionToFollow } from '#store/config/applied-config.ts'
import type { Database } from '#store/database.ts'
import { HubStartError } from '../start-error.ts'

const LOOK_EVERY_MS = 2_000

/** The configuration file of a process, and how it reads another revision. */
export interface OwnConfig {
  config: HubConfig
  raw: JsonObject
  hash: string
  /** Reads an applied revision, to follow it when the own file was left behind; absent: the own configuration is always applied. */
  readConfig?: (content: JsonObject) => ConfigResult
}

/** The configuration that a process works by. */
export interface EffectiveConfig {
  config: HubConfig
  /** As written: references, no secrets. */
  raw: JsonObject
  hash: string
  /** The applied revision that is followed instead of the process's own, older file. */
  followed: number | undefined
}

/**
 * A process whose file was applied before, while others run a newer revision, was left behind by a change: it follows the
 * newest. A process without such others always applies its own file, also one that goes back to an older state.
 */
export async function chooseConfig(database: Database, options: OwnConfig & { log: Log }): Promise<EffectiveConfig> {
  const { config, raw, hash, log } = options
  const newest = options.readConfig === undefined ? undefined : await revisionToFollow(database, hash)
  if (newest === undefined) {
    if (await isOutdated(database, hash))
      log.warn({ unit: 'config' }, 'a newer configuration was applied since this one; it is replaced by this one again')
    return { config, raw, hash, followed: undefined }
  }
  const read = options.readConfig?.(newest.content)
  if (read?.ok !== true) {
    const problems = read?.problems.map(problem => `${problem.path}: ${problem.message}`).join('\n')
    throw new HubStartError(
      'config_outdated',
      `The configuration file is older than revision ${newest.number}, which other processes run, and this process cannot follow that revision:\n${problems}\nBring the newer file here, or give this process what is missing.`,
    )
  }
  log.warn(
    { unit: 'config', revision: newest.number },
    'the configuration file is older than the applied one, which is followed',
  )
  return { config: read.config, raw: read.raw, hash: read.hash, followed: newest.number }
}

/** Says once of each newer revision that this process does not work by it. Returns what ends the watch. */
export function watchConfig(database: Database, revision: number, log: Log): () => void {
  let known = revision
  async function look(): Promise<void> {
    const newest = await newestRevision(database.kysely)
    if (newest === undefined || newest <= known) return
    known = newest
    log.warn(
      { unit: 'config', revision, newest },
      'a newer configuration was applied by another process; this one goes on with its own until it is started again',
    )
  }
  const timer = setInterval(() => {
    look().catch((error: unknown) => log.warn({ err: error }, 'the applied configuration could not be read'))
  }, LOOK_EVERY_MS)
  return () => clearInterval(timer)
}
