import { createReadStream, existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { parse } from 'csv-parse'
import readExcelFile from 'read-excel-file/node'
import { isJsonObject } from '#model/json.ts'
import type { Json, JsonObject } from '#model/json.ts'
import { CliError } from '../cli-error.ts'

/** A row with its number in the file; the header is row 1. */
export interface FileRow {
  row: number
  values: JsonObject
}

interface TableOptions {
  delimiter?: string
  sheet?: string
}

/** Reads a CSV (UTF-8, any of the usual delimiters) or XLSX file row by row; its first row names the columns. */
export function readTable(file: string, options: TableOptions): AsyncIterable<FileRow> {
  if (!existsSync(file)) throw new CliError(`there is no file ${file}`)
  return /\.xlsx$/i.test(file) ? readXlsx(file, options.sheet) : readCsv(file, options.delimiter)
}

async function* readCsv(file: string, delimiter: string | undefined): AsyncGenerator<FileRow> {
  const used = delimiter ?? (await guessDelimiter(file))
  const parser = createReadStream(file).pipe(
    parse({
      columns: true,
      bom: true,
      skip_empty_lines: true,
      info: true,
      delimiter: used,
      relax_column_count_less: true,
    }),
  )
  try {
    for await (const entry of parser) {
      const found: unknown = entry
      if (!isJsonObject(found) || !isJsonObject(found.record) || !isJsonObject(found.info)) continue
      yield { row: Number(found.info.lines), values: found.record }
    }
  } catch (error) {
    throw new CliError(`${file} cannot be read as CSV: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The delimiter that stands most often in the header line. */
async function guessDelimiter(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(64 * 1_024) })
    const header = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/)[0] ?? ''
    const counts = [',', ';', '\t', '|'].map(char => ({ char, count: header.split(char).length }))
    return counts.reduce((best, next) => (next.count > best.count ? next : best)).char
  } finally {
    await handle.close()
  }
}

async function* readXlsx(file: string, sheet: string | undefined): AsyncGenerator<FileRow> {
  const rows = await readSheet(file, sheet)
  const [header, ...body] = rows
  const names = (header ?? []).map(cell => cellText(cell))
  for (const [index, cells] of body.entries()) {
    const values = Object.fromEntries(
      names.flatMap((name, column): [string, Json][] => (name === '' ? [] : [[name, cellText(cells[column])]])),
    )
    if (Object.values(values).some(value => value !== '')) yield { row: index + 2, values }
  }
}

async function readSheet(file: string, sheet: string | undefined): Promise<readonly (readonly unknown[])[]> {
  try {
    const sheets = await readExcelFile(file)
    const found = sheet === undefined ? sheets[0] : sheets.find(entry => entry.sheet === sheet)
    if (!found)
      throw new CliError(`${file} has no sheet "${sheet ?? ''}"; it has ${sheets.map(entry => entry.sheet).join(', ')}`)
    return found.data
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(`${file} cannot be read as XLSX: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Cells as text, as in a CSV file: mappings see the same whatever the file was. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  if (cell instanceof Date) return cell.toISOString().replace(/T00:00:00\.000Z$/, '')
  return typeof cell === 'string' ? cell.trim() : JSON.stringify(cell)
}
