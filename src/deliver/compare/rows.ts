import { sql } from 'kysely'
import type { Db } from '#store/database.ts'

export interface ObjectKey {
  system: string
  object: string
}

const IDS_PER_STATEMENT = 20_000

/**
 * Living remote records of an object that were known before a time, by their ids, in parts. What was said or written since
 * lives, whatever a list that was begun before says.
 */
export async function* knownIds(db: Db, { system, object }: ObjectKey, beforeMs: number): AsyncGenerator<string[]> {
  let last = ''
  for (;;) {
    const { rows } = await sql<{ remote_id: string }>`
      select r.remote_id from remote_record r
      where r.system = ${system} and r.object = ${object} and r.remote_id > ${last} and ${livesSince(beforeMs)}
      order by r.remote_id limit ${IDS_PER_STATEMENT}
    `.execute(db)
    const ids = rows.map(row => row.remote_id)
    last = ids.at(-1) ?? last
    if (ids.length > 0) yield ids
    if (ids.length < IDS_PER_STATEMENT) return
  }
}

/** Those of the ids that still count as missing: they live here, and nothing was heard of them since. */
export async function stillMissing(
  db: Db,
  { system, object }: ObjectKey,
  ids: readonly string[],
  beforeMs: number,
): Promise<string[]> {
  const { rows } = await sql<{ remote_id: string }>`
    select r.remote_id from remote_record r
    where r.system = ${system} and r.object = ${object} and r.remote_id = any(${ids}::text[]) and ${livesSince(beforeMs)}
    order by r.remote_id
  `.execute(db)
  return rows.map(row => row.remote_id)
}

function livesSince(beforeMs: number) {
  const before = sql`to_timestamp(${beforeMs}::float8 / 1000)`
  return sql`r.tombstone_at is null and r.alias_of is null and r.linked_at < ${before} and (r.sent_at is null or r.sent_at < ${before})
    and not exists (select from source_record s where s.system = r.system and s.object = r.object and s.remote_id = r.remote_id
      and s.updated_at >= ${before})`
}
