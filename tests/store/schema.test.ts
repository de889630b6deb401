import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/postgres.ts'

const { database } = await createTestDatabase()

test('the folder schema names every table and column of the migrations, nullable where they are', async () => {
  const { rows } = await sql<{ table: string; columns: string[] }>`
    select c.table_name as table,
           array_agg(c.column_name || case when c.is_nullable = 'YES' then '?' else '' end order by c.column_name) as columns
    from information_schema.columns c join pg_class k on k.relname = c.table_name and not k.relispartition
    where c.table_schema = 'public' group by 1 order by 1`.execute(database.kysely)
  expect(describeSchema()).toEqual(Object.fromEntries(rows.map(row => [row.table, row.columns])))
})

/** Reads the interfaces of the folder as text: types are gone at run time. */
function describeSchema(): Record<string, string[]> {
  const folder = join(import.meta.dirname, '../../src/store/schema')
  const text = readdirSync(folder)
    .map(name => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
  const lists = [...text.matchAll(/^export interface \w+Tables \{\n([\s\S]*?)\n\}/gm)].map(([, body = '']) => body)
  const tables = [...lists.join('\n').matchAll(/^ {2}(\w+): (\w+)$/gm)]
  return Object.fromEntries(tables.map(([, table = '', type = '']) => [table, columnsOf(bodyOf(text, type))]))
}

function columnsOf(body: string): string[] {
  return [...body.matchAll(/^ {2}(\w+): (.+)$/gm)]
    .map(([, column, type = '']) => `${column}${/\| null\b|^NullableJsonb/.test(type) ? '?' : ''}`)
    .sort()
}

function bodyOf(text: string, name: string): string {
  return new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? ''
}
