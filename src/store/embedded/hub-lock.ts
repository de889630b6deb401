import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lookAtProcess } from './process-facts.ts'
import { StartError, asUnwritable, systemErrorCode } from './start-error.ts'

interface Holder {
  readonly pid: number
  readonly startedAt: string
}

/** Held for as long as one hub uses a data folder. */
export interface HubLock {
  release(): void
}

/**
 * Takes the lock file of a data folder, so that two hubs never share one. The file names its holder by process number
 * and start time; a lock whose holder is gone (kill -9, power cut) is taken over.
 *
 * @param home the folder that holds the server's data
 * @param dataDir the folder as the operator named it, for messages
 * @throws StartError `data_in_use`, `data_unwritable`
 */
export function takeHubLock(home: string, dataDir: string): HubLock {
  const path = join(home, 'hub.lock')
  const mine: Holder = { pid: process.pid, startedAt: lookAtProcess(process.pid)?.startedAt ?? 'unknown' }
  const draft = `${path}.${process.pid}`
  try {
    writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 })
    for (let round = 0; round < 10; round += 1) {
      if (linked(draft, path)) return { release: () => releaseLock(path, mine) }
      const holder = readHolder(path)
      if (holder !== undefined && isAlive(holder)) throw inUse(dataDir, holder)
      setAside(path, holder)
    }
  } catch (error) {
    throw asUnwritable(error, dataDir)
  } finally {
    rmSync(draft, { force: true })
  }
  throw new StartError('data_in_use', `The data folder ${dataDir} is being taken by several hubs at once. Start one.`)
}

/** A hard link appears with its content in one step, which `open` with `wx` and a later write does not. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false
    throw error
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return undefined
    return typeof value.pid === 'number' && typeof value.startedAt === 'string'
      ? { pid: value.pid, startedAt: value.startedAt }
      : undefined
  } catch {
    return undefined
  }
}

function isAlive(holder: Holder): boolean {
  return lookAtProcess(holder.pid)?.startedAt === holder.startedAt
}

/**
 * Removes a stale lock. Between our reading and our renaming another hub may have done the same and taken the lock, so
 * we look at what we moved and put it back if it is alive.
 */
function setAside(path: string, stale: Holder | undefined): void {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return
    throw error
  }
  const moved = readHolder(aside)
  const isAnother = moved !== undefined && (moved.pid !== stale?.pid || moved.startedAt !== stale.startedAt)
  if (isAnother && isAlive(moved)) linked(aside, path)
  rmSync(aside, { force: true })
}

function releaseLock(path: string, mine: Holder): void {
  const holder = readHolder(path)
  if (holder?.pid === mine.pid && holder.startedAt === mine.startedAt) rmSync(path, { force: true })
}

function inUse(dataDir: string, holder: Holder): StartError {
  return new StartError(
    'data_in_use',
    `The data folder ${dataDir} is in use by another hub (process ${holder.pid}). Stop that one, or give this one a data folder of its own.`,
  )
}
