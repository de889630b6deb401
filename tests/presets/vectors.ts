/**
 * `npm run vectors -- FILE`: sends every vector of a file in the form of ../shared/signature-vectors.json through the
 * preset of its vendor, says which do not come out as they should, and ends with `N passed, N failed`.
 */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { checkVector, vectorSchema } from './vector.ts'

const [file] = process.argv.slice(2)
if (file === undefined) {
  console.error('Usage: npm run vectors -- FILE')
  process.exit(2)
}

const entries = z.array(z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')))
const failures = entries.flatMap((entry, index) => {
  const vector = vectorSchema.safeParse(entry)
  if (!vector.success) return [`entry ${index}: ${z.prettifyError(vector.error)}`]
  const problem = checkVector(vector.data)
  return problem === undefined ? [] : [`${vector.data.id} (${vector.data.expect}): ${problem}`]
})
for (const failure of failures) console.log(failure)
console.log(`${entries.length - failures.length} passed, ${failures.length} failed`)
if (failures.length > 0) process.exitCode = 1
