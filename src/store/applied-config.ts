import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import type { JsonObject } from '#model/json.ts'
import type { Database } from './database.ts'

/** True when this configuration was applied before and another is in force now: the file of a process that was left behind. */
export async function isOutdated(database: Database, hash: string): Promise<boolean> {
  const { rows } = await sql<{ outdated: boolean }>`
    select exists (select from config_revision where hash = ${hash})
      and (select hash from config_revision order by number desc limit 1) <> ${hash} as outdated
  `.execute(database.kysely)
  return rows[0]?.outdated === true
}

/**
 * Applies a configuration as a numbered revision (none is added when it equals the newest): systems get their rows, those
 * that left the configuration are paused, and polls get their schedule. Returns the revision's number.
 */
export async function applyConfig(
  database: Database,
  config: HubConfig,
  raw: JsonObject,
  hash: string,
  by: string,
): Promise<number> {
  return await database.transaction(async tx => {
    await sql`select pg_advisory_xact_lock(1885435747)`.execute(tx)
    const newest = await sql<{
      number: number
      hash: string
    }>`select number, hash from config_revision order by number desc limit 1`.execute(tx)
    let number = newest.rows[0]?.number ?? 0
    if (newest.rows[0]?.hash !== hash) {
      const { rows } = await sql<{ number: number }>`
        insert into config_revision (hash, content, applied_by) values (${hash}, ${JSON.stringify(raw)}::jsonb, ${by}) returning number
      `.execute(tx)
      number = rows[0]?.number ?? number + 1
    }
    const systems = Object.values(config.systems).map(system => ({
      name: system.name,
      connector: system.connector,
      team: system.team,
    }))
    await sql`
      insert into system as s (name, connector, team)
      select name, connector, team from json_to_recordset(${JSON.stringify(systems)}::json) as t(name text, connector text, team text)
      on conflict (name) do update set connector = excluded.connector, team = excluded.team,
        state = case when s.changed_by = 'config' and s.state = 'paused' then 'active' else s.state end,
        reason = case when s.changed_by = 'config' and s.state = 'paused' then null else s.reason end
    `.execute(tx)
    await sql`
      update system set state = 'paused', reason = 'left the configuration', changed_by = 'config', changed_at = now()
      where state = 'active' and name <> all(${systems.map(system => system.name)}::text[])
    `.execute(tx)
    const objects = Object.values(config.systems).flatMap(system =>
      Object.entries(system.objects).map(([object, { pollEveryMs }]) => ({
        system: system.name,
        object,
        poll: pollEveryMs !== undefined,
      })),
    )
    await sql`
      insert into system_object as o (system, object, poll_due_at)
      select system, object, case when poll then now() end
      from json_to_recordset(${JSON.stringify(objects)}::json) as t(system text, object text, poll boolean)
      on conflict (system, object) do update set poll_due_at = case when excluded.poll_due_at is null then null else coalesce(o.poll_due_at, now()) end,
        lease_until = null
    `.execute(tx)
    return number
  })
}
