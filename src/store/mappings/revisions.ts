import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Tables } from '#mapping/tables.ts'
import type { Json } from '#model/json.ts'
import type { Db, Tx } from '../database.ts'
import { storedJson } from '../stored-json.ts'
import { keepTables, namesOf, type TableNames } from './tables.ts'

/** A mapping as it is in force. */
export interface PublishedMapping {
  name: string
  revision: number
  source: string
  hash: string
  /** Null: it names none, or is a draft, which is given those of the files when it is published. */
  tables: TableNames | null
}

export interface RevisionRow extends PublishedMapping {
  origin: 'file' | 'admin'
  state: 'draft' | 'published' | 'retired'
  /** In the form of a cases file; null: those of the file. */
  cases: Json | null
  note: string | null
  createdBy: string
  createdAt: Date
  changedAt: Date
  publishedAt: Date | null
}

/** What a publication did to one mapping. */
export interface PublishedChange {
  mapping: string
  /** Null: it ended. */
  revision: number | null
  /** Null: it began. */
  previous: number | null
}

export interface PublicationRow {
  number: number
  kind: 'files' | 'publish' | 'rollback'
  changes: PublishedChange[]
  note: string | null
  by: string
  at: Date
}

const revisionColumns = sql`mapping as name, revision, source, hash, tables, origin, state, cases, note, created_by as "createdBy",
  created_at as "createdAt", changed_at as "changedAt", published_at as "publishedAt"`

/** All mappings in force, and the number of the publication that they are from (0 before the first). */
export async function readPublished(db: Db): Promise<{ publication: number; mappings: PublishedMapping[] }> {
  const { rows } = await sql<{ publication: number } & Partial<PublishedMapping>>`
    select p.publication, m.mapping as name, m.revision, m.source, m.hash, m.tables
    from (select coalesce(max(number), 0)::float8 as publication from mapping_publication) p
    left join mapping_revision m on m.state = 'published' order by m.mapping
  `.execute(db)
  const mappings = rows.flatMap(({ name, revision, source, hash, tables = null }) =>
    typeof name === 'string' && revision !== undefined && source !== undefined && hash !== undefined
      ? [{ name, revision, source, hash, tables }]
      : [],
  )
  return { publication: rows[0]?.publication ?? 0, mappings }
}

/** The number of the newest publication, 0 before the first. */
export async function newestPublication(db: Db): Promise<number> {
  const { rows } = await sql<{ number: number }>`
    select coalesce(max(number), 0)::float8 as number from mapping_publication
  `.execute(db)
  return rows[0]?.number ?? 0
}

/** Revisions, newest first: of one mapping, or all that are in a state. */
export async function readRevisions(
  db: Db,
  of: { mapping?: string; revision?: number; state?: RevisionRow['state'] },
): Promise<RevisionRow[]> {
  const { rows } = await sql<RevisionRow>`
    select ${revisionColumns} from mapping_revision
    where (${of.mapping ?? null}::text is null or mapping = ${of.mapping ?? null})
      and (${of.revision ?? null}::int is null or revision = ${of.revision ?? null}) and (${of.state ?? null}::text is null or state = ${of.state ?? null})
    order by mapping, revision desc
  `.execute(db)
  return rows
}

/** Publications, newest first: all, one of them, or those that changed a mapping. */
export async function readPublications(
  db: Db,
  of: { limit: number; number?: number; mapping?: string },
): Promise<PublicationRow[]> {
  const changed = of.mapping === undefined ? null : JSON.stringify([{ mapping: of.mapping }])
  const { rows } = await sql<PublicationRow>`
    select number::float8 as number, kind, changes, note, by, at from mapping_publication
    where kind in ('files', 'publish', 'rollback') and (${of.number ?? null}::bigint is null or number = ${of.number ?? null})
      and (${changed}::jsonb is null or changes @> ${changed}::jsonb)
    order by number desc limit ${of.limit}
  `.execute(db)
  return rows
}

/** Names what a draft holds: another one after each save that changed its text or its cases. */
export function draftVersion({ source, cases }: Pick<RevisionRow, 'source' | 'cases'>): string {
  return createHash('sha256')
    .update(JSON.stringify([source, cases]))
    .digest('hex')
    .slice(0, 16)
}

/** What a person saves as a draft. */
export interface DraftText {
  mapping: string
  source: string
  hash: string
  /** Undefined: as they were. */
  cases: Json | undefined
  note: string | undefined
  by: string
}

/** Saves the draft of a mapping. `expected` is the version of the draft that it was made from, null where there was none: another one is told, and stays. */
export async function saveDraft(
  tx: Tx,
  draft: DraftText,
  expected: string | null | undefined,
): Promise<{ ok: true; draft: RevisionRow } | { ok: false; draft: RevisionRow | undefined }> {
  await lockMappings(tx)
  const [known] = await readRevisions(tx, { mapping: draft.mapping, state: 'draft' })
  const version = known === undefined ? null : draftVersion(known)
  if (expected !== undefined && version !== expected) return { ok: false, draft: known }
  const cases = draft.cases === undefined ? sql`null` : sql`${JSON.stringify(draft.cases)}::jsonb`
  const { rows } =
    known === undefined
      ? await sql<RevisionRow>`
          insert into mapping_revision (mapping, revision, source, hash, origin, state, created_by, note, cases)
          select ${draft.mapping}, coalesce(max(revision), 0) + 1, ${draft.source}, ${draft.hash}, 'admin', 'draft', ${draft.by}, ${draft.note ?? null},
            coalesce(${cases}, (select p.cases from mapping_revision p where p.mapping = ${draft.mapping} and p.state = 'published'))
          from mapping_revision where mapping = ${draft.mapping}
          returning ${revisionColumns}`.execute(tx)
      : await sql<RevisionRow>`
          update mapping_revision set source = ${draft.source}, hash = ${draft.hash}, created_by = ${draft.by}, changed_at = now(),
            note = coalesce(${draft.note ?? null}, note), cases = coalesce(${cases}, cases)
          where mapping = ${draft.mapping} and state = 'draft' returning ${revisionColumns}`.execute(tx)
  const [saved] = rows
  return saved === undefined ? { ok: false, draft: known } : { ok: true, draft: saved }
}

/** Throws the draft of a mapping away. False: there was none. */
export async function dropDraft(db: Db, mapping: string): Promise<boolean> {
  const { rows } = await sql`
    delete from mapping_revision where mapping = ${mapping} and state = 'draft' returning mapping
  `.execute(db)
  return rows.length > 0
}

/** Settles what a draft maps by, for good: revisions that are put back later map as they did. */
export async function settleDraft(
  tx: Tx,
  { name, revision }: { name: string; revision: number },
  { hash, tables }: { hash: string; tables: Tables },
): Promise<void> {
  await keepTables(tx, [...tables.values()])
  await sql`
    update mapping_revision set hash = ${hash}, tables = ${JSON.stringify(namesOf(tables))}::jsonb
    where mapping = ${name} and revision = ${revision}
  `.execute(tx)
}

/** Publications, drafts and starts come one after the other; the key is that of applied configurations. */
export async function lockMappings(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(1885435747)`.execute(tx)
}

/** Puts revisions in force, all at once, and those that were before out of it. A null revision ends its mapping. */
export async function publishRevisions(
  tx: Tx,
  kind: PublicationRow['kind'],
  wanted: readonly { mapping: string; revision: number | null }[],
  act: { by: string; note?: string | undefined },
): Promise<PublicationRow> {
  const rows = storedJson(wanted)
  const input: RawBuilder<unknown> = sql`json_to_recordset(${rows}::json) as t(mapping text, revision int)`
  const { rows: before } = await sql<PublishedChange>`
    select t.mapping, t.revision, p.revision as previous from ${input}
    left join mapping_revision p on p.mapping = t.mapping and p.state = 'published' order by t.mapping
  `.execute(tx)
  await sql`
    update mapping_revision r set state = 'retired' from ${input} where r.mapping = t.mapping and r.state = 'published'
  `.execute(tx)
  await sql`
    update mapping_revision r set state = 'published', published_at = now(), note = coalesce(${act.note ?? null}, r.note)
    from ${input} where r.mapping = t.mapping and r.revision = t.revision
  `.execute(tx)
  const { rows: made } = await sql<PublicationRow>`
    insert into mapping_publication (kind, changes, note, by) values (${kind}, ${JSON.stringify(before)}::jsonb, ${act.note ?? null}, ${act.by})
    returning number::float8 as number, kind, changes, note, by, at
  `.execute(tx)
  const [publication] = made
  if (publication === undefined) throw new Error('the publication was not stored')
  return publication
}
