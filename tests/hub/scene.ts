import { sql } from 'kysely'
import type { Hub } from '#app.ts'
import { startTestHub, type TestHubOptions, until } from '../support/hub.ts'
import { openWork } from './open-work.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

/** A hub on a database of its own, with what tests do to it and ask of it. */
export interface Scene {
  hub: Hub
  db: TestDatabase
  /** Sends events to a system of the memory connector; a text goes as it is. */
  post: (system: string, events: unknown) => Promise<Response>
  /** Waits until every event has ended and every delivery rests. */
  calm: (timeoutMs?: number) => Promise<void>
  /** Rows of a query, for a look at what is stored. */
  rows: <T>(text: string) => Promise<T[]>
}

/** A site that tells of people, who are written to a CRM. */
export const SITE_AND_CRM = `
systems:
  site: { connector: site, objects: { contact: {} } }
  crm: { connector: crm, objects: { contact: {} } }
routes:
  - { entity: person, system: crm, object: contact }
`

/** Looks in a row, 10 ms apart, that must find nothing to do. */
const QUIET_LOOKS = 8

export async function startScene(options: Omit<TestHubOptions, 'databaseUrl'>, db?: TestDatabase): Promise<Scene> {
  const database = db ?? (await createTestDatabase())
  return sceneOf(await startTestHub({ ...options, databaseUrl: database.url }), database)
}

export function sceneOf(hub: Hub, db: TestDatabase): Scene {
  const rows = async <T>(text: string): Promise<T[]> => (await sql.raw<T>(text).execute(db.database.kysely)).rows
  return {
    hub,
    db,
    rows,
    post: (system, events) =>
      fetch(`${hub.url}/in/${system}`, {
        method: 'POST',
        headers: { 'x-token': 't', 'content-type': 'application/json' },
        body: typeof events === 'string' ? events : JSON.stringify(events),
      }),
    calm: async timeoutMs => {
      // What follows from a settled call is another statement: at rest is what stays so for a while.
      let quietLooks = 0
      await until(
        () => openWork(rows),
        open => {
          quietLooks = open.length === 0 ? quietLooks + 1 : 0
          return quietLooks >= QUIET_LOOKS
        },
        timeoutMs,
      )
    },
  }
}
