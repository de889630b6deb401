import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { ENTITIES, isEntity } from '#model/entities.ts'
import { entityModel } from '#model/fields.ts'
import { CliError } from '../cli-error.ts'
import { pages } from '../client.ts'
import type { Client } from '../client.ts'
import { createContext } from '../context.ts'
import { csvLine } from './csv.ts'
import type { AddCommand } from '../command.ts'

interface ExportOptions {
  out?: string
  format: string
}

export const addExportCommands: AddCommand = (program, environment) => {
  program
    .command('export')
    .description('all golden records of an entity, or everything about one person (by golden id)')
    .argument('<entity|id>', `${ENTITIES.join(', ')}; or the id of a person`)
    .option('--out <file>', 'default: standard output')
    .option('--format <format>', 'ndjson or csv', 'ndjson')
    .action(async (what: string, options: ExportOptions, command) => {
      const { connect, out } = createContext(command, environment)
      if (options.format !== 'ndjson' && options.format !== 'csv')
        throw new CliError(`--format ${options.format}: expected ndjson or csv`)
      if (out.json && options.format === 'csv' && options.out === undefined)
        throw new CliError('--json and --format csv exclude each other; write the CSV to a file with --out')
      const client = connect()
      const lines = isEntity(what) ? entityLines(client, what, options.format) : personLines(client, what)
      let count = 0
      const counted = async function* (): AsyncGenerator<string> {
        for await (const line of lines) {
          count += 1
          yield `${line}\n`
        }
      }
      if (options.out === undefined) {
        await pipeline(counted, process.stdout, { end: false })
        return
      }
      // Personal data: for the user's own eyes.
      await pipeline(counted, createWriteStream(options.out, { mode: 0o600 }))
      out.value({ file: options.out, lines: count })
      out.line(`${count} lines in ${options.out}`)
    })
  program
    .command('erase')
    .description('erase one person from the hub, after a look at what that is; other systems are not changed')
    .argument('<id>', 'golden id of the person')
    .requiredOption('--reason <text>', 'such as the number of the request; no personal data')
    .option('--yes', 'do not ask')
    .action(async (id: string, options: { reason: string }, command) => {
      const { connect, out, confirm } = createContext(command, environment)
      const client = connect()
      const path = `/golden-records/${encodeURIComponent(id)}/erase`
      const found = await client.post('erasePerson', path, { reason: options.reason, dryRun: true })
      out.table([{ title: 'TABLE' }, { title: 'ROWS', align: 'right' }], Object.entries(found.counts))
      if (!(await confirm('Erase all of it? This cannot be undone.'))) {
        out.value(found)
        return
      }
      const done = await client.post('erasePerson', path, {
        reason: options.reason,
        dryRun: false,
        confirm: found.confirm,
      })
      out.value(done)
      out.line(`Erased. The proof is audit row ${done.proof ?? ''}. Other systems still hold what they held.`)
    })
}

async function* personLines(client: Client, id: string): AsyncGenerator<string> {
  yield JSON.stringify(await client.get('exportPerson', `/golden-records/${encodeURIComponent(id)}/export`), null, 2)
}

async function* entityLines(
  client: Client,
  entity: (typeof ENTITIES)[number],
  format: 'ndjson' | 'csv',
): AsyncGenerator<string> {
  const columns = [...entityModel(entity).fields.keys()]
  if (format === 'csv') yield csvLine(['id', ...columns])
  for await (const items of pages(cursor =>
    client.get('exportGoldenRecords', `/exports/${entity}`, { limit: 1_000, cursor }),
  )) {
    for (const { id, version, updatedAt, fields } of items) {
      yield format === 'ndjson'
        ? JSON.stringify({ id, version, updatedAt, fields })
        : csvLine([id, ...columns.map(name => fields[name])])
    }
  }
}
