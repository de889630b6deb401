import { sql } from 'kysely'
import type { Database } from '#store/database.ts'

/** Loaded events that may be between the gateway and planning at a time, of all systems together. */
export const IN_PIPELINE_MAX = 100
/** Live work that waits longer than this is waiting; what is younger is just being worked on. */
const LIVE_WAITS_MS = 100
const LOOK_MS = 50
/**
 * Beside live work, loading is at work for one part of so many and rests for the others: by x 5 the p99 of live events hardly
 * grows on two cores that they keep busy to four fifths (docs/performance.md).
 */
const PARTS_BESIDE_LIVE = 5
const REST_MAX_MS = 2_000

export interface Pressure {
  /** Loaded events that are not planned yet, counted as far as it matters. */
  inPipeline: number
  /** Live events, source records or golden records are on their way. */
  liveFlows: boolean
  /** Some of these wait, or calls of the given system. */
  liveWaits: boolean
}

/** How much of what was loaded is still on its way, and whether live work flows or waits: first link goes behind it. */
export async function readPressure(database: Database, system: string | undefined): Promise<Pressure> {
  const before = sql`now() - ${LIVE_WAITS_MS} * interval '1 millisecond'`
  const { rows } = await sql<Pressure>`
    select (
      (select count(*) from (select from event where state = 'pending' and origin = 'load' limit ${IN_PIPELINE_MAX}) e)
      + (select count(*) from (select from resolve_work where priority > 0 limit ${IN_PIPELINE_MAX}) r)
      + (select count(*) from (select from plan_work where priority > 0 limit ${IN_PIPELINE_MAX}) p))::int as "inPipeline",
      exists (select from event where state = 'pending' and origin <> 'load')
      or exists (select from resolve_work where priority = 0)
      or exists (select from plan_work where priority = 0) as "liveFlows",
      exists (select from event where state = 'pending' and origin <> 'load' and received_at < ${before})
      or exists (select from resolve_work where priority = 0 and since < ${before})
      or exists (select from plan_work where priority = 0 and since < ${before})
      or exists (select from event where state = 'reading' and due_at < ${before} and system = ${system ?? null})
      or exists (select from delivery where system = ${system ?? null} and priority = 0 and due_at < ${before}
        and (lease_until is null or lease_until < now())) as "liveWaits"
  `.execute(database.kysely)
  return rows[0] ?? { inPipeline: 0, liveFlows: false, liveWaits: false }
}

/**
 * The room that loading has, as this process sees it. Where nothing live is on its way it fills the pipeline up to its bound;
 * beside live work one append at a time goes through, and then it rests for several times as long as that took.
 */
export function createRoom(parts: { database: Database; nowMs: () => number }) {
  let storedAtMs = parts.nowMs()
  /** How long the last append took to go through the pipeline, as far as that was seen. */
  let throughMs: number | undefined = 0

  function isFree({ inPipeline, liveFlows, liveWaits }: Pressure, events: number): boolean {
    const sinceMs = parts.nowMs() - storedAtMs
    if (inPipeline === 0) throughMs ??= sinceMs
    if (liveWaits) return false
    if (!liveFlows) return inPipeline + events <= IN_PIPELINE_MAX
    return throughMs !== undefined && sinceMs - throughMs >= Math.min(throughMs * (PARTS_BESIDE_LIVE - 1), REST_MAX_MS)
  }

  return {
    /** Waits until so many events of the system have room; false when the time is over before that. */
    async waitFor(system: string, events: number, untilMs: number): Promise<boolean> {
      for (;;) {
        const pressure = await readPressure(parts.database, system)
        if (parts.nowMs() >= untilMs) return false
        if (isFree(pressure, events)) return true
        await new Promise(resolve => setTimeout(resolve, LOOK_MS))
      }
    },
    /** Events were stored: what comes next waits for them. */
    stored(): void {
      storedAtMs = parts.nowMs()
      throughMs = undefined
    },
  }
}
