import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { CsvError, parse } from 'csv-parse/sync'

/** A look-up table: what `$table` gives, by key. */
export interface Table {
  /** Names its content. */
  readonly hash: string
  /** The text it was read from. */
  readonly source: string
  /** The headers behind that of the key. */
  readonly columns: readonly string[]
  readonly rows: ReadonlyMap<string, TableRow>
}

/** Of a table of two columns the value, of a wider one the cells by their headers. */
export type TableRow = string | Readonly<Record<string, string>>

/** Look-up tables by name. */
export type Tables = ReadonlyMap<string, Table>

export const noTables: Tables = new Map()

export const TABLE_ROWS_MAX = 20_000
export const TABLE_BYTES_MAX = 2 * 1_048_576

export interface TableProblem {
  readonly line: number
  readonly message: string
}

type TableRead = { ok: true; table: Table } | { ok: false; problems: readonly TableProblem[] }

/** Why a file of this size is not read; undefined: it is. */
export function sizeProblem(bytes: number): TableRead | undefined {
  return bytes <= TABLE_BYTES_MAX
    ? undefined
    : refused(
        1,
        `the table has ${bytes} bytes, expected at most ${TABLE_BYTES_MAX}: leave out what no mapping asks for`,
      )
}

/** A row as it was read, and the line on which it ends. */
interface Line {
  readonly record: readonly string[]
  readonly info: { readonly lines: number }
}

/**
 * Reads a table from CSV: a line of headers, then a row per key, which stands in the first column. Of two columns the row is the
 * value of the second, of more it is an object of the others by their headers, without the cells that are empty.
 */
export function readTable(bytes: Buffer): TableRead {
  if (!isUtf8(bytes) || bytes.includes(0)) return refused(1, 'expected UTF-8: save the file again as "CSV UTF-8"')
  let lines: readonly Line[]
  try {
    // With `info` each row comes with its place, which the types of the library do not know.
    lines = parse(bytes, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
      info: true,
    }) as never
  } catch (error) {
    return refused(
      error instanceof CsvError ? Number(error['lines'] ?? 1) : 1,
      `not CSV: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  const [{ record: headers } = { record: [] }, ...records] = lines
  const wrong = headersProblem(headers)
  if (wrong !== undefined) return refused(1, wrong)
  const over = records[TABLE_ROWS_MAX]
  if (over !== undefined)
    return refused(over.info.lines, `the table has ${records.length} rows, expected at most ${TABLE_ROWS_MAX}`)
  const rows = new Map<string, TableRow>()
  const problems: TableProblem[] = []
  for (const { record, info } of records) {
    const problem = rowProblem(record, headers, rows)
    if (problem === undefined) rows.set(record[0] ?? '', rowOf(record, headers))
    else problems.push({ line: info.lines, message: problem })
  }
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, PROBLEMS_TOLD) }
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32)
  return { ok: true, table: { hash, source: bytes.toString(), columns: headers.slice(1), rows } }
}

/** One wrong separator makes a problem of each row. */
const PROBLEMS_TOLD = 10

const refused = (line: number, message: string): TableRead => ({ ok: false, problems: [{ line, message }] })

function headersProblem(headers: readonly string[]): string | undefined {
  if (headers.length < 2)
    return 'expected a line of headers with two columns or more, separated by commas, such as "region,owner"'
  return new Set(headers).size < headers.length || headers.includes('')
    ? `expected a different header for each column, found "${headers.join(',')}"`
    : undefined
}

function rowProblem(
  cells: readonly string[],
  headers: readonly string[],
  rows: ReadonlyMap<string, unknown>,
): string | undefined {
  if (cells.length !== headers.length)
    return `expected ${headers.length} columns, found ${cells.length}: quote cells that hold commas`
  const [key = ''] = cells
  if (key === '') return `expected a key in column "${headers[0]}", found nothing`
  if (headers.length === 2 && cells[1] === '')
    return `expected a value in column "${headers[1]}", found nothing: leave the row out`
  return rows.has(key) ? `the key "${key}" is there twice: leave one of its rows` : undefined
}

function rowOf(cells: readonly string[], headers: readonly string[]): TableRow {
  if (headers.length === 2) return cells[1] ?? ''
  // fromEntries makes a plain member of whatever a header is called.
  return Object.fromEntries(
    headers.flatMap((header, n) => (n === 0 || cells[n] === '' ? [] : [[header, cells[n] ?? '']])),
  )
}
