// What `npm test` runs: every check in order, all of them even if one fails, one status line each.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type TestSummary, summarize } from './support/report.ts'

interface Step {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Its last line is worth showing also when it passes. */
  readonly tells?: boolean
}

const root = resolve(import.meta.dirname, '..')
const reportDir = mkdtempSync(join(tmpdir(), 'patchbay-report-'))
const report = join(reportDir, 'vitest.json')
const bin = (name: string): string => join(root, 'node_modules', '.bin', name)

const steps: readonly Step[] = [
  { name: 'format', command: bin('prettier'), args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'types', command: process.execPath, args: ['node_modules/typescript7/bin/tsc', '--noEmit'] },
  {
    name: 'web',
    command: process.execPath,
    args: ['node_modules/typescript7/bin/tsc', '--noEmit', '--project', 'web'],
  },
  {
    name: 'lint',
    command: bin('oxlint'),
    args: ['--type-aware', '--deny-warnings', 'src', 'connectors', 'tests', 'bench', 'simulation', 'web'],
  },
  { name: 'unused', command: bin('knip'), args: ['--no-progress'] },
  // docs/reliability.md: histories that crash, lose and repeat, in memory and on a real server.
  { name: 'simulate', command: process.execPath, args: ['simulation/main.ts', '--seeds', '400', '--open'] },
  {
    name: 'server',
    command: process.execPath,
    args: ['simulation/main.ts', '--seeds', '25', '--database', 'real', '--tries', '3'],
  },
  // Deliberately broken variants of the hub, each of which the simulator must catch.
  { name: 'mutants', command: process.execPath, args: ['simulation/mutants/check.ts'], tells: true },
  {
    name: 'tests',
    command: bin('vitest'),
    args: ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`],
  },
]

/** Runs a step; its output is shown only if it fails, except that of the tests, which shows their progress. */
async function runStep(step: Step): Promise<boolean> {
  const startedAt = performance.now()
  const isLive = step.name === 'tests'
  const child = spawn(step.command, step.args, {
    cwd: root,
    stdio: ['ignore', isLive ? 'inherit' : 'pipe', isLive ? 'inherit' : 'pipe'],
  })
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.push(chunk))
  const [code] = await once(child, 'close').catch((error: unknown) => [String(error)])
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const text = Buffer.concat(output).toString('utf8')
  const told = step.tells === true ? `  ${text.trimEnd().split('\n').at(-1)}` : ''
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'}  ${step.name.padEnd(8)} ${seconds} s${told}`)
  if (code !== 0) process.stdout.write(text)
  return code === 0
}

function readSummary(): TestSummary {
  try {
    return summarize(JSON.parse(readFileSync(report, 'utf8')))
  } catch {
    return { passed: 0, failed: 0, skipped: [] }
  }
}

/** In CI everything that the tests need must be there, so a skipped test is a failure, unless it is not for this user. */
function judge(summary: TestSummary, failedSteps: readonly string[]): readonly string[] {
  const reasons: string[] = failedSteps.map(name => `step ${name} failed`)
  if (summary.passed === 0) reasons.push('no test ran')
  const missing = summary.skipped.filter(name => !/\((only|skipped) as root\b/.test(name))
  if (process.env['CI'] === 'true' && missing.length > 0) reasons.push('tests were skipped in CI')
  return reasons
}

const failedSteps: string[] = []
for (const step of steps) if (!(await runStep(step))) failedSteps.push(step.name)

const summary = readSummary()
rmSync(reportDir, { recursive: true, force: true })
for (const skipped of summary.skipped) console.log(`skipped  ${skipped}`)
const problems = judge(summary, failedSteps)
for (const problem of problems) console.log(`FAIL  ${problem}`)
console.log(`${summary.passed} passed, ${summary.failed} failed, ${summary.skipped.length} skipped`)
process.exitCode = problems.length === 0 ? 0 : 1
