import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse'
import type { Entity } from '#model/entities.ts'
import { canonicalRow } from '#model/header-fields.ts'
import { type ColumnTarget, recogniseColumns } from '#model/header-names.ts'
import type { JsonObject } from '#model/json.ts'

/** A record of a set, in canonical form. */
export interface SetRecord {
  id: string
  entity: Entity
  fields: JsonObject
}

/** The records of `records.csv` one by one; columns by the field map, else recognised by their names as an import would. */
export async function* readRecords(folder: string, fieldsFile: string | undefined): AsyncGenerator<SetRecord> {
  const parser = createReadStream(join(folder, 'records.csv')).pipe(
    parse({ columns: true, bom: true, skip_empty_lines: true }),
  )
  let columns: ReadonlyMap<string, ColumnTarget> | undefined
  for await (const row of parser as AsyncIterable<Record<string, string>>) {
    columns ??= columnsOf(Object.keys(row), fieldsFile)
    const found = canonicalRow(row, columns) ?? { entity: 'person' as const, fields: {} }
    yield { id: row['record_id'] ?? '', ...found }
  }
}

/** A field map names a target per column: `{"Site name": "account.name", "Zip": "address.postalCode", "Notes": null}`. */
function columnsOf(headers: readonly string[], fieldsFile: string | undefined): Map<string, ColumnTarget> {
  const columns = recogniseColumns(headers.filter(header => header !== 'record_id'))
  if (fieldsFile === undefined) return columns
  const given = JSON.parse(readFileSync(fieldsFile, 'utf8')) as Record<string, string | null>
  for (const [header, target] of Object.entries(given)) {
    if (target === null) columns.delete(header)
    else columns.set(header, target)
  }
  return columns
}

/** The cluster of each record, by `truth.csv`: read when all is resolved. */
export async function readTruth(folder: string): Promise<Map<string, string>> {
  const truth = new Map<string, string>()
  const parser = createReadStream(join(folder, 'truth.csv')).pipe(
    parse({ columns: true, bom: true, skip_empty_lines: true }),
  )
  for await (const row of parser as AsyncIterable<Record<string, string>>)
    truth.set(row['record_id'] ?? '', row['cluster_id'] ?? '')
  return truth
}
