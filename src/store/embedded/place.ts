import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createHash, randomBytes } from 'node:crypto'
import { basename, dirname, join, resolve } from 'node:path'
import { StartError, asUnwritable } from './start-error.ts'

/** The user and group that the server runs as when the hub is root. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** What the data folder keeps about its server: where its files are, and how to reach it. Mode 0600. */
export interface SavedServer {
  /** The folder of the server's files; the data folder itself, unless the server's user cannot enter that. */
  readonly home: string
  readonly port: number
  readonly password: string
}

/** Where the server of a data folder lives. */
export interface Place {
  readonly dataDir: string
  readonly home: string
  /** PostgreSQL's own data folder. */
  readonly cluster: string
  readonly account: Account | undefined
  readonly saved: SavedServer | undefined
  /** Databases under `sharedDir` of data folders that had this very path and are gone, or were moved elsewhere. */
  readonly leftBehind: readonly string[]
}

/** `nobody`: has no files, no groups and no rights on every system that has users at all. */
const nobody: Account = { uid: 65534, gid: 65534 }

/** The folder for what root must share with the server's user. */
export const sharedDir = '/var/lib/patchbay'

/**
 * Decides where a data folder's server keeps its files, and makes those folders.
 * An ordinary user's server lives in the data folder. Root's server runs as `nobody`; if that user cannot enter the
 * data folder (a 0700 home), its files live under `sharedDir`, and `postgres.json` in the data folder points there. The
 * place has a random part, so a deleted data folder starts fresh.
 *
 * @throws StartError `data_unwritable`, `data_missing`
 */
export function findPlace(dataDirGiven: string, isRoot = process.getuid?.() === 0): Place {
  const dataDir = resolve(dataDirGiven)
  try {
    makeDataDir(dataDir, isRoot)
    const saved = readSavedServer(dataDir)
    if (saved !== undefined && !existsSync(saved.home)) throw missing(dataDir, saved.home)
    const account = isRoot ? accountOf(join(saved?.home ?? dataDir, 'postgres')) : undefined
    const leftBehind = saved === undefined && isRoot ? homesOf(dataDir) : []
    const home = saved?.home ?? chooseHome(dataDir, account)
    mkdirSync(home, { recursive: true })
    return { dataDir, home, cluster: join(home, 'postgres'), account, saved, leftBehind }
  } catch (error) {
    throw asUnwritable(error, dataDir)
  }
}

/** Reads `postgres.json` of a data folder; undefined if there is none yet. */
export function readSavedServer(dataDir: string): SavedServer | undefined {
  const path = join(dataDir, 'postgres.json')
  if (!existsSync(path)) return undefined
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (typeof value === 'object' && value !== null && 'home' in value && 'port' in value && 'password' in value) {
    const { home, port, password } = value
    if (typeof home === 'string' && typeof port === 'number' && typeof password === 'string') {
      return { home: resolve(dataDir, home), port, password }
    }
  }
  throw new StartError('data_incompatible', `${path} is damaged. Restore it from a backup of the data folder.`)
}

/** Writes `postgres.json` in one step. A home inside the data folder is kept relative, so the folder can be moved. */
export function writeSavedServer(dataDir: string, saved: SavedServer): void {
  const path = join(dataDir, 'postgres.json')
  const home = saved.home === dataDir ? '.' : saved.home
  writeFileSync(`${path}.new`, JSON.stringify({ ...saved, home }, null, 2), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

function makeDataDir(dataDir: string, isRoot: boolean): void {
  if (!existsSync(dataDir)) {
    mkdirSync(dataDir, { recursive: true })
    // Enterable but not listable: the server's user needs its own folder inside, nothing else.
    chmodSync(dataDir, isRoot ? 0o711 : 0o700)
  }
  const probe = join(dataDir, `.probe-${process.pid}`)
  writeFileSync(probe, '')
  rmSync(probe)
}

/** The owner of a cluster made earlier by an ordinary user stays its owner; a new one belongs to `nobody`. */
function accountOf(cluster: string): Account {
  const stat = statSync(cluster, { throwIfNoEntry: false })
  return stat === undefined || stat.uid === 0 ? nobody : { uid: stat.uid, gid: stat.gid }
}

function chooseHome(dataDir: string, account: Account | undefined): string {
  if (account === undefined || canEnter(dataDir, account)) return dataDir
  const home = join(homesDir, `${homePrefix(dataDir)}${randomBytes(4).toString('hex')}`)
  mkdirSync(home, { recursive: true })
  chmodSync(sharedDir, 0o755)
  for (const folder of [homesDir, home]) chmodSync(folder, 0o711)
  return home
}

const homesDir = join(sharedDir, 'data')

function homePrefix(dataDir: string): string {
  return `${basename(dataDir)}-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}-`
}

function homesOf(dataDir: string): string[] {
  if (!existsSync(homesDir)) return []
  return readdirSync(homesDir).flatMap(name => (name.startsWith(homePrefix(dataDir)) ? [join(homesDir, name)] : []))
}

/** True if the account may pass through the folder and every folder above it. */
export function canEnter(path: string, account: Account): boolean {
  const stat = statSync(path)
  const bit = stat.uid === account.uid ? 0o100 : stat.gid === account.gid ? 0o010 : 0o001
  if ((stat.mode & bit) === 0) return false
  const parent = dirname(path)
  return parent === path || canEnter(parent, account)
}

/** Gives a file or folder to the server's user; nothing to do for an ordinary user. */
export function giveTo(path: string, account: Account | undefined): void {
  if (account !== undefined) chownSync(path, account.uid, account.gid)
}

function missing(dataDir: string, home: string): StartError {
  return new StartError(
    'data_missing',
    `The data folder ${dataDir} says that its database is in ${home}, but that folder is gone. Restore it from a backup, or delete ${dataDir} to start empty.`,
  )
}
