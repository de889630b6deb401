import type { HubConfig } from '#config/config.ts'
import type { MappingLibrary, MappingProblem } from '#mapping/library.ts'
import { createLiveMappings, type LiveMappings, type RevisedSource } from '#mapping/live.ts'
import { readTable, type Table, type Tables } from '#mapping/tables.ts'
import type { Log } from '#observe/log.ts'
import type { Database, Db } from '#store/database.ts'
import { applyFiles } from '#store/mappings/files.ts'
import { newestPublication, type PublishedMapping, readPublished } from '#store/mappings/revisions.ts'
import { readTables } from '#store/mappings/tables.ts'

/** The mappings in force, as this process has them. */
export interface MappingRevisions {
  readonly live: LiveMappings
  /** All that is published, with the tables that it maps by. */
  published(db: Db): Promise<{ publication: number; mappings: RevisedSource[] }>
  /** Takes over what was published since, at once. Returns the publication that this process now works by. */
  refresh(): Promise<number>
}

export interface MappingRevisionOptions {
  config: HubConfig
  /** The mappings of the files. */
  files: MappingLibrary
  /** False: the files are older than what other processes run, and say nothing. */
  areFilesApplied: boolean
  log: Log
}

/** Makes revisions of changed files, and puts the published revisions in the place of the files' mappings. */
export async function openMappingRevisions(
  database: Database,
  { config, files, areFilesApplied, log }: MappingRevisionOptions,
): Promise<MappingRevisions> {
  const { mappingTimeMs: timeMs, mappingOutputBytesMax: outputBytesMax } = config.limits
  const live = createLiveMappings(files, { timeMs, outputBytesMax })
  const withTables = createTableReader(files.tables)
  let known = -1

  async function published(db: Db): Promise<{ publication: number; mappings: RevisedSource[] }> {
    const { publication, mappings } = await readPublished(db)
    return { publication, mappings: await withTables(db, mappings) }
  }

  async function refresh(): Promise<number> {
    const { publication, mappings } = await published(database.kysely)
    if (publication <= known) return known
    tellBroken(live.replace(mappings), log)
    known = publication
    return known
  }

  if (areFilesApplied) {
    const texts = files.names().flatMap(name => files.get(name) ?? [])
    const kept = await database.transaction(tx => applyFiles(tx, texts))
    for (const mapping of kept)
      log.warn(
        { unit: 'mappings', mapping },
        'its file changed, but a person has published a revision of it, which stays: "patchbay map history" shows both',
      )
  }
  await refresh()
  return { live, published, refresh }
}

/** Gives mappings the tables that they name. Each table is read once, and held while one of them names it. */
function createTableReader(files: Tables) {
  let held = new Map([...files.values()].map(table => [table.hash, table]))
  return async (db: Db, mappings: readonly PublishedMapping[]): Promise<RevisedSource[]> => {
    const named = new Set(mappings.flatMap(({ tables }) => Object.values(tables ?? {})))
    for (const [hash, source] of await readTables(db, [...named.difference(held)])) {
      const read = readTable(Buffer.from(source))
      if (read.ok) held.set(hash, read.table)
    }
    const kept = new Map([...held].filter(([hash]) => named.has(hash)))
    const tablesOf = (names: Readonly<Record<string, string>>): Tables =>
      new Map(
        Object.entries(names).flatMap(([name, hash]): [string, Table][] => {
          const table = kept.get(hash)
          return table === undefined ? [] : [[name, table]]
        }),
      )
    held = kept
    return mappings.map(({ tables, ...mapping }) => ({
      ...mapping,
      ...(tables === null ? {} : { tables: tablesOf(tables) }),
    }))
  }
}

function tellBroken(problems: readonly MappingProblem[], log: Log): void {
  for (const { name, message } of problems)
    log.error(
      { unit: 'mappings', mapping: name, message },
      'a published mapping does not compile here; the one before goes on',
    )
}

/** Follows publications of other processes. `isNew` is told of each. Returns what ends it. */
export function watchPublications(
  database: Database,
  revisions: MappingRevisions,
  everyMs: number,
  log: Log,
  isNew: (publication: number) => Promise<void>,
): () => void {
  let told = -1
  let isLooking = false
  async function look(): Promise<void> {
    const newest = await newestPublication(database.kysely)
    if (newest <= told) return
    told = await revisions.refresh()
    await isNew(told)
  }
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    look()
      .catch((error: unknown) => log.warn({ err: error }, 'the published mappings could not be read'))
      .finally(() => (isLooking = false))
  }, everyMs)
  return () => clearInterval(timer)
}
