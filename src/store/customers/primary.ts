import { sql } from 'kysely'
import type { Db } from '../database.ts'

/**
 * Which remote record of a (system, object) the hub writes when a golden record has several there: one that lives and is
 * no alias, chosen by a person, else the one already written, else the oldest. The rows of `alias` sorted by this come
 * with that one first; the living come before the dead, the newest of the dead first.
 */
export function primaryOrder(alias: string) {
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  return sql`(${column('alias_of')} is null and ${column('tombstone_at')} is null) desc, (${column('primary_by')} is not null) desc,
    case when ${column('alias_of')} is null then ${column('tombstone_at')} end desc nulls last,
    (${column('sent')} is not null) desc, ${column('linked_at')}, ${column('remote_id')}`
}

/**
 * Says anew which remote records are primary: exactly one of each (golden record, system, object) that has a living one.
 * To be called under the lock of the golden records.
 */
export async function choosePrimaries(db: Db, goldenIds: readonly string[]): Promise<void> {
  if (goldenIds.length === 0) return
  await sql`
    update remote_record r set is_primary = ranked.first
    from (
      select m.system, m.object, m.remote_id, m.alias_of is null and m.tombstone_at is null
        and row_number() over (partition by m.golden_id, m.system, m.object order by ${primaryOrder('m')}) = 1 as first
      from remote_record m where m.golden_id = any(${goldenIds}::uuid[])
    ) ranked
    where r.system = ranked.system and r.object = ranked.object and r.remote_id = ranked.remote_id and r.is_primary <> ranked.first
  `.execute(db)
}
