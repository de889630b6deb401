// `npm run jsonata:fuzz -- COUNT [FIRST SEED]`: compares random expressions with the reference interpreter.
import { compareSeed } from './compare.ts'

const count = Number(process.argv[2] ?? 10_000)
const first = Number(process.argv[3] ?? 1)
const kinds = new Map<string, number>()
let unexplained = 0
for (let seed = first; seed < first + count; seed++) {
  if (seed % 50_000 === 0) console.log(`seed ${seed}: ${unexplained} unexplained differences`)
  const difference = await compareSeed(seed)
  if (difference === undefined) continue
  if (difference.deviation === undefined) {
    unexplained++
    if (unexplained <= 30) console.log(JSON.stringify({ seed, ...difference }))
  } else kinds.set(difference.deviation, (kinds.get(difference.deviation) ?? 0) + 1)
}
for (const [kind, times] of kinds) console.log(`${times} x ${kind}`)
console.log(`${count} comparisons, ${unexplained} unexplained differences`)
process.exitCode = unexplained === 0 ? 0 : 1
