import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MUTANTS } from './list.ts'
import { type Mutant, mutated } from './mutant.ts'

/**
 * `node simulation/mutants/check.ts [--only NAME] [--seeds N]`: runs the simulation on every mutant until it is caught. Only
 * seeds count that break nothing without it. Exits 1 when a mutant lives, or when the text that it replaces is gone.
 */
const ROOT = join(import.meta.dirname, '../..')
const CHUNK = 5
const AT_ONE_TIME = 2

interface SeedResult {
  seed: number
  violations: readonly { invariant: number; message: string }[]
  /** The simulator itself failed: that proves nothing. */
  error?: string
}

interface Verdict {
  /** Undefined: it lives. */
  caughtBy: SeedResult | undefined
  seconds: number
}

const { values } = parseArgs({ options: { only: { type: 'string' }, seeds: { type: 'string', default: '60' } } })
const seeds = Number(values.seeds)

/** Runs seeds `from` to `from + count - 1`, on a mutant where one is given. */
async function run(from: number, count: number, mutant?: Mutant): Promise<readonly SeedResult[]> {
  const hook = mutant === undefined ? [] : ['--import', join(import.meta.dirname, 'load.ts')]
  const range = ['--from', String(from), '--seeds', String(count), '--jobs', '1', '--json']
  const child = spawn(process.execPath, [...hook, join(ROOT, 'simulation/main.ts'), ...range], {
    env: { ...process.env, ...(mutant === undefined ? {} : { PATCHBAY_MUTANT: mutant.name }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout.on('data', (part: Buffer) => (output += part.toString('utf8')))
  child.stderr.on('data', (part: Buffer) => (errors += part.toString('utf8')))
  await new Promise(resolve => child.on('close', resolve))
  const json = output.split('\n').findLast(line => line.startsWith('{'))
  if (json === undefined)
    throw new Error(`the simulation of ${mutant?.name ?? 'the hub'} told nothing: ${errors.slice(0, 500)}`)
  return (JSON.parse(json) as { results: SeedResult[] }).results
}

const broken = new Map<number, Promise<ReadonlySet<number>>>()

/** Seeds of a chunk that break a promise, or fail, without any mutant. */
async function brokenAnyway(from: number, count: number): Promise<ReadonlySet<number>> {
  const known =
    broken.get(from) ??
    run(from, count).then(
      results =>
        new Set(results.filter(one => one.violations.length > 0 || one.error !== undefined).map(({ seed }) => seed)),
    )
  broken.set(from, known)
  return await known
}

async function hunt(mutant: Mutant): Promise<Verdict> {
  const startedMs = performance.now()
  const chunks = [
    ...new Set([...mutant.seeds.map(chunkOf), ...Array.from({ length: seeds }, (_, index) => chunkOf(index + 1))]),
  ]
  for (const from of chunks) {
    const results = await run(from, CHUNK, mutant)
    const anyway = await brokenAnyway(from, CHUNK)
    const caughtBy = results.find(
      ({ seed, violations, error }) => violations.length > 0 && error === undefined && !anyway.has(seed),
    )
    if (caughtBy !== undefined) return { caughtBy, seconds: secondsSince(startedMs) }
  }
  return { caughtBy: undefined, seconds: secondsSince(startedMs) }
}

function chunkOf(seed: number): number {
  return seed - ((seed - 1) % CHUNK)
}

function secondsSince(startedMs: number): number {
  return Math.round((performance.now() - startedMs) / 1_000)
}

function isStale(mutant: Mutant): boolean {
  return mutated(readFileSync(join(ROOT, mutant.file), 'utf8'), mutant) === undefined
}

const chosen = MUTANTS.filter(({ name }) => values.only === undefined || name === values.only)
const stale = chosen.filter(isStale)
for (const { name, file } of stale) console.log(`${name}: its text is not in ${file} exactly once`)
const waiting = chosen.filter(mutant => !stale.includes(mutant))
let living = 0
await Promise.all(
  Array.from({ length: AT_ONE_TIME }, async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const { caughtBy, seconds } = await hunt(mutant)
      if (caughtBy === undefined) living += 1
      const [first] = caughtBy?.violations ?? []
      const verdict =
        caughtBy === undefined ? 'LIVES' : `caught by seed ${caughtBy.seed}: ${first?.invariant}: ${first?.message}`
      console.log(`${mutant.name} (${seconds} s): ${verdict}`)
    }
  }),
)
console.log(`${chosen.length - stale.length - living} of ${chosen.length} mutants caught`)
process.exitCode = chosen.length === 0 || stale.length + living > 0 ? 1 : 0
