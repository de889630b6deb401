import { sql } from 'kysely'
import type { Db } from '#store/database.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
export const RHYTHM_SLOT_MS = 5 * MINUTE_MS

/** The days that a silence is compared with: the last ones, and the same day of the weeks before. */
const COMPARED_DAYS = [1, 2, 3, 7, 14, 21] as const
export const ACTIVITY_KEPT_MS = 23 * DAY_MS
/** Only after a week is it known how a source's weekend looks. */
const KNOWN_AFTER_MS = 7 * DAY_MS
/** Shorter silences are not looked into. */
const LOOKED_INTO_MS = 30 * MINUTE_MS
/** A silence goes on being judged by its first day: what followed it is no rhythm any more. */
const JUDGED_MS = DAY_MS

/** When a source was last heard of, and how busy it was in the same span of other days. */
export interface SourceFact {
  system: string
  lastAtMs: number
  /** Slots of five minutes in which it usually speaks, of the quietest of the compared days; undefined: not known yet. */
  usual: number | undefined
}

export interface ActivityRow {
  hourMs: number
  slots: number
}

/** The newest hour of every source, by its key; the past only of those that are silent. */
export async function readSources(db: Db, nowMs: number, watchedSinceMs: number): Promise<SourceFact[]> {
  const { rows } = await sql<{ system: string; lastAtMs: number; firstMs: number }>`
    select s.name as system, (extract(epoch from a.last_at) * 1000)::float8 as "lastAtMs",
      (select (extract(epoch from hour) * 1000)::float8 from source_activity f where f.system = s.name order by hour limit 1) as "firstMs"
    from system s cross join lateral (select last_at from source_activity a where a.system = s.name order by hour desc limit 1) a
  `.execute(db)
  return await Promise.all(
    rows.map(async ({ system, lastAtMs, firstMs }) => {
      // While nobody looked, nobody was heard.
      const fromMs = Math.max(lastAtMs, watchedSinceMs)
      const isKnown = lastAtMs - firstMs >= KNOWN_AFTER_MS
      if (!isKnown || nowMs - fromMs < LOOKED_INTO_MS) return { system, lastAtMs, usual: undefined }
      const untilMs = Math.min(nowMs, fromMs + JUDGED_MS)
      const past = await readPast(db, system, fromMs, untilMs)
      return { system, lastAtMs, usual: usualSlots(past, fromMs, untilMs, firstMs) }
    }),
  )
}

async function readPast(db: Db, system: string, fromMs: number, untilMs: number): Promise<ActivityRow[]> {
  const spans = COMPARED_DAYS.map(days => ({
    since: new Date(fromMs - days * DAY_MS - HOUR_MS),
    until: new Date(untilMs - days * DAY_MS),
  }))
  const { rows } = await sql<ActivityRow>`
    select (extract(epoch from a.hour) * 1000)::float8 as "hourMs", a.slots
    from json_to_recordset(${JSON.stringify(spans)}::json) as span (since timestamptz, until timestamptz)
    join source_activity a on a.system = ${system} and a.hour > span.since and a.hour < span.until
  `.execute(db)
  return rows
}

/** How many slots were busy in the same span of the compared days that are known: of the quietest one. */
export function usualSlots(past: readonly ActivityRow[], fromMs: number, untilMs: number, firstMs: number): number {
  const busy = new Set(past.flatMap(busySlots))
  const counts = COMPARED_DAYS.filter(days => fromMs - days * DAY_MS >= firstMs).map(days => {
    const slots = Math.floor((untilMs - fromMs) / RHYTHM_SLOT_MS)
    const firstSlot = Math.floor((fromMs - days * DAY_MS) / RHYTHM_SLOT_MS) + 1
    return Array.from({ length: slots }, (_, n) => firstSlot + n).filter(slot => busy.has(slot)).length
  })
  return counts.length === 0 ? 0 : Math.min(...counts)
}

function busySlots({ hourMs, slots }: ActivityRow): number[] {
  const first = hourMs / RHYTHM_SLOT_MS
  return Array.from({ length: 12 }, (_, n) => n).flatMap(n => ((slots >> n) & 1 ? [first + n] : []))
}
