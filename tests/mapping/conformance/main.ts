// `npm run jsonata:suite -- FOLDER`: runs a folder of conformance cases through the engine and counts.
import { groupsOf, runGroup } from './suite.ts'

const folder = process.argv[2] ?? new URL('fixtures', import.meta.url).pathname
let passed = 0
let failed = 0
for (const group of groupsOf(folder)) {
  const outcome = runGroup(folder, group)
  passed += outcome.passed
  failed += outcome.failures.length
  for (const failure of outcome.failures) console.log(failure)
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
