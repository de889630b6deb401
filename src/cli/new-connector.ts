import { resolve } from 'node:path'
import { scaffoldConnector } from '#connector/scaffold.ts'
import { CliError } from './cli-error.ts'
import { createContext } from './context.ts'
import type { AddCommand } from './command.ts'

const ROOT = resolve(import.meta.dirname, '../..')

export const addNewConnectorCommand: AddCommand = (program, environment) => {
  program
    .command('new-connector')
    .description('make the folder of a new connector from the template, with mappings and fixtures')
    .argument('<name>', 'lower-case letters, digits and dashes, such as acme-crm')
    .action(async (name: string, _options, command) => {
      const { out } = createContext(command, environment)
      const made = await scaffoldConnector(ROOT, name)
      if (!made.ok) throw new CliError(made.message)
      out.value({ files: made.files })
      for (const file of made.files) out.line(file)
      out.line(made.next)
    })
}
