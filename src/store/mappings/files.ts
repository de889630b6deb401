import { sql } from 'kysely'
import type { Tables } from '#mapping/tables.ts'
import type { Tx } from '../database.ts'
import { lockMappings, publishRevisions } from './revisions.ts'
import { storedJson } from '../stored-json.ts'
import { keepTables, namesOf } from './tables.ts'

/** A mapping as its file has it. */
export interface FileText {
  name: string
  source: string
  /** Of the text and the tables. */
  hash: string
  /** The tables that it names. */
  tables: Tables
}

interface Known {
  mapping: string
  newest: number
  /** Of the newest revision that came from a file. */
  fileRevision: number | null
  fileHash: string | null
  published: number | null
  publishedHash: string | null
}

/**
 * Makes revisions of files that are new or changed since the last start, or that name a table of which that is so, and puts
 * them in force, unless a person has published another revision than the file's: that one stays. Returns the mappings of which that is so.
 */
export async function applyFiles(tx: Tx, files: readonly FileText[]): Promise<readonly string[]> {
  await lockMappings(tx)
  const { rows } = await sql<Known>`
    select mapping, max(revision)::int as newest,
      max(revision) filter (where origin = 'file')::int as "fileRevision",
      (array_agg(hash order by revision desc) filter (where origin = 'file'))[1] as "fileHash",
      max(revision) filter (where state = 'published')::int as published, max(hash) filter (where state = 'published') as "publishedHash"
    from mapping_revision group by mapping
  `.execute(tx)
  const known = new Map(rows.map(row => [row.mapping, row]))
  const made: (FileText & { revision: number })[] = []
  const wanted: { mapping: string; revision: number | null }[] = []
  const kept: string[] = []
  for (const file of files) {
    const was = known.get(file.name)
    const isNew = was?.fileHash !== file.hash
    const revision = isNew ? (was?.newest ?? 0) + 1 : (was.fileRevision ?? 1)
    if (isNew) made.push({ ...file, revision })
    // A person's revision stays, until the file says the same.
    const published = was?.published ?? undefined
    const isByPerson = published !== undefined && published !== was?.fileRevision && was?.publishedHash !== file.hash
    if (isByPerson && isNew) kept.push(file.name)
    if (!isByPerson && published !== revision) wanted.push({ mapping: file.name, revision })
  }
  const names = new Set(files.map(file => file.name))
  for (const { mapping, published, fileRevision } of rows)
    if (!names.has(mapping) && published !== null && published === fileRevision)
      wanted.push({ mapping, revision: null })
  await keepTables(
    tx,
    made.flatMap(({ tables }) => [...tables.values()]),
  )
  if (made.length > 0)
    await sql`
      insert into mapping_revision (mapping, revision, source, hash, tables, note, origin, state, created_by)
      select name, revision, source, hash, tables, note, 'file', 'retired', 'start'
      from json_to_recordset(${storedJson(made.map(revisionOf))}::json)
        as t(name text, revision int, source text, hash text, tables jsonb, note text)
    `.execute(tx)
  if (wanted.length > 0) await publishRevisions(tx, 'files', wanted, { by: 'start' })
  return kept
}

/** Its text may be that of the revision before: the note says what else it maps by. */
const revisionOf = ({ tables, ...file }: FileText & { revision: number }) => ({
  ...file,
  tables: namesOf(tables),
  note: tables.size === 0 ? null : `with ${[...tables.keys()].map(name => `tables/${name}.csv`).join(', ')}`,
})
