import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findFreePort } from '#store/embedded/server.ts'

/** A Redis server of one test file, on a loopback port of its own, without persistence. */
export interface TestRedis {
  readonly url: string
  readonly port: number
  /** Ends the server at once, as kill -9 does. Its memory is gone. */
  kill(): Promise<void>
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>
  stop(): Promise<void>
}

const isInstalled = spawnSync('redis-server', ['--version']).status === 0
const isCi = process.env['CI'] === 'true'

/**
 * Why tests that need Redis are skipped, or undefined to run them. In CI they run, and fail, rather than be skipped
 * unseen.
 */
export const redisSkipReason: string | undefined =
  isInstalled || isCi ? undefined : 'redis-server is not installed (Debian: apt-get install redis-server)'

export async function startTestRedis(): Promise<TestRedis> {
  if (!isInstalled) throw new Error('redis-server is not on the PATH (Debian: apt-get install redis-server)')
  const port = await findFreePort()
  const dir = mkdtempSync(join(tmpdir(), 'patchbay-redis-'))
  let child: ChildProcess
  const start = async (): Promise<void> => {
    child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir], {
      stdio: 'ignore',
    })
    await answers(port)
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const socket = createConnection({ port, host: '127.0.0.1' })
    const answer = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'close')]).catch(
      () => false,
    )
    socket.destroy()
    if (answer === true) return
    await delay(10)
  }
  throw new Error(`redis-server does not answer on port ${port}`)
}
