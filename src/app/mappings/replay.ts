import { sql } from 'kysely'
import { newestRevision } from '#store/config/applied-config.ts'
import { type NewBackfill, startBackfills } from '#store/config/config-parts.ts'
import type { Tx } from '#store/database.ts'

/** Work of the background that waits until every process works by this publication. */
export async function startReplay(tx: Tx, backfills: readonly NewBackfill[], publication: number): Promise<void> {
  await startBackfills(tx, backfills, (await newestRevision(tx)) ?? 0)
  await sql`
    update backfill set publication = ${publication} where ended_at is null and id = any(${backfills.map(one => one.id)}::uuid[])
      or ended_at is null and cause = any(${backfills.map(one => one.cause)}::text[])
  `.execute(tx)
}
