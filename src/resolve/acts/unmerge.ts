import { sql } from 'kysely'
import { type ActResult, refusal } from '#model/act.ts'
import type { Json } from '#model/json.ts'
import type { StewardValue } from '#rules/survivorship/survivorship.ts'
import type { Tx } from '#store/database.ts'
import { choosePrimaries } from '#store/customers/primary.ts'
import { storedJson } from '#store/stored-json.ts'
import { type LoggedMerge, planUnmerge, type UnmergePlan } from '../unmerge-plan.ts'
import { type Act, type ActParts, recompute, runAct } from './act.ts'
import { findLatecomers } from './latecomers.ts'
import { lookAgain, sayNever } from './verdicts.ts'

type Unmerged = ActResult<{ goldenId: string; fromId: string; remoteRecords: number }>

/**
 * Takes a merge apart, by whomever it was made: the loser is a golden record of its own again, with its remote records, keys,
 * links and what a steward had said of it; what was said since stays with the remote record that said it. The two are
 * "never the same" from now on, else the next statement would merge them again; or, by rule, looked at again. A key that both state goes to whom it belonged before.
 */
export async function unmerge(
  parts: ActParts,
  { mergeId, by, afterwards = 'never' }: { mergeId: string; by: string; afterwards?: 'never' | 'look again' },
): Promise<Unmerged> {
  const shards = new Set<number>()
  const result = await runAct(
    parts,
    { by, action: 'customer.unmerge', target: mergeId },
    async (act): Promise<Unmerged> => {
      const { tx } = act
      const logged = await tx.selectFrom('merge_log').selectAll().where('id', '=', mergeId).executeTakeFirst()
      if (logged === undefined) return refusal('merge_unknown', { id: mergeId })
      if (logged.undone_at !== null) return refusal('merge_undone', {})
      const planned = planUnmerge(await readFamily(tx, mergeId), mergeId)
      const states = await tx
        .selectFrom('golden_record')
        .select(['id', 'state', 'steward'])
        .where('id', 'in', [logged.loser_id, planned?.fromId ?? logged.winner_id])
        .execute()
      if (planned === undefined || states.length < 2 || states.some(({ state }) => state === 'erased'))
        return refusal('merge_erased', {})
      const keys = keysOf(logged.detail['keys'])
      const late = await findLatecomers(tx, planned, { mergedAt: logged.merged_at, keys }, parts.policy)
      const plan = { ...planned, remotes: [...planned.remotes, ...late] }
      await giveKeysBack(tx, logged.loser_id, plan.fromId, keys)
      const moved = await takeApart(act, logged.loser_id, mergeId, plan)
      await splitStewards(tx, logged.loser_id, plan, stewardOf(logged.detail['steward']))
      const [left, right] = [logged.winner_id, logged.loser_id]
      if (afterwards === 'never') await sayNever(tx, { id: parts.ids.uuid(), leftId: left, rightId: right, by })
      await recompute(parts, act, [logged.loser_id, plan.fromId])
      await choosePrimaries(tx, [logged.loser_id, plan.fromId])
      act.plan(await pointLinks(tx, plan.fromId))
      // Evidence that they belong to one another had nothing to do while they were parts of one; and what a verdict on the
      // one part kept from the whole may belong to the other.
      const both = [logged.loser_id, plan.fromId]
      const again = [...(await readToldApart(tx, both)), ...(afterwards === 'never' ? [] : both)]
      for (const shard of await lookAgain(parts, tx, again)) shards.add(shard)
      act.note({ winnerId: logged.winner_id, loserId: logged.loser_id, remoteRecords: moved })
      return { ok: true, goldenId: logged.loser_id, fromId: plan.fromId, remoteRecords: moved }
    },
  )
  if (result.ok) parts.wake('resolve', shards)
  return result
}

interface FamilyColumns {
  id: string
  winner_id: string
  loser_id: string
  remotes: LoggedMerge['remotes'] | null
}

/** All merges that were not undone of the golden records that are one now. */
async function readFamily(tx: Tx, mergeId: string): Promise<LoggedMerge[]> {
  const { rows } = await sql<FamilyColumns>`
    with recursive up as (
      select winner_id as id from merge_log where id = ${mergeId}
      union select l.winner_id from merge_log l join up on l.loser_id = up.id where l.undone_at is null
    ), members as (
      select id from up union select l.loser_id from merge_log l join members on l.winner_id = members.id where l.undone_at is null
    )
    select l.id, l.winner_id, l.loser_id, l.detail -> 'remotes' as remotes from merge_log l
    where l.undone_at is null and l.loser_id in (select id from members) order by l.id
  `.execute(tx)
  return rows.map(row => ({
    id: row.id,
    winnerId: row.winner_id,
    loserId: row.loser_id,
    remotes: row.remotes ?? [],
  }))
}

/** The customers that a person told apart from one of these, as they are now. */
async function readToldApart(tx: Tx, goldenIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct coalesce(o.merged_into, o.id) as id from golden_record m
    join review v on v.state = 'never' and m.id in (v.left_id, v.right_id)
    join golden_record o on o.id = case when v.left_id = m.id then v.right_id else v.left_id end
    where m.id = any(${goldenIds}::uuid[]) or m.merged_into = any(${goldenIds}::uuid[]) order by 1
  `.execute(tx)
  return rows.map(row => row.id)
}

/** Gives the remote records back, and marks golden records and log. Returns how many remote records moved. */
async function takeApart({ tx }: Act, loserId: string, mergeId: string, plan: UnmergePlan): Promise<number> {
  await sql`update merge_log set undone_at = now() where id = ${mergeId}`.execute(tx)
  await sql`update golden_record set merged_into = null where id = ${loserId}`.execute(tx)
  await sql`update golden_record set merged_into = ${loserId} where id = any(${plan.followers}::uuid[])`.execute(tx)
  // A write whose fate is not known goes along with the record that it was made to: its echo is known, and it is written over.
  await sql`
    update delivery l set in_flight = w.in_flight, in_flight_fields = w.writes || coalesce(l.in_flight_fields, '[]'), leased_at = w.leased_at
    from (
      select d.system, d.object, d.in_flight, d.leased_at, jsonb_agg(f.write order by f.n) as writes
      from json_to_recordset(${storedJson(plan.remotes)}::json) as t(system text, object text, "remoteId" text)
      join delivery d on d.golden_id = ${plan.fromId} and d.system = t.system and d.object = t.object
      cross join jsonb_array_elements(d.in_flight_fields) with ordinality f(write, n)
      where f.write ->> 'to' = t."remoteId"
      group by d.system, d.object, d.in_flight, d.leased_at
    ) w
    where l.golden_id = ${loserId} and l.system = w.system and l.object = w.object
  `.execute(tx)
  const { rows } = await sql`
    update remote_record r set golden_id = ${loserId}, primary_by = coalesce(r.primary_by, t."primaryBy")
    from json_to_recordset(${storedJson(plan.remotes)}::json) as t(system text, object text, "remoteId" text, "primaryBy" text)
    where r.system = t.system and r.object = t.object and r.remote_id = t."remoteId" and r.golden_id = ${plan.fromId}
    returning r.remote_id
  `.execute(tx)
  return rows.length
}

/** Keys that were the loser's before are its own again, as far as what it fell to holds them; one that it does not state any more it loses next. */
async function giveKeysBack(tx: Tx, loserId: string, fromId: string, keys: readonly LoggedKey[]): Promise<void> {
  await sql`
    update identity_key k set golden_id = ${loserId} from golden_record g,
      json_to_recordset(${storedJson(keys)}::json) as t(kind text, value text)
    where g.id = ${loserId} and k.entity = g.entity and k.kind = t.kind and k.value = t.value and k.golden_id = ${fromId}
  `.execute(tx)
}

/** What a steward had said of the loser goes back to it, as far as it is still held; where it was the winner's too, both keep theirs. */
async function splitStewards(
  tx: Tx,
  loserId: string,
  { fromId, above, path }: UnmergePlan,
  before: Readonly<Record<string, StewardValue>>,
): Promise<void> {
  const names = Object.keys(before)
  if (names.length === 0) return
  // What it had taken along through merges on top of its own is not theirs to give back any more.
  await sql`
    update merge_log set detail = jsonb_set(detail, '{steward}', (
      select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(detail -> 'steward') e
      where e.value is distinct from (${storedJson(before)}::jsonb -> e.key)))
    where id = any(${above}::uuid[])
  `.execute(tx)
  await sql`
    update golden_record l set steward = (select jsonb_object_agg(e.key, e.value) from jsonb_each(${storedJson(before)}::jsonb) e where w.steward ? e.key)
    from golden_record w where l.id = ${loserId} and w.id = ${fromId}
  `.execute(tx)
  await sql`
    update golden_record w set steward = (
      select jsonb_object_agg(e.key, e.value) from jsonb_each(w.steward) e where e.value is distinct from (${storedJson(before)}::jsonb -> e.key))
    where w.id = any(${path}::uuid[]) and w.steward is not null
  `.execute(tx)
}

interface LoggedKey {
  kind: string
  value: string
}

/** Merges of older hubs do not tell keys. */
function keysOf(value: Json | undefined): LoggedKey[] {
  // Written by the merge, from identity_key.
  return Array.isArray(value) ? (value as unknown as LoggedKey[]) : []
}

function stewardOf(value: unknown): Record<string, StewardValue> {
  // Written by the merge, from golden_record.steward.
  return typeof value === 'object' && value !== null ? (value as Record<string, StewardValue>) : {}
}

/** Links name remote records and keys: each points now at the golden record that holds what it names. Returns who links. */
async function pointLinks(tx: Tx, goldenId: string): Promise<string[]> {
  const { rows } = await sql<{ from_id: string }>`
    with input as materialized (select from_id, field, string_to_array(target, e'\n') as p from golden_link where to_id = ${goldenId}),
    found as (
      select i.from_id, i.field, coalesce(r.golden_id, k.golden_id) as to_id from input i
      left join remote_record r on p[1] = 'ref' and r.system = p[2] and r.object = p[3] and r.remote_id = p[4]
      left join identity_key k on p[1] = 'key' and k.entity = p[2] and k.kind = p[3] and k.value = p[4]
    )
    update golden_link l set to_id = f.to_id from found f
    where l.from_id = f.from_id and l.field = f.field and f.to_id is not null and l.to_id <> f.to_id returning l.from_id
  `.execute(tx)
  return [...new Set(rows.map(row => row.from_id))]
}
