import { sql } from 'kysely'
import type { System } from '#connector/system.ts'
import type { Database } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { indexLagOf } from '../send/index-lag.ts'

/**
 * Takes up what a killed process had under way, where this process is the only one on the database: its leases are cut to
 * the time that a call may take at all, and what was to be created to that and the lag of the vendor's search, so that
 * nothing is looked up while it may be there unseen; reads, which change nothing, are due at once. With several processes
 * the leases run out by themselves.
 */
export async function releaseAbandoned(database: Database, systems: readonly System[]): Promise<void> {
  const timeouts = systems.map(system => ({
    name: system.config.name,
    timeout: system.config.limits.timeoutMs,
    lag: indexLagOf(system),
  }))
  await sql`
    update delivery d set lease_until = now() + (t.timeout + case when d.remote_id is null then t.lag else 0 end) * interval '1 millisecond'
    from json_to_recordset(${storedJson(timeouts)}::json) as t(name text, timeout float8, lag float8)
    where d.system = t.name and d.due_at is not null
      and d.lease_until > now() + (t.timeout + case when d.remote_id is null then t.lag else 0 end) * interval '1 millisecond'
  `.execute(database.kysely)
  await sql`
    update event set due_at = now() where state = 'reading' and reason is null and due_at > now()
  `.execute(database.kysely)
}
