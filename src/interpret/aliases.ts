import { sql } from 'kysely'
import type { Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import { withPrimaries } from './primaries.ts'
import { keyText, type PendingEvent, type RemoteKey } from './rows.ts'

/** A remote record that its vendor merged into another. */
export interface Alias extends RemoteKey {
  aliasOf: string
}

/** The alias that a merge event makes; none when it names the record itself. */
export function aliasOf({ kind, system, object, remoteId, mergedInto }: PendingEvent): Alias | undefined {
  if (kind !== 'merge' || remoteId === undefined || mergedInto === undefined || mergedInto === remoteId)
    return undefined
  return { system, object, remoteId, aliasOf: mergedInto }
}

/**
 * A vendor merged two of its records: the losing id becomes an alias of the other, also before its own record has come
 * as far as the crosswalk. Aliases point at the one that survived them all: those of the losing id go on with it, and one
 * that names a losing id goes to its survivor. A survivor that was never heard of belongs to the golden record of the one
 * that it took in: it is there, and must not be created once more. Under the locks of both remote records.
 */
export async function markAliases(tx: Tx, aliases: readonly Alias[]): Promise<void> {
  for (const alias of new Map(aliases.map(one => [keyText(one), one])).values()) {
    const survivor = { ...alias, remoteId: alias.aliasOf }
    await withPrimaries(tx, [alias, survivor], () => markAlias(tx, alias))
  }
}

async function markAlias(tx: Tx, { system, object, remoteId, aliasOf: named }: Alias): Promise<void> {
  const known = await sql<{ alias_of: string | null }>`
    select alias_of from remote_record where system = ${system} and object = ${object} and remote_id = ${named} and alias_of is not null
  `.execute(tx)
  // A record that had been merged into this one has taken it in now: the newer word counts.
  const turned = known.rows[0]?.alias_of === remoteId
  const survivor = turned ? named : (known.rows[0]?.alias_of ?? named)
  await sql`
    insert into remote_record as r (system, object, remote_id, alias_of, is_primary)
    values (${system}, ${object}, ${remoteId}, ${survivor}, false)
    on conflict (system, object, remote_id) do update set alias_of = excluded.alias_of, is_primary = false
  `.execute(tx)
  await sql`
    insert into remote_record as r (system, object, remote_id, golden_id, is_primary)
    select ${system}, ${object}, ${survivor}, golden_id, false from remote_record
    where system = ${system} and object = ${object} and remote_id = ${remoteId} and golden_id is not null
    on conflict (system, object, remote_id) do update set golden_id = coalesce(r.golden_id, excluded.golden_id),
      alias_of = case when ${turned} then null else r.alias_of end
  `.execute(tx)
  await sql`
    update remote_record set alias_of = ${survivor}
    where system = ${system} and object = ${object} and alias_of = ${remoteId} and remote_id <> ${survivor}
  `.execute(tx)
}

/** The vendor brought these back: they are records of their own again. */
export async function liftAliases(tx: Tx, keys: readonly RemoteKey[]): Promise<void> {
  if (keys.length === 0) return
  await withPrimaries(tx, keys, async () => {
    await sql`
      update remote_record r set alias_of = null
      from json_to_recordset(${storedJson(keys)}::json) as t(system text, object text, "remoteId" text)
      where r.system = t.system and r.object = t.object and r.remote_id = t."remoteId" and r.alias_of is not null
    `.execute(tx)
  })
}
