import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

const ROOT = resolve(import.meta.dirname, '../..')
const ENTRY = resolve(ROOT, 'src/patchbay.js')

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

export interface Running {
  child: ChildProcess
  output: () => string
  /** Waits for a text on standard output; fails with everything said when the process ends or 30 s pass first. */
  says: (text: string) => Promise<string>
  ended: Promise<Finished>
}

/** Starts the real command line in the folder of the project. */
export function launch(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Running {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], LOG_LEVEL: 'warn', ...variables }
  const child = spawn(process.execPath, [ENTRY, ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = once(child, 'close').then(([code]): Finished => ({
    code: typeof code === 'number' ? code : null,
    stdout,
    stderr,
  }))
  const says = (text: string): Promise<string> =>
    new Promise((done, failed) => {
      const look = (): void => {
        if (!stdout.includes(text)) return
        clearTimeout(timer)
        done(stdout)
      }
      const timer = setTimeout(() => failed(new Error(`did not say "${text}":\n${stdout}\n${stderr}`)), 30_000)
      child.stdout.on('data', look)
      child.on('close', () => failed(new Error(`ended without saying "${text}":\n${stdout}\n${stderr}`)))
      look()
    })
  return { child, output: () => stdout, says, ended }
}

/** Runs a command to its end. */
export function run(args: readonly string[], variables?: Readonly<Record<string, string>>): Promise<Finished> {
  return launch(args, variables).ended
}

/** The commands of one hub: as text, and with `--json` as the value that they print; a failed one throws. */
export function commandLine(variables: Readonly<Record<string, string>>) {
  const pb = (...args: string[]): Promise<Finished> => run(args, variables)
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await pb(...args, '--json')
    if (code !== 0) throw new Error(`exit ${code}: ${stderr}`)
    return JSON.parse(stdout)
  }
  return { pb, json }
}

/** A port that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise(done => server.close(done))
  return port
}
