#!/usr/bin/env node
// The entry in plain JavaScript, so that an older Node can still say what is wrong: it cannot read TypeScript at all.
const NEEDED = 26
const major = Number(process.versions.node.split('.')[0])

if (major < NEEDED) {
  console.error(`patchbay: this is Node ${process.versions.node}, Patchbay needs Node ${NEEDED} or later.
It comes with the project: run "npm ci" (without --ignore-scripts), then "npm start" or "npm run patchbay -- ...",
which use that Node whatever the machine has. Or install Node ${NEEDED} from nodejs.org.`)
  process.exitCode = 1
} else {
  await import('./main.ts')
}
