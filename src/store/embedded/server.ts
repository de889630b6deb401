import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { NativeFiles } from './native-files.ts'
import type { Place } from './place.ts'
import { isRunning, lookAtProcess } from './process-facts.ts'
import { type ServerSettings, asArguments } from './settings.ts'
import { StartError } from './start-error.ts'

const readyPollMs = 10
/** Replaying the log after a crash takes a minute at most with our settings; a slow disk gets ten. */
const readyTimeoutMs = 600_000
/** A killed server's children need a moment to let go of its shared memory, and its process stays a zombie for up to 2 s. */
const leftoversTimeoutMs = 10_000
const fastStopTimeoutMs = 60_000
const immediateStopTimeoutMs = 10_000
const logBytesMax = 20 * 1024 * 1024

/** A server process that accepts connections on a port of 127.0.0.1. */
export interface RunningServer {
  readonly pid: number
  readonly port: number
  /** Settles when the process has ended, for whatever reason. */
  readonly exited: Promise<unknown>
  stop(): Promise<void>
}

/**
 * Starts the server, on the wanted port if that is free and else on another.
 * @throws StartError `server_failed` with the end of the server's log
 */
export async function startServer(
  place: Place,
  native: NativeFiles,
  settings: ServerSettings,
  portWanted: number | undefined,
): Promise<RunningServer> {
  const giveUpAt = Date.now() + leftoversTimeoutMs
  let port = portWanted ?? (await findFreePort())
  for (;;) {
    const outcome = await tryStart(place, native, settings, port)
    if ('server' in outcome) return outcome.server
    const portTaken = outcome.log.includes('could not bind') || outcome.log.includes('could not create any TCP/IP')
    const leftovers = /lock file .* already exists|shared memory block/.test(outcome.log)
    if ((!portTaken && !leftovers) || Date.now() > giveUpAt) {
      throw new StartError('server_failed', `The database in ${place.home} did not start: ${outcome.log.trim()}`)
    }
    if (portTaken) port = await findFreePort()
    await delay(100)
  }
}

async function tryStart(
  place: Place,
  native: NativeFiles,
  settings: ServerSettings,
  port: number,
): Promise<{ server: RunningServer } | { log: string }> {
  const logPath = join(place.home, 'postgres.log')
  if (existsSync(logPath) && statSync(logPath).size > logBytesMax) renameSync(logPath, `${logPath}.1`)
  const logStart = existsSync(logPath) ? statSync(logPath).size : 0
  const child = spawnServer(place, native, settings, port, logPath)
  const exited = once(child, 'close').then(
    ([code, signal]) => `it ended with ${String(code ?? signal)}`,
    (error: unknown) => String(error),
  )
  const giveUpAt = Date.now() + readyTimeoutMs
  let ended: string | undefined
  while (ended === undefined && Date.now() < giveUpAt) {
    if (child.pid !== undefined && isReady(place, child.pid)) {
      const pid = child.pid
      return { server: { pid, port, exited, stop: () => stopProcess(pid) } }
    }
    ended = await Promise.race([delay(readyPollMs, undefined), exited])
  }
  child.kill('SIGQUIT')
  const end = await exited
  return { log: readFileSync(logPath).subarray(logStart).toString('utf8').slice(-2000) || end }
}

function spawnServer(
  place: Place,
  native: NativeFiles,
  settings: ServerSettings,
  port: number,
  logPath: string,
): ChildProcess {
  const log = openSync(logPath, 'a', 0o600)
  try {
    // Detached: Ctrl-C in a terminal signals the whole process group, and the hub must drain before its database goes.
    return spawn(native.postgres, ['-D', place.cluster, '-p', String(port), ...asArguments(settings)], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      ...place.account,
    })
  } finally {
    closeSync(log)
  }
}

/** `postmaster.pid` has the process number in line 1 and its state in line 8 (PostgreSQL, miscinit.h). */
function readPidFile(place: Place): string[] {
  try {
    return readFileSync(join(place.cluster, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return []
  }
}

function isReady(place: Place, pid: number): boolean {
  const lines = readPidFile(place)
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready'
}

/**
 * Stops the server that a killed hub left behind on these files. A `postmaster.pid` whose process is gone, or is by now
 * some other program, is removed, because the server would refuse to start beside it.
 */
export async function stopOrphan(place: Place): Promise<'none' | 'stopped'> {
  const pid = Number(readPidFile(place)[0])
  if (!Number.isInteger(pid) || pid <= 1) return 'none'
  const isOurs = lookAtProcess(pid)?.command.includes(`-D ${place.cluster} `) ?? false
  if (isOurs) await stopProcess(pid)
  rmSync(join(place.cluster, 'postmaster.pid'), { force: true })
  return isOurs ? 'stopped' : 'none'
}

/**
 * Asks the server to end its sessions, write everything and stop (SIGINT); if that takes too long, to stop at once
 * (SIGQUIT), after which the next start replays the log.
 */
async function stopProcess(pid: number): Promise<void> {
  if (await signalAndWait(pid, 'SIGINT', fastStopTimeoutMs)) return
  if (await signalAndWait(pid, 'SIGQUIT', immediateStopTimeoutMs)) return
  throw new StartError('server_failed', `The database server (process ${pid}) does not stop. End it, then start again.`)
}

async function signalAndWait(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + timeoutMs
  if (isRunning(pid)) process.kill(pid, signal)
  while (isRunning(pid)) {
    if (Date.now() > giveUpAt) return false
    await delay(readyPollMs)
  }
  return true
}

/** A port that was free a moment ago. The caller tries again if somebody was faster. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('a listening TCP server has no port')
  return address.port
}
