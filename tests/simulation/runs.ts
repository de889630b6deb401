import { spawn } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export interface SimulationRun {
  code: number | null
  /** What it said: JSON when asked for. */
  output: string
}

/** Runs `npm run simulate -- ...args` as a person would; the simulator needs processes of its own. */
export async function simulate(...args: string[]): Promise<SimulationRun> {
  const child = spawn(process.execPath, ['simulation/main.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (part: Buffer) => (output += part.toString()))
  child.stderr.on('data', (part: Buffer) => (errors += part.toString()))
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  return { code, output: output === '' ? errors : output }
}

export interface SeedResult {
  seed: number
  hash: string
  violations: { invariant: number; message: string }[]
  counts: Record<string, number>
  error?: string
}

/** The results of a run with `--json`. */
export function resultsOf(run: SimulationRun): SeedResult[] {
  const { results } = JSON.parse(run.output) as { results: SeedResult[] }
  return results.toSorted((a, b) => a.seed - b.seed)
}
