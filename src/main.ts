import { readEnvironment } from '#config/environment.ts'
import { runCli } from './cli/program.ts'

const environment = readEnvironment()
if (environment.ok) {
  process.exitCode = await runCli(process.argv.slice(2), environment.environment)
} else {
  for (const problem of environment.problems) process.stderr.write(`patchbay: environment variable ${problem}\n`)
  process.exitCode = 1
}
