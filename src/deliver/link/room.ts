import { sql } from 'kysely'
import type { Database } from '#store/database.ts'

/** Loaded events that may be between the gateway and planning at a time, of all systems together. */
export const IN_PIPELINE_MAX = 100
/** Live work that waits longer than this is waiting; what is younger is just being worked on. */
const LIVE_WAITS_MS = 100

export interface Pressure {
  /** Loaded events that are not planned yet, counted as far as it matters. */
  inPipeline: number
  /** Live events, source records or golden records wait, or calls of the given system. */
  liveWaits: boolean
}

/** How much of what was loaded is still on its way, and whether live work waits: first link goes behind it. */
export async function readPressure(database: Database, system: string | undefined): Promise<Pressure> {
  const before = sql`now() - ${LIVE_WAITS_MS} * interval '1 millisecond'`
  const { rows } = await sql<Pressure>`
    select (
      (select count(*) from (select from event where state = 'pending' and origin = 'load' limit ${IN_PIPELINE_MAX}) e)
      + (select count(*) from (select from resolve_work where priority > 0 limit ${IN_PIPELINE_MAX}) r)
      + (select count(*) from (select from plan_work where priority > 0 limit ${IN_PIPELINE_MAX}) p))::int as "inPipeline",
      exists (select from event where state = 'pending' and origin <> 'load' and received_at < ${before})
      or exists (select from resolve_work where priority = 0 and since < ${before})
      or exists (select from plan_work where priority = 0 and since < ${before})
      or exists (select from event where state = 'reading' and due_at < ${before} and system = ${system ?? null})
      or exists (select from delivery where system = ${system ?? null} and priority = 0 and due_at < ${before}
        and (lease_until is null or lease_until < now())) as "liveWaits"
  `.execute(database.kysely)
  return rows[0] ?? { inPipeline: 0, liveWaits: false }
}
