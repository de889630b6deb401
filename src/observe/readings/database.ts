import { sql } from 'kysely'
import type { Reading } from './reading.ts'

/** Whether PostgreSQL answers, and how soon; the wait for a connection counts, since everybody waits for one. */
export const databaseReading: Reading = {
  name: 'database',
  freshMs: 1_000,
  async take({ database, metrics }) {
    const startedMs = performance.now()
    const late = setTimeout(() => metrics.databaseUp.set({}, 0), LATE_MS)
    try {
      await sql`select 1`.execute(database.kysely)
      metrics.databaseUp.set({}, 1)
    } catch {
      metrics.databaseUp.set({}, 0)
    } finally {
      clearTimeout(late)
      metrics.databaseAnswer.set({}, (performance.now() - startedMs) / 1000)
    }
  },
}

/** Before a scrape gives up waiting for the readings. */
const LATE_MS = 1_500
