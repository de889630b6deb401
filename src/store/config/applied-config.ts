import { hostname } from 'node:os'
import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import type { JsonObject } from '#model/json.ts'
import { applyParts, type ConfigPart, startBackfills } from './config-parts.ts'
import type { Database, Db } from '../database.ts'

export interface AppliedConfig {
  number: number
  content: JsonObject
}

/** A process without a heartbeat for so long counts as dead, as in processes.ts. */
const ALIVE_SECONDS = 15

/**
 * The newest revision, when this configuration is an older one and another live process works by a newer one. A process of
 * this machine counts only if it runs: one that was killed leaves its row behind for a while.
 */
export async function revisionToFollow(database: Database, hash: string): Promise<AppliedConfig | undefined> {
  const { rows } = await sql<AppliedConfig & { host: string; pid: number }>`
    select n.number, n.content, p.host, p.pid
    from (select number, hash, content from config_revision order by number desc limit 1) n
    join process p on p.heartbeat_at > now() - ${ALIVE_SECONDS} * interval '1 second'
      and p.config_revision > (select max(number) from config_revision where hash = ${hash})
    where n.hash <> ${hash}
  `.execute(database.kysely)
  return rows.find(row => row.host !== hostname() || runs(row.pid))
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Number of the newest applied revision, undefined before the first. */
export async function newestRevision(db: Db): Promise<number | undefined> {
  const { rows } = await sql<{ number: number | null }>`select max(number) as number from config_revision`.execute(db)
  return rows[0]?.number ?? undefined
}

/** True when this configuration was applied before and another is in force now: the file of a process that was left behind. */
export async function isOutdated(database: Database, hash: string): Promise<boolean> {
  const { rows } = await sql<{ outdated: boolean }>`
    select exists (select from config_revision where hash = ${hash})
      and (select hash from config_revision order by number desc limit 1) <> ${hash} as outdated
  `.execute(database.kysely)
  return rows[0]?.outdated === true
}

/**
 * Applies a configuration as a numbered revision (none is added when it equals the newest, mappings included): systems get
 * their rows, those that left the configuration are paused, polls get their schedule, and golden records that were made by
 * a part that changed get their backfill. Returns the revision's number.
 */
export async function applyConfig(
  database: Database,
  config: HubConfig,
  raw: JsonObject,
  hash: string,
  by: string,
  made: { parts: readonly ConfigPart[]; newId: () => string },
): Promise<number> {
  return await database.transaction(async tx => {
    await sql`select pg_advisory_xact_lock(1885435747)`.execute(tx)
    const newest = await sql<{
      number: number
      hash: string
    }>`select number, hash from config_revision order by number desc limit 1`.execute(tx)
    let number = newest.rows[0]?.number ?? 0
    const backfills = await applyParts(tx, made.parts, made.newId)
    if (newest.rows[0]?.hash !== hash || backfills.length > 0) {
      const { rows } = await sql<{ number: number }>`
        insert into config_revision (hash, content, applied_by) values (${hash}, ${JSON.stringify(raw)}::jsonb, ${by}) returning number
      `.execute(tx)
      number = rows[0]?.number ?? number + 1
    }
    await startBackfills(tx, backfills, number)
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
      Object.entries(system.objects).map(([object, { pollEveryMs, compareIdsEveryMs, loadGroup }]) => ({
        system: system.name,
        object,
        poll: pollEveryMs !== undefined,
        compare: compareIdsEveryMs !== undefined,
        load_group: loadGroup,
      })),
    )
    // With a load group an object starts as new, unless something was written there already. It never goes back.
    await sql`
      with input as materialized (
        select t.*, t.load_group is not null and known.load_group is null and not exists (
          select from delivery d where d.system = t.system and d.object = t.object and d.sent_version is not null) as unlinked
        from json_to_recordset(${JSON.stringify(objects)}::json) as t(system text, object text, poll boolean, compare boolean, load_group text)
        left join system_object known on known.system = t.system and known.object = t.object
      )
      insert into system_object as o (system, object, poll_due_at, compare_due_at, load_group, link_state)
      select system, object, case when poll then now() end, case when compare then now() end, load_group, case when unlinked then 'new' else 'live' end from input
      on conflict (system, object) do update set
        -- A pull that failed, as the one after first link's loading, is tried again also where nothing is polled by itself.
        poll_due_at = case when excluded.poll_due_at is not null then coalesce(o.poll_due_at, now()) when o.poll_failures > 0 then o.poll_due_at end,
        compare_due_at = case when excluded.compare_due_at is null then null else coalesce(o.compare_due_at, now()) end,
        lease_until = null, load_group = coalesce(excluded.load_group, o.load_group),
        link_state = case when o.load_group is null and excluded.link_state = 'new' then 'new' else o.link_state end
    `.execute(tx)
    return number
  })
}
