import { sql } from 'kysely'
import type { SystemConfig } from '#config/config.ts'
import type { Database } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'

/**
 * Takes up what a killed process had under way, where this process is the only one on the database: its leases are cut to
 * the time that a call may take at all, so that nothing is looked up while the vendor may still be writing it; reads,
 * which change nothing, are due at once. With several processes the leases run out by themselves.
 */
export async function releaseAbandoned(
  database: Database,
  systems: readonly Pick<SystemConfig, 'name' | 'limits'>[],
): Promise<void> {
  const timeouts = systems.map(({ name, limits }) => ({ name, timeout: limits.timeoutMs }))
  await sql`
    update delivery d set lease_until = now() + t.timeout * interval '1 millisecond'
    from json_to_recordset(${storedJson(timeouts)}::json) as t(name text, timeout float8)
    where d.system = t.name and d.due_at is not null and d.lease_until > now() + t.timeout * interval '1 millisecond'
  `.execute(database.kysely)
  await sql`
    update event set due_at = now() where state = 'reading' and reason is null and due_at > now()
  `.execute(database.kysely)
}
