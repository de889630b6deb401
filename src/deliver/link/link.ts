import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import type { System, Systems } from '#connector/system.ts'
import type { Database } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { type Member, startReviews } from './review.ts'

/** Every (system, object) that the configuration puts into a load group. */
export function linkMembers(config: Pick<HubConfig, 'systems'>): (Member & { group: string })[] {
  return Object.values(config.systems).flatMap(system =>
    Object.entries(system.objects).flatMap(([object, { loadGroup }]) =>
      loadGroup === undefined ? [] : [{ system: system.name, object, group: loadGroup }],
    ),
  )
}

export interface LinkParts {
  database: Database
  config: Pick<HubConfig, 'systems'>
  systems: Systems
}

/**
 * Starts loading of the whole load groups that these objects of a system are in (all its objects when none is named), from
 * the beginning. What was started before goes on as it is. What cannot be pulled needs no loading. Returns what was started.
 */
export async function startLoading(parts: LinkParts, system: string, object: string | undefined): Promise<Member[]> {
  const members = linkMembers(parts.config)
  const groups = new Set(
    members
      .filter(member => member.system === system && (object === undefined || member.object === object))
      .map(member => member.group),
  )
  const wanted = members
    .filter(member => groups.has(member.group))
    .map(member => ({ ...member, pulls: pulls(parts.systems.get(member.system), member.object) }))
  const { rows } = await sql<Member>`
    update system_object o set link_state = 'loading', load_group = t."group", cursor = null, loaded = 0, load_started_at = now(),
      load_ended_at = case when not t.pulls then now() end, poll_due_at = now(), poll_failures = 0, poll_error = null, lease_until = null
    from json_to_recordset(${storedJson(wanted)}::json) as t(system text, object text, "group" text, pulls boolean)
    where o.system = t.system and o.object = t.object and o.link_state = 'new'
    returning o.system, o.object
  `.execute(parts.database.kysely)
  await startReviews(parts.database, members)
  return rows
}

function pulls(system: System | undefined, object: string): boolean {
  const pull = system?.connector.pull
  if (system === undefined || pull?.changes === undefined) return false
  return pull.canPull?.(object, system.config.settings) ?? true
}

/** Makes objects of a system live that are in *review*; their deliveries follow (release.ts). Returns which. */
export async function makeLive(
  database: Database,
  system: string,
  object: string | undefined,
  by: string,
): Promise<Member[]> {
  const { rows } = await sql<Member>`
    update system_object set link_state = 'live', linked_at = now(), linked_by = ${by}
    where system = ${system} and (${object ?? null}::text is null or object = ${object ?? null}) and link_state = 'review'
    returning system, object
  `.execute(database.kysely)
  return rows
}
