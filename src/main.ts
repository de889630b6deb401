import { readEnvironment } from '#config/environment.ts'
import { runCli } from './cli/program.ts'

// `patchbay events | head` closes the pipe before we have said all: that is the reader's right, not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const environment = readEnvironment()
if (environment.ok) {
  process.exitCode = await runCli(process.argv.slice(2), environment.environment)
} else {
  for (const problem of environment.problems) process.stderr.write(`patchbay: environment variable ${problem}\n`)
  process.exitCode = 1
}
