import { type RawBuilder, sql } from 'kysely'

/** Whether an event is one that its mapping can be given again: it has ended, says something itself, and has its content still. */
export function canBeMappedAgain(e: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`${e}.state in ('processed', 'ignored', 'dead') and ${e}.kind in ('snapshot', 'fact', 'reply')
    and (${e}.whole or ${e}.remote_id is null or ${e}.kind <> 'snapshot') and (${e}.payload is null or length(${e}.payload) > 0)`
}
