import { sql } from 'kysely'
import type { Db } from '#store/database.ts'

const LEASE_SECONDS = 60
/** A longer pause is one in which nobody looked. */
const UNWATCHED_MS = 5 * 60_000

/** Takes or keeps the right to look, for a minute; undefined while another process has it. Else since when the hub is watched without a gap. */
export async function takeLease(
  db: Db,
  processId: string,
  nowMs: number,
): Promise<{ watchedSinceMs: number } | undefined> {
  const now = new Date(nowMs)
  const { rows } = await sql<{ watched_since: Date }>`
    update alert_watch set lease_by = ${processId}, lease_until = now() + ${LEASE_SECONDS} * interval '1 second', looked_at = ${now},
      watched_since = case when looked_at > ${new Date(nowMs - UNWATCHED_MS)} then coalesce(watched_since, ${now}) else ${now} end
    where lease_by = ${processId} or lease_until is null or lease_until < now()
    returning watched_since
  `.execute(db)
  const [row] = rows
  return row && { watchedSinceMs: row.watched_since.getTime() }
}

/** Lets another process look at once. */
export async function giveLeaseBack(db: Db, processId: string): Promise<void> {
  await db
    .updateTable('alert_watch')
    .set({ lease_until: null, lease_by: null })
    .where('lease_by', '=', processId)
    .execute()
}
