import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabases } from '../databases.ts'
import type { WorkerOptions } from '../jobs.ts'
import { type Catch, createHunt } from './hunt.ts'
import { MUTANTS } from './list.ts'
import { type Mutant, mutated } from './mutant.ts'

/**
 * `node simulation/mutants/check.ts [--only NAME,NAME] [--seeds N]`: has the simulator catch every mutant, first by the seeds
 * that it is known by, then by one of seeds 1 to N. Exits 1 when a mutant lives, or when the text that it replaces is gone.
 */
const ROOT = join(import.meta.dirname, '../..')
const AT_ONE_TIME = 2
const SEEDS = 60

const { values } = parseArgs({
  options: { only: { type: 'string' }, seeds: { type: 'string', default: String(SEEDS) } },
})
const names = values.only?.split(',')
const chosen = MUTANTS.filter(({ name }) => names === undefined || names.includes(name))
const hunt = createHunt()

function isStale(mutant: Mutant): boolean {
  return mutated(readFileSync(join(ROOT, mutant.file), 'utf8'), mutant) === undefined
}

/** Seeds to remember instead of those that no longer catch their mutant. */
const remember: string[] = []

/** Hunts one mutant, and tells what caught it. */
async function isCaught(mutant: Mutant, worker: WorkerOptions): Promise<boolean> {
  const startedMs = performance.now()
  const known = await hunt.first(mutant, mutant.seeds, worker)
  const others = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1)
  const unknown = others.filter(seed => !mutant.seeds.includes(seed))
  const caught = known ?? (await hunt.first(mutant, unknown, worker))
  const seconds = Math.round((performance.now() - startedMs) / 1_000)
  console.log(`${mutant.name} (${seconds} s): ${caught === undefined ? 'LIVES' : textOf(caught)}`)
  if (caught !== undefined && known === undefined) remember.push(`${mutant.name} seed ${caught.seed}`)
  return caught !== undefined
}

function textOf({ seed, invariant, message }: Catch): string {
  return `caught by seed ${seed}: ${invariant}: ${message}`
}

/** Those of one kind of database, so many at a time. Returns how many live. */
async function check(kind: 'memory' | 'real', mutants: readonly Mutant[]): Promise<number> {
  const databases = await openDatabases(kind, Math.min(AT_ONE_TIME, mutants.length))
  const waiting = [...mutants]
  let living = 0
  try {
    if (kind === 'memory') await hunt.learn([...new Set(mutants.flatMap(({ seeds }) => seeds))], databases.workers)
    await Promise.all(
      databases.workers.map(async worker => {
        for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift())
          if (!(await isCaught(mutant, worker))) living += 1
      }),
    )
  } finally {
    await databases.stop()
  }
  return living
}

const stale = chosen.filter(isStale)
for (const { name, file } of stale) console.log(`${name}: its text is not in ${file} exactly once`)
const fresh = chosen.filter(mutant => !stale.includes(mutant))
let living = 0
for (const kind of ['memory', 'real'] as const) {
  const mutants = fresh.filter(({ database = 'memory' }) => database === kind)
  if (mutants.length > 0) living += await check(kind, mutants)
}
const found = remember.length === 0 ? '' : `, by a search; remember: ${remember.join(', ')}`
console.log(`${chosen.length - stale.length - living} of ${chosen.length} mutants caught${found}`)
process.exitCode = chosen.length === 0 || stale.length + living > 0 ? 1 : 0
