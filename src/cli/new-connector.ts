import { cpSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError } from './cli-error.ts'
import { createContext } from './context.ts'
import type { AddCommand } from './program.ts'

const CONNECTORS = fileURLToPath(new URL('../../connectors', import.meta.url))
const NAME = /^[a-z][a-z0-9-]{1,40}$/

export const addNewConnectorCommand: AddCommand = (program, environment) => {
  program
    .command('new-connector')
    .description('make the folder of a new connector from the template')
    .argument('<name>', 'small letters, digits and hyphens, such as acme-crm')
    .action((name: string, _options, command) => {
      const { out } = createContext(command, environment)
      const folder = createConnector(name, CONNECTORS)
      out.value({ folder })
      out.line(`Made ${folder}. Begin with its README.md; "npx vitest run tests/connectors" exercises it.`)
    })
}

/** Copies `_template` and gives it its name, in file names and texts. Returns the new folder. */
export function createConnector(name: string, connectors: string): string {
  if (!NAME.test(name))
    throw new CliError(
      `"${name}" is no name of a connector: expected small letters, digits and hyphens, such as acme-crm`,
    )
  const template = join(connectors, '_template')
  const folder = join(connectors, name)
  if (!existsSync(template)) throw new CliError(`there is no template at ${template}`)
  if (existsSync(folder)) throw new CliError(`there is a connector ${folder} already`)
  cpSync(template, folder, { recursive: true })
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort().reverse()) {
    const path = join(folder, entry)
    if (statSync(path).isFile()) writeFileSync(path, named(readFileSync(path, 'utf8'), name))
    const renamed = path.replace(/_template([^/]*)$/, `${name}$1`)
    if (renamed !== path) renameSync(path, renamed)
  }
  return folder
}

/** `_template` becomes `acme-crm`, `Template` becomes `Acme crm` in titles and `AcmeCrm` in names of code. */
function named(text: string, name: string): string {
  const words = name.split('-').map(word => word.charAt(0).toUpperCase() + word.slice(1))
  return text
    .replaceAll('_template', name)
    .replace(/\bTemplate(?=[A-Z])/g, words.join(''))
    .replace(/\bTemplate\b/g, words.join(' '))
}
