import { parse } from 'csv-parse/sync'
import { isJsonObject } from '#model/json.ts'
import type { JsonObject } from '#model/json.ts'
import type { ImportRow } from '../actions/actions.ts'
import { audit } from '../audit.ts'
import type { ConsoleParts, Handlers, ReplyOf } from '../handler.ts'
import type { Problem } from '../problem.ts'
import { isProblem, problem } from '../problem.ts'

type Refused = ReplyOf<'importRows'>['refused']

/** Rows that one call may bring; the command line sends larger files in several. */
const ROWS_MAX = 5_000

/** Import: each row passes the inbound mapping first; right rows become events of origin `import`, wrong ones are reported. */
export function createImportHandlers(parts: ConsoleParts): Pick<Handlers, 'importRows'> {
  return {
    async importRows({ path, query, body, actor }) {
      const { system, object } = path
      if (!Object.hasOwn(parts.config.systems, system)) {
        return problem('system_not_configured', { name: system })
      }
      const table = readRows(body, query.delimiter)
      if (isProblem(table)) return table
      const refused: Refused = []
      const accepted: ImportRow[] = []
      for (const [index, document] of table.rows.entries()) {
        const row = table.firstRow + index
        const read = toImportRow(document, query.idColumn)
        const reason = typeof read === 'string' ? read : await parts.actions.checkRow(system, object, read)
        if (reason !== undefined) refused.push({ row, reason })
        else if (typeof read !== 'string') accepted.push(read)
      }
      if (query.dryRun !== true && accepted.length > 0) {
        await parts.actions.appendRows(system, object, accepted)
        const detail = { rows: table.rows.length, accepted: accepted.length, refused: refused.length }
        await audit(parts.db, {
          id: parts.uuid(),
          actor: actor.name,
          action: 'import',
          target: `${system}/${object}`,
          detail,
        })
      }
      return { rows: table.rows.length, accepted: accepted.length, refused }
    },
  }
}

interface Table {
  /** Number of the first row in its file; a header line counts as row 1. */
  firstRow: number
  rows: readonly JsonObject[]
}

function readRows(body: unknown, delimiter: string | undefined): Table | Problem {
  if (isJsonObject(body) && Array.isArray(body.rows)) {
    return { firstRow: typeof body.firstRow === 'number' ? body.firstRow : 1, rows: body.rows.filter(isJsonObject) }
  }
  if (typeof body !== 'string') return problem('import_media', {})
  try {
    const rows: unknown = parse(body, {
      columns: true,
      bom: true,
      skip_empty_lines: true,
      delimiter: delimiter ?? ',',
      to: ROWS_MAX + 1,
    })
    if (!Array.isArray(rows)) return problem('import_without_header', {})
    if (rows.length > ROWS_MAX) return problem('import_too_long', { rows: ROWS_MAX })
    return { firstRow: 2, rows: rows.filter(isJsonObject) }
  } catch (error) {
    return problem('import_unreadable', { message: error instanceof Error ? error.message : String(error) })
  }
}

function toImportRow(document: JsonObject, idColumn: string | undefined): ImportRow | string {
  if (Object.values(document).every(value => value === '' || value === null)) return 'the row is empty'
  if (idColumn === undefined) return { remoteId: undefined, document }
  const id = document[idColumn]
  if (id === undefined) return `there is no column "${idColumn}"`
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') return `column "${idColumn}" is empty`
  return { remoteId: String(id), document }
}
