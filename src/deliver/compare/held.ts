import { sql } from 'kysely'
import { isJsonObject } from '#model/json.ts'
import type { Database } from '#store/database.ts'
import type { PollParts } from '../read/poll.ts'
import { appendDeletes } from './compare.ts'
import { type ObjectKey, stillMissing } from './rows.ts'

/**
 * Lets deletes go that a comparison of ids had held, except of remote records that were heard of or written since. Returns how
 * many, undefined when nothing is held. Their events are stored before the hold ends: a crash between leaves it to be released again.
 */
export async function releaseHeldDeletes(
  parts: { database: Database; append: PollParts['append']; traceId: string },
  key: ObjectKey,
): Promise<number | undefined> {
  const db = parts.database.kysely
  const row = await db
    .selectFrom('system_object')
    .select('compare_held')
    .where('system', '=', key.system)
    .where('object', '=', key.object)
    .executeTakeFirst()
  const held = row?.compare_held
  if (!isJsonObject(held) || !Array.isArray(held.ids) || typeof held.atMs !== 'number') return undefined
  const ids = await stillMissing(db, key, held.ids.map(String), held.atMs)
  await appendDeletes(parts.append, key, ids, held.atMs, parts.traceId)
  await discardHeldDeletes(parts.database, key)
  return ids.length
}

/** Forgets what a comparison of ids found; the next one looks anew. Returns whether anything was held. */
export async function discardHeldDeletes(database: Database, { system, object }: ObjectKey): Promise<boolean> {
  const { rows } = await sql`
    update system_object set compare_held = null where system = ${system} and object = ${object} and compare_held is not null returning object
  `.execute(database.kysely)
  return rows.length > 0
}
