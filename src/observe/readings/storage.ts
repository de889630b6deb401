import { statfs } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Reading } from './reading.ts'

/** The disk below the data folder, and what the database takes of its own. */
export const storageReading: Reading = {
  name: 'storage',
  freshMs: 30_000,
  async take({ config, database, metrics }) {
    // With a database elsewhere there may be no data folder.
    const disk = await statfs(config.hub.dataDir).catch(() => statfs('.'))
    metrics.diskFree.set({}, disk.bavail * disk.bsize)
    metrics.diskSize.set({}, disk.blocks * disk.bsize)
    const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(
      database.kysely,
    )
    metrics.databaseSize.set({}, rows[0]?.bytes ?? 0)
  },
}
