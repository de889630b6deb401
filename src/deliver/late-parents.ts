import { sql } from 'kysely'
import { isJsonObject } from '#model/json.ts'
import { type Database, untilNotLost } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import type { DueDelivery } from './claim.ts'

/**
 * A record may be written before the hub knows that its parent will be in the same system: the parent is resolved in
 * another shard and not planned yet, so it looks like one that is not routed there. These two statements make such a
 * delivery due again when the parent gets its remote record, whichever of the two commits first.
 */

/** The parents were created just now: their children that are in sync without them are looked at again. Answers shards to wake. */
export async function wakeChildren(
  database: Database,
  system: string,
  parentIds: readonly string[],
): Promise<readonly number[]> {
  if (parentIds.length === 0) return []
  const { rows } = await untilNotLost(() =>
    sql<{ shard: number }>`
    with child as materialized (select distinct from_id from golden_link where to_id = any(${parentIds}::uuid[]))
    update delivery d set state = 'pending', due_at = now() from child
    where d.golden_id = child.from_id and d.system = ${system} and d.state = 'synced'
    returning d.shard
  `.execute(database.kysely),
  )
  return [...new Set(rows.map(row => row.shard))]
}

/** These deliveries were settled just now: those that left out a link whose target is in the system by now are looked at again. */
export async function lookForLateParents(
  database: Database,
  system: string,
  settled: readonly Pick<DueDelivery, 'object' | 'goldenId' | 'golden' | 'links'>[],
): Promise<readonly number[]> {
  const incomplete = settled.flatMap(({ object, goldenId, golden, links }) => {
    const known = links.filter(link => link.remoteId !== undefined).length
    return known < linkCount(golden.fields) ? [{ object, golden_id: goldenId, known }] : []
  })
  if (incomplete.length === 0) return []
  const { rows } = await untilNotLost(() =>
    sql<{ shard: number }>`
    update delivery d set state = 'pending', due_at = now()
    from json_to_recordset(${storedJson(incomplete)}::json) as c(object text, golden_id uuid, known int)
    where d.system = ${system} and d.object = c.object and d.golden_id = c.golden_id and d.state = 'synced' and c.known < (
      select count(*) from golden_link l where l.from_id = c.golden_id and exists (
        select from remote_record r where r.golden_id = l.to_id and r.system = d.system and r.tombstone_at is null
          and r.alias_of is null and position('/' in r.object) = 0))
    returning d.shard
  `.execute(database.kysely),
  )
  return [...new Set(rows.map(row => row.shard))]
}

function linkCount(fields: DueDelivery['golden']['fields']): number {
  return Object.values(fields).filter(value => isJsonObject(value) && ('$ref' in value || '$key' in value)).length
}
