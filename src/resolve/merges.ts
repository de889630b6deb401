import { sql } from 'kysely'
import type { Tx } from '#store/database.ts'
import { choosePrimaries } from '#store/customers/primary.ts'
import { storedJson } from '#store/stored-json.ts'

/**
 * Moves everything of the losers to the winners, keeps a record of it, and ends the losers' deliveries.
 * Returns the golden records that link to a loser: their link now points at the winner, so they are planned again.
 */
export async function commitMerges(
  tx: Tx,
  merges: readonly { winnerId: string; loserId: string; cause: string; logId: string }[],
): Promise<string[]> {
  if (merges.length === 0) return []
  const json = storedJson(merges)
  await sql`
    insert into merge_log (id, winner_id, loser_id, cause, detail)
    select t."logId", t."winnerId", t."loserId", t.cause, jsonb_build_object('remotes',
      (select coalesce(jsonb_agg(jsonb_build_object('system', r.system, 'object', r.object, 'remoteId', r.remote_id, 'primary', r.is_primary,
         'primaryBy', r.primary_by)), '[]') from remote_record r where r.golden_id = t."loserId"),
      'keys', (select coalesce(jsonb_agg(jsonb_build_object('kind', k.kind, 'value', k.value)), '[]') from identity_key k where k.golden_id = t."loserId"),
      'steward', (select coalesce(steward, '{}') from golden_record where id = t."loserId"))
    from json_to_recordset(${json}::json) as t("logId" uuid, "winnerId" uuid, "loserId" uuid, cause text)
  `.execute(tx)
  const linking = await sql<{ from_id: string }>`
    with input as materialized (
      select * from json_to_recordset(${json}::json) as t("winnerId" uuid, "loserId" uuid)
    ), losers as (
      update golden_record g set state = 'merged', merged_into = i."winnerId", version = version + 1, updated_at = now() from input i where g.id = i."loserId"
    ), before as (
      update golden_record g set merged_into = i."winnerId" from input i where g.merged_into = i."loserId"
    ), ended as (
      update delivery d set state = 'absent', reason = 'merged', detail = jsonb_build_object('into', i."winnerId"), due_at = null
      from input i where d.golden_id = i."loserId"
    ), waits as (
      delete from delivery_wait w using input i where i."loserId" in (w.golden_id, w.parent_id)
    ), keys as (
      update identity_key k set golden_id = i."winnerId" from input i where k.golden_id = i."loserId"
    ), reviews as (
      update review v set state = 'merged', decided_at = now(), decided_by = 'rule' from input i
      where v.state = 'open' and (v.left_id, v.right_id) in ((i."winnerId", i."loserId"), (i."loserId", i."winnerId"))
    ), inbound as (
      update golden_link l set to_id = i."winnerId" from input i where l.to_id = i."loserId" returning l.from_id
    ), outbound as (
      delete from golden_link l using input i where l.from_id = i."loserId"
    ), moved as (
      update remote_record r set golden_id = i."winnerId" from input i where r.golden_id = i."loserId"
    )
    select from_id from inbound
  `.execute(tx)
  await mergeStewards(tx, json)
  await choosePrimaries(
    tx,
    merges.map(merge => merge.winnerId),
  )
  return linking.rows.map(row => row.from_id)
}

/** What a steward said of either customer holds for both; where both were spoken of, the winner's value. */
async function mergeStewards(tx: Tx, json: string): Promise<void> {
  await sql`
    update golden_record g set steward = l.steward || coalesce(g.steward, '{}')
    from (
      select t."winnerId", jsonb_object_agg(e.key, e.value) as steward
      from json_to_recordset(${json}::json) as t("winnerId" uuid, "loserId" uuid)
      join golden_record l on l.id = t."loserId" cross join lateral jsonb_each(l.steward) e group by 1
    ) l where g.id = l."winnerId"
  `.execute(tx)
}

/** Remote records and keys that are left to merged golden records go on to the winners. */
export async function moveStragglers(tx: Tx, goldenIds: readonly string[]): Promise<void> {
  await sql`
    with keys as (
      update identity_key k set golden_id = g.merged_into from golden_record g
      where k.golden_id = any(${goldenIds}::uuid[]) and g.id = k.golden_id and g.state = 'merged'
    )
    update remote_record r set golden_id = g.merged_into from golden_record g
    where r.golden_id = any(${goldenIds}::uuid[]) and g.id = r.golden_id and g.state = 'merged'
  `.execute(tx)
}
