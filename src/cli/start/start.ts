import { Option } from 'commander'
import { createContext } from '../context.ts'
import type { AddCommand } from '../command.ts'
import type { StartOptions } from './run-hub.ts'

export const addStartCommand: AddCommand = (program, environment) => {
  program
    .command('start')
    .description('start the hub')
    .addOption(
      new Option('--role <role>', 'what this process does')
        .choices(['all', 'gateway', 'worker', 'console'])
        .default('all'),
    )
    .option(
      '--log <file>',
      'where the log goes; "-" is standard output. Default: patchbay.log in the data folder on a terminal, else "-"',
    )
    .action(async (options: StartOptions, command) => {
      const { configFile, out } = createContext(command, environment)
      // Most of the hub's code is behind this import; the other commands answer at once without it.
      const { runHub } = await import('./run-hub.ts')
      await runHub(configFile, options, environment, out)
    })
}
