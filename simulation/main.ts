import { simulate } from './harness/run.ts'
import { openStand } from './harness/stand.ts'
import { readOptions } from './options.ts'
import { makeWorld } from './world/world.ts'

const options = readOptions(process.argv.slice(2))
const stand = await openStand()
let broken = 0
for (let seed = options.from; seed < options.from + options.seeds; seed += 1) {
  const result = await simulate(stand, makeWorld, { seed, steps: options.steps })
  if (result.violations.length > 0) broken += 1
  if (options.seed !== undefined) console.log(result.trace.join('\n'))
  console.log(
    `seed ${seed} ${result.hash} ${result.violations.map(({ invariant, message }) => `${invariant}: ${message}`).join('\n  ')}`,
  )
}
console.log(`${options.seeds} seeds, ${broken} with violations`)
process.exit(broken === 0 ? 0 : 1)
