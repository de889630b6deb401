import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MUTANTS } from './list.ts'
import { type Mutant, mutated } from './mutant.ts'

/**
 * `npm run simulate:mutants [-- --only NAME] [--seeds N]`: runs the simulation on every mutant, remembered seeds first, until
 * it is caught. Exits 1 when one lives, or when the text that a mutant replaces is gone.
 */
const ROOT = join(import.meta.dirname, '../..')
const CHUNK = 10
const AT_ONE_TIME = 2

const { values } = parseArgs({ options: { only: { type: 'string' }, seeds: { type: 'string', default: '60' } } })
const chosen = MUTANTS.filter(({ name }) => values.only === undefined || name === values.only)

interface Verdict {
  mutant: Mutant
  /** The seed that caught it; undefined: it lives. */
  caughtBy: number | undefined
  told: string
  seconds: number
}

/** Runs seeds `from` to `from + count - 1` on the mutant; the seed that broke a promise, and the promise. */
async function run(mutant: Mutant, from: number, count: number): Promise<{ seed: number; told: string } | undefined> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      join(import.meta.dirname, 'load.ts'),
      join(ROOT, 'simulation/main.ts'),
      '--from',
      String(from),
      '--seeds',
      String(count),
      '--first',
      '--jobs',
      '1',
    ],
    { env: { ...process.env, PATCHBAY_MUTANT: mutant.name }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (output += part.toString('utf8')))
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  if (code === 0) return undefined
  const seed = /seed (\d+) broke/u.exec(output)?.[1]
  return {
    seed: Number(seed ?? from),
    told:
      output
        .split('\n')
        .find(line => /^ {2}invariant/u.test(line))
        ?.trim() ?? output.slice(0, 300),
  }
}

async function hunt(mutant: Mutant): Promise<Verdict> {
  const startedMs = performance.now()
  const seconds = (): number => Math.round((performance.now() - startedMs) / 1_000)
  for (const seed of mutant.seeds) {
    const caught = await run(mutant, seed, 1)
    if (caught !== undefined) return { mutant, caughtBy: seed, told: caught.told, seconds: seconds() }
  }
  for (let from = 1; from <= Number(values.seeds); from += CHUNK) {
    const caught = await run(mutant, from, CHUNK)
    if (caught !== undefined) return { mutant, caughtBy: caught.seed, told: caught.told, seconds: seconds() }
  }
  return { mutant, caughtBy: undefined, told: '', seconds: seconds() }
}

function isStale(mutant: Mutant): boolean {
  return mutated(readFileSync(join(ROOT, mutant.file), 'utf8'), mutant) === undefined
}

const stale = chosen.filter(isStale)
for (const { name, file } of stale) console.log(`${name}: its text is not in ${file} exactly once`)
const waiting = chosen.filter(mutant => !isStale(mutant))
let living = 0
await Promise.all(
  Array.from({ length: AT_ONE_TIME }, async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const { caughtBy, told, seconds } = await hunt(mutant)
      if (caughtBy === undefined) living += 1
      const verdict = caughtBy === undefined ? 'LIVES' : `caught by seed ${caughtBy}: ${told}`
      console.log(`${mutant.name} (${seconds} s): ${verdict}`)
    }
  }),
)
console.log(`${chosen.length - stale.length - living} of ${chosen.length} mutants caught`)
process.exitCode = stale.length + living > 0 ? 1 : 0
