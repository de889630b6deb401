import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import type { Logger } from 'pino'
import { embeddedDatabase, embeddedUser, makeCluster } from './cluster.ts'
import { takeHubLock } from './hub-lock.ts'
import { type NativeFiles, prepareNativeFiles } from './native-files.ts'
import { type Place, type SavedServer, findPlace, readSavedServer, sharedDir, writeSavedServer } from './place.ts'
import { type RunningServer, startServer, stopOrphan } from './server.ts'
import { type ServerSettings, embeddedSettings } from './settings.ts'
import { StartError, asUnwritable, systemErrorCode } from './start-error.ts'

export { StartError, type StartErrorCode } from './start-error.ts'

/** How to reach a server; what `pg` takes as its configuration. */
export interface ServerConnection {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** The running embedded server of one hub. */
export interface EmbeddedPostgres {
  readonly connection: ServerConnection
  /** The same as `connection`, as a `postgres://` address. Holds the password: never log it. */
  readonly url: string
  /** The process number of the server right now (it changes if the server had to be started again). */
  pid(): number
  /** Stops the server and gives the data folder free. Close all pools first. */
  stop(): Promise<void>
  /** Stops the server and deletes its data folder, wherever its parts are. For demos and tests. */
  destroy(): Promise<void>
}

export interface EmbeddedOptions {
  /** The folder that holds everything the hub keeps. Made if missing. */
  readonly dataDir: string
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Overrides for tests, such as fsync off. */
  readonly settings?: ServerSettings
}

/**
 * Starts PostgreSQL 18 as a child process with its files in the data folder, and keeps it running: if it dies while the
 * hub lives, it is started again on the same port.
 *
 * @throws StartError with a message for the operator
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const place = findPlace(options.dataDir)
  const lock = takeHubLock(place.home, place.dataDir)
  try {
    const native = prepareNativeFiles({ asRoot: place.account !== undefined, sharedDir })
    const password = place.saved?.password ?? randomBytes(24).toString('hex')
    await makeFiles(place, native, password)
    for (const path of place.leftBehind) {
      // It may belong to a data folder that was moved, so it is not for us to delete.
      options.log.warn({ path }, 'a database of an earlier data folder of this name is still here; delete it if unused')
    }
    if ((await stopOrphan(place)) === 'stopped') {
      options.log.warn({ dataDir: place.dataDir }, 'stopped the database server that a killed hub had left behind')
    }
    const settings = { ...embeddedSettings, ...options.settings }
    const start = (port: number | undefined) => startServer(place, native, settings, port)
    const server = await start(place.saved?.port || undefined)
    writeSavedServer(place.dataDir, { home: place.home, port: server.port, password })
    const connection = connectionOf({ port: server.port, password })
    await makeDatabase(connection, place.dataDir)
    options.log.info({ home: place.home, port: server.port, pid: server.pid }, 'the database server is up')
    const keeper = keepRunning(server, () => start(server.port), options.log)
    const stop = async (): Promise<void> => {
      await keeper.stop()
      native.discard()
      lock.release()
    }
    const destroy = async (): Promise<void> => {
      await stop()
      for (const folder of [place.home, place.dataDir]) rmSync(folder, { recursive: true, force: true })
    }
    return { connection, url: urlOf(connection), pid: keeper.pid, stop, destroy }
  } catch (error) {
    lock.release()
    throw asUnwritable(error, place.dataDir)
  }
}

/**
 * How to reach the embedded server of a data folder from another process of this machine (the command line beside a
 * running hub); undefined if the folder never had one. Says nothing on whether it runs.
 */
export function readEmbeddedConnection(dataDir: string): ServerConnection | undefined {
  const saved = readSavedServer(dataDir)
  return saved === undefined ? undefined : connectionOf(saved)
}

/** The password is saved before the files are made, so a start killed in between is taken up where it was. */
async function makeFiles(place: Place, native: NativeFiles, password: string): Promise<void> {
  if (place.saved === undefined) writeSavedServer(place.dataDir, { home: place.home, port: 0, password })
  await makeCluster(place, native, password)
}

function connectionOf(saved: Pick<SavedServer, 'port' | 'password'>): ServerConnection {
  return {
    host: '127.0.0.1',
    port: saved.port,
    user: embeddedUser,
    password: saved.password,
    database: embeddedDatabase,
  }
}

function urlOf(connection: ServerConnection): string {
  const { host, port, user, password, database } = connection
  return `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`
}

async function makeDatabase(connection: ServerConnection, dataDir: string): Promise<void> {
  const client = new Client({ ...connection, database: 'postgres' })
  client.on('error', () => {})
  await client.connect().catch((error: unknown) => {
    throw systemErrorCode(error) === wrongPassword ? passwordLost(dataDir, error) : error
  })
  try {
    const found = await client.query('select from pg_database where datname = $1', [embeddedDatabase])
    if (found.rowCount === 0) await client.query(`create database ${embeddedDatabase}`)
  } finally {
    await client.end()
  }
}

/** SQLSTATE invalid_password. */
const wrongPassword = '28P01'

function passwordLost(dataDir: string, cause: unknown): StartError {
  return new StartError(
    'data_incompatible',
    `The password in ${dataDir}/postgres.json does not open the database beside it: one of them was replaced. Restore both from the same backup.`,
    cause,
  )
}

const restartDelayMs = 200
const restartDelayMaxMs = 10_000

/** Starts the server again whenever it ends unasked, with growing pauses while it will not start. */
function keepRunning(first: RunningServer, start: () => Promise<RunningServer>, log: EmbeddedOptions['log']) {
  let server = first
  let stopping = false
  const watch = async (): Promise<void> => {
    let pauseMs = restartDelayMs
    for (;;) {
      await server.exited
      if (stopping) return
      log.error({ pid: server.pid }, 'the database server ended unasked; starting it again')
      await delay(pauseMs)
      if (stopping) return
      try {
        server = await start()
        if (stopping) await server.stop()
        pauseMs = restartDelayMs
      } catch (error) {
        pauseMs = Math.min(pauseMs * 2, restartDelayMaxMs)
        log.error({ err: error, pauseMs }, 'the database server did not start')
      }
    }
  }
  const watching = watch()
  return {
    pid: () => server.pid,
    stop: async (): Promise<void> => {
      stopping = true
      await server.stop()
      await watching
    },
  }
}
