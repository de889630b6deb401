import { type RawBuilder, sql } from 'kysely'

/** Whether its vendor merged another remote record into this one: then it may have its golden record from that alone. */
export function tookIn(r: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`exists (select from remote_record l where l.system = ${r}.system and l.object = ${r}.object and l.alias_of = ${r}.remote_id)`
}

/** It surely has it from that alone: nothing was heard of itself, and nothing written there. */
export function isOnlySurvivor(r: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`(${r}.sent is null and ${tookIn(r)}
    and not exists (select from source_record s where s.system = ${r}.system and s.object = ${r}.object and s.remote_id = ${r}.remote_id))`
}
