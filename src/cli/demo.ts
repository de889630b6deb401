import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { CliError } from './cli-error.ts'
import type { AddCommand } from './program.ts'

const DEMO = join(fileURLToPath(new URL('../../demo', import.meta.url)), 'main.ts')

/** The demo stands beside the product and is not part of it, so it is loaded only when asked for. */
export const addDemoCommand: AddCommand = (program, _environment, setExitCode) => {
  program
    .command('demo')
    .description('the hub with four vendors on this machine, with realistic traffic, until everything agrees')
    .action(async (_options, command) => {
      if (!existsSync(DEMO)) throw new CliError('the demo is not part of this installation')
      const loaded: unknown = await import(pathToFileURL(DEMO).href)
      if (!isDemo(loaded)) throw new CliError(`${DEMO} has no function runDemo`)
      const options: { json?: boolean } = command.optsWithGlobals()
      setExitCode(await loaded.runDemo({ json: options.json === true }))
    })
}

interface Demo {
  /** Runs to its end; the exit code is 0 only when every system agrees with every golden record. */
  runDemo(options: { json: boolean }): Promise<number>
}

function isDemo(value: unknown): value is Demo {
  return typeof value === 'object' && value !== null && 'runDemo' in value && typeof value.runDemo === 'function'
}
