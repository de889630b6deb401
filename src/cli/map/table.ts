import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Environment } from '#config/environment.ts'
import type { MappingTable, TableRow } from '#mapping/language/table.ts'
import { CliError } from '../cli-error.ts'
import { createContext } from '../context.ts'
import { onlyOne, openMappings } from './folders.ts'

/** `map table`: a mapping as rows, and rows as a mapping. */
export function addTableCommand(map: Command, environment: Environment): void {
  map
    .command('table')
    .description('a mapping as a table of target, source, transformations and default; or the text of such a table')
    .argument('<name>', 'such as salesforce/Contact.in; with --from only a name for messages')
    .option('--from <file>', 'print the text of a table that was written with --json')
    .action(async (name: string, { from }: { from?: string }, command) => {
      const context = createContext(command, environment)
      const { sourceOf, tableOf } = await import('#mapping/language/table.ts')
      const { out } = context
      if (from !== undefined) {
        const written = sourceOf(readTable(from))
        if (!written.ok)
          throw new CliError(
            written.problems.map(({ row, message }) => `${from}: row ${row + 1}: ${message}`).join('\n'),
          )
        out.value({ source: written.source })
        out.line(written.source.trimEnd())
        return
      }
      const opened = await openMappings(context)
      const found = onlyOne(opened, name)
      const read = tableOf(opened.library.get(found)?.source ?? '')
      if (!read.ok) throw new CliError(`${found} cannot be shown as a table: ${read.message}`)
      out.value(read.table)
      out.table(
        [
          { title: 'TARGET' },
          { title: 'SOURCE', max: 60 },
          { title: 'TRANSFORMATION', max: 40 },
          { title: 'DEFAULT', max: 30 },
        ],
        read.table.rows.map(row => [row.target.join('.'), ...cellsOf(row)]),
      )
    })
}

function cellsOf(row: TableRow): [string, string, string] {
  if (row.kind === 'constant') return [JSON.stringify(row.value), '', '']
  if (row.kind === 'expression') return [row.text.replaceAll(/\s+/g, ' '), 'beyond a table: read as text', '']
  const steps = row.transformations.map(({ name, args }) =>
    args.length === 0 ? name : `${name}(${args.map(arg => JSON.stringify(arg)).join(', ')})`,
  )
  return [row.source, steps.join(' | '), row.default === undefined ? '' : JSON.stringify(row.default)]
}

function readTable(file: string): MappingTable {
  try {
    const { rows, before = [], after = [] } = JSON.parse(readFileSync(resolve(file), 'utf8')) as Partial<MappingTable>
    if (!Array.isArray(rows)) throw new Error('expected an object with "rows", as --json prints it')
    return { rows, before, after }
  } catch (error) {
    throw new CliError(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
