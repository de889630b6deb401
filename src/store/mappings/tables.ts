import { sql } from 'kysely'
import type { Table, Tables } from '#mapping/tables.ts'
import type { Db, Tx } from '../database.ts'
import { storedJson } from '../stored-json.ts'

/** The tables that a revision of a mapping maps by: their hashes by name. */
export type TableNames = Readonly<Record<string, string>>

export const namesOf = (tables: Tables): TableNames =>
  Object.fromEntries([...tables].map(([name, { hash }]) => [name, hash]))

/** Keeps the content of tables for the revisions that name them. */
export async function keepTables(tx: Tx, tables: readonly Table[]): Promise<void> {
  if (tables.length === 0) return
  const contents = [...new Map(tables.map(({ hash, source }) => [hash, { hash, source }])).values()]
  await sql`
    insert into lookup_table (hash, source) select hash, source
    from json_to_recordset(${storedJson(contents)}::json) as t(hash text, source text) on conflict do nothing
  `.execute(tx)
}

/** The texts of tables by hash. */
export async function readTables(db: Db, hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (hashes.length === 0) return new Map()
  const { rows } = await sql<{ hash: string; source: string }>`
    select hash, source from lookup_table where hash = any(${hashes})
  `.execute(db)
  return new Map(rows.map(({ hash, source }) => [hash, source]))
}
