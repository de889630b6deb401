import { writeFileSync } from 'node:fs'
import type { JsonObject } from '#model/json.ts'
import type { ReplyOf } from '#console/handler.ts'
import { CliError } from '../cli-error.ts'
import { createContext } from '../context.ts'
import { csvLine } from './csv.ts'
import type { FileRow } from './import-file.ts'
import type { AddCommand } from '../command.ts'

interface ImportOptions {
  system: string
  object: string
  idColumn?: string
  delimiter?: string
  sheet?: string
  refused?: string
  dryRun?: boolean
}

const ROWS_PER_CALL = 1_000

export const addImportCommand: AddCommand = (program, environment, setExitCode) => {
  program
    .command('import')
    .description('import a CSV or XLSX file: its rows become events of a system and pass its inbound mapping')
    .argument('<file>')
    .requiredOption('--system <name>', 'whose statements the rows are')
    .requiredOption('--object <object>', 'whose inbound mapping they pass')
    .option('--id-column <name>', "the column with the remote id; without it a row's content is its id")
    .option('--delimiter <char>', 'of a CSV file; default: found out from its header')
    .option('--sheet <name>', 'of an XLSX file; default: the first')
    .option('--refused <file>', 'where the report of refused rows goes; default: <file>.refused.csv')
    .option('--dry-run', 'check every row, store none')
    .action(async (file: string, options: ImportOptions, command) => {
      const { connect, out } = createContext(command, environment)
      const { readTable } = await import('./import-file.ts')
      const client = connect()
      const path = `/imports/${encodeURIComponent(options.system)}/${encodeURIComponent(options.object)}`
      const query = { idColumn: options.idColumn, dryRun: options.dryRun === true }
      const total = { rows: 0, accepted: 0 }
      const refused: (ReplyOf<'importRows'>['refused'][number] & { values: JsonObject })[] = []
      for await (const rows of inChunks(readTable(file, options), ROWS_PER_CALL)) {
        const firstRow = rows[0]?.row ?? 1
        const result = await client.post('importRows', path, { firstRow: 1, rows: rows.map(row => row.values) }, query)
        total.rows += result.rows
        total.accepted += result.accepted
        for (const entry of result.refused) {
          const row = rows[entry.row - 1]
          refused.push({ row: row?.row ?? firstRow, reason: entry.reason, values: row?.values ?? {} })
        }
        out.progress(`${total.rows} rows, ${total.accepted} taken, ${refused.length} refused`)
      }
      out.progress('')
      const report = options.refused ?? `${file}.refused.csv`
      if (refused.length > 0) writeReport(report, refused)
      out.value({
        ...total,
        refused: refused.map(({ row, reason }) => ({ row, reason })),
        ...(refused.length > 0 && { report }),
      })
      out.line(
        `${total.rows} rows: ${total.accepted} ${options.dryRun === true ? 'would be taken' : 'taken'}, ${refused.length} refused.`,
      )
      if (refused.length > 0) {
        out.line(`Refused rows with their reasons: ${report}`)
        setExitCode(2)
      }
    })
}

/** The refused rows as they were, with number and reason in front: correct them and import this file. */
function writeReport(file: string, refused: readonly { row: number; reason: string; values: JsonObject }[]): void {
  const columns = [...new Set(refused.flatMap(entry => Object.keys(entry.values)))]
  const lines = [
    ['row', 'refused_because', ...columns],
    ...refused.map(entry => [entry.row, entry.reason, ...columns.map(name => entry.values[name])]),
  ]
  try {
    writeFileSync(file, `\uFEFF${lines.map(csvLine).join('\r\n')}\r\n`, { mode: 0o600 })
  } catch (error) {
    throw new CliError(
      `the report of refused rows cannot be written to ${file}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

async function* inChunks(rows: AsyncIterable<FileRow>, size: number): AsyncGenerator<FileRow[]> {
  let chunk: FileRow[] = []
  for await (const row of rows) {
    chunk.push(row)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
