import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client, type ClientConfig } from 'pg'

/** One file of `migrations/`: `0001_initial.sql` is version 1. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
  /** SHA-256 of the file, kept so that an edit of an applied migration is noticed. */
  readonly hash: string
}

export type MigrateErrorCode = 'database_newer' | 'migration_changed' | 'migration_failed'

/** The database cannot be brought to this build's schema. */
export class MigrateError extends Error {
  readonly code: MigrateErrorCode

  constructor(code: MigrateErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'MigrateError'
    this.code = code
  }
}

const builtIn = join(import.meta.dirname, 'migrations')
/** Any number that nothing else locks: the letters "PTCH". */
const lockKey = 0x50544348

/** Reads the migrations of a folder in order of their version. Throws on a gap or a double number: a broken build. */
export function readMigrations(dir = builtIn): Migration[] {
  const files = readdirSync(dir)
    .filter(name => name.endsWith('.sql'))
    .sort()
  return files.map((file, index) => {
    const match = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file)
    if (match === null || Number(match[1]) !== index + 1) {
      throw new Error(`migration ${file}: expected the name ${String(index + 1).padStart(4, '0')}_<name>.sql`)
    }
    const sql = readFileSync(join(dir, file), 'utf8')
    return { version: index + 1, name: match[2] ?? '', sql, hash: createHash('sha256').update(sql).digest('hex') }
  })
}

/**
 * Brings the database to this build's schema. Each migration commits together with its row in `schema_migration`. Any
 * number of processes may do this at once: one works, the others wait and find nothing left to do.
 *
 * @returns the versions applied by this call, in order
 * @throws MigrateError
 */
export async function migrate(connection: string | ClientConfig, migrations = readMigrations()): Promise<number[]> {
  const client = new Client(connection)
  client.on('error', () => {})
  await client.connect()
  try {
    // A session lock: it spans the transactions, and ends with the connection if this process dies.
    await client.query('select pg_advisory_lock($1)', [lockKey])
    return await applyMissing(client, migrations)
  } finally {
    await client.end()
  }
}

async function applyMissing(client: Client, migrations: readonly Migration[]): Promise<number[]> {
  await client.query(
    `create table if not exists schema_migration (
       version integer primary key, name text not null, hash text not null, applied_at timestamptz not null default now())`,
  )
  const { rows } = await client.query<{ version: number; name: string; hash: string }>(
    'select version, name, hash from schema_migration order by version',
  )
  for (const row of rows) checkApplied(row, migrations)
  const missing = migrations.filter(migration => !rows.some(row => row.version === migration.version))
  for (const migration of missing) await apply(client, migration)
  return missing.map(migration => migration.version)
}

function checkApplied(row: { version: number; name: string; hash: string }, migrations: readonly Migration[]): void {
  const known = migrations.find(migration => migration.version === row.version)
  const label = `${String(row.version).padStart(4, '0')}_${row.name}`
  if (known === undefined) {
    throw new MigrateError(
      'database_newer',
      `The database was made by a newer version of the hub (it has migration ${label}, this build ends at ${migrations.length}). Start that version or a later one.`,
    )
  }
  if (known.hash !== row.hash) {
    throw new MigrateError(
      'migration_changed',
      `Migration ${label} was edited after it had been applied to this database. Restore the file, or use another database or data folder.`,
    )
  }
}

async function apply(client: Client, migration: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(migration.sql)
    await client.query('insert into schema_migration (version, name, hash) values ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.hash,
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    const reason = error instanceof Error ? error.message : String(error)
    throw new MigrateError(
      'migration_failed',
      `Migration ${migration.version} (${migration.name}) failed and was rolled back: ${reason}`,
      error,
    )
  }
}
