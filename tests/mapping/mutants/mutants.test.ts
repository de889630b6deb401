import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, inject, test } from 'vitest'
import { mutated } from '../../../simulation/mutants/mutant.ts'
import { MAPPING_MUTANTS, type MappingMutant } from './list.ts'

const ROOT = join(import.meta.dirname, '../../..')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')
const folder = mkdtempSync(join(tmpdir(), 'patchbay-mutants-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Report {
  readonly numTotalTests: number
  readonly numFailedTests: number
}

/** Runs the test that must fail on a mutant, on the mutant. */
function runOn({ name, caughtBy: [file, pattern] }: MappingMutant): Promise<Report> {
  const config = join(import.meta.dirname, 'vitest.config.ts')
  const report = join(folder, `${name}.json`)
  const reporting = ['--reporter=json', `--outputFile.json=${report}`]
  const filter = pattern === '' ? [] : ['--testNamePattern', pattern]
  const args = [VITEST, 'run', file, '--config', config, '--maxWorkers=1', '--bail=1', ...reporting, ...filter]
  // It needs no server of its own.
  const env = { ...process.env, PATCHBAY_MUTANT: name, TEST_DATABASE_URL: inject('postgresUrl') }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: ROOT, env }, (_, stdout, stderr) => {
      if (existsSync(report)) resolve(JSON.parse(readFileSync(report, 'utf8')) as Report)
      else reject(new Error(`${name}: no report: ${stdout} ${stderr}`))
    })
  })
}

test.each(MAPPING_MUTANTS.map(mutant => [mutant.name, mutant] as const))(
  'is caught: %s',
  async (_, mutant) => {
    expect(mutated(readFileSync(join(ROOT, mutant.file), 'utf8'), mutant)).toBeDefined()
    const { numTotalTests, numFailedTests } = await runOn(mutant)
    expect(numTotalTests).toBeGreaterThan(0)
    expect(numFailedTests).toBeGreaterThan(0)
  },
  120_000,
)
