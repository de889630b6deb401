/**
 * `npm run samples -- FOLDER`: takes every payload of a folder in the form of ../shared/webhook-samples (a folder per
 * vendor) through parse and split. Prints per event, with tabs between them, its type, record type, record id, dedupe key and
 * time, `-` with the reason where the payload bears none, and ends with `N passed, N failed`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { readSample, type Finding } from './sample.ts'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.xml': 'text/xml',
  '.txt': 'application/x-www-form-urlencoded',
  '.form': 'application/x-www-form-urlencoded',
}

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('Usage: npm run samples -- FOLDER')
  process.exit(2)
}

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(file => Object.hasOwn(CONTENT_TYPES, extname(file)))
  .sort()
let failed = 0
for (const file of files) {
  const vendor = basename(dirname(join(folder, file)))
  const events = readSample(vendor, readFileSync(join(folder, file)), CONTENT_TYPES[extname(file)])
  const isRight =
    typeof events !== 'string' && events.every(facts => Object.values(facts).every(one => !('missing' in one)))
  if (!isRight) failed++
  if (events.length === 0) console.log(`passed\t${file}\t- (the body holds no event: a test or check of the address)`)
  const lines =
    typeof events === 'string' ? [events] : events.map(facts => Object.values(facts).map(written).join('\t'))
  for (const line of lines) console.log(`${isRight ? 'passed' : 'FAILED'}\t${file}\t${line}`)
}
console.log(`${files.length - failed} passed, ${failed} failed`)
if (failed > 0) process.exitCode = 1

function written(finding: Finding): string {
  if ('found' in finding) return finding.found
  return 'none' in finding ? `- (${finding.none})` : `MISSING (${finding.missing})`
}
