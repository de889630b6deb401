import { type RawBuilder, sql } from 'kysely'
import type { Json } from '#model/json.ts'
import type { Database, Db } from '#store/database.ts'
import { choosePrimaries } from '#store/customers/primary.ts'
import { logBrought } from '#store/customers/merge-log.ts'
import { madeAnother } from '#store/customers/open-create.ts'
import { storedJson } from '#store/stored-json.ts'
import { isOnlySurvivor } from '#store/customers/survivor.ts'
import { keepErasedOut } from './erased.ts'
import type { DeliverParts, OwnEvents } from '../parts.ts'
import type { SettleRow } from './settle-row.ts'

export interface AttemptRow {
  id: string
  system: string
  object: string
  operation: string
  outcome: string
  status: number | undefined
  startedAtMs: number
  durationMs: number
  exchanges: Json[]
  traceId: string
  deliveries: number
}

const ATTEMPTS_KEPT = 10

/**
 * In settling, `d` is the delivery as it is now and `t` what its call made of it: planning decided anew since the claim, or
 * its remote record was lost before the write was known: deleted there, or given back by an unmerge.
 */
const PLANNED_AGAIN = sql`((d.action <> t.action and t.state not in ('unknown', 'retrying', 'submitted')) or t.was_lost or (t.state in ('synced', 'frozen', 'dead') and (extract(epoch from d.planned_at) * 1000000)::bigint <> t."plannedAt"))`
/**
 * A create met the remote record `met` of another golden record, which is itself to be written there, or was since the claim:
 * it may hold this customer's values only by an earlier write of ours, as after an unmerge.
 */
const HOLDER_CHANGES = sql`(exists (select from plan_work p where p.golden_id = met.golden_id) or exists (
  select from delivery o where o.golden_id = met.golden_id and o.system = t.system and o.object = t.object
    and o.state in ('pending', 'waiting', 'retrying', 'submitted', 'unknown'))
  or met.sent_at > f.leased_at or (extract(epoch from f.planned_at) * 1000000)::bigint <> t."plannedAt")`
/** Planning or a person stopped it since the claim: it stays so. */
const STOPPED_MEANWHILE = sql`d.state in ('frozen', 'absent', 'held')`

/** Another write was acknowledged after this one was leased, which did not know of it, as around a merge or its undoing. */
const UNHEARD = sql`(r.sent_at > excluded.sent_from)`
/** By the vendor's time that one reached the remote record after this one, whichever was leased first: this one is an earlier write by now. */
const OVERTAKEN = sql`(${UNHEARD} and coalesce(r.sent_vendor_at > excluded.sent_vendor_at, false))`

/**
 * Writes whose fate is not known and that went to another remote record than this one: what settles here says nothing of them;
 * nor does what is written to, or seen in, a record (`heldId`) that a create of unknown fate did not make.
 */
export function inFlightElsewhere(remoteId: RawBuilder<unknown>, heldId: RawBuilder<unknown>): RawBuilder<unknown> {
  const held = { system: sql`d.system`, object: sql`d.object`, remoteId: heldId }
  return sql`(select jsonb_agg(case when f.write ? 'to' then f.write
      else f.write || jsonb_build_object('not', coalesce(f.write -> 'not', '[]') || jsonb_build_array(${heldId})) end order by f.n)
    from jsonb_array_elements(d.in_flight_fields) with ordinality f(write, n)
    where case when f.write ? 'to' then f.write ->> 'to' <> coalesce(${remoteId}, '')
      else ${madeAnother(sql`f.write`, sql`d.golden_id`, held)} end)`
}

/** Writes of unknown fate that are left when this call is settled. A remote record that is put away or gone is not removed any more. */
const LEFT_OPEN = sql`case when t.reason in ('archived', 'deleted', 'deleted_there') then jsonb_path_query_array(d.in_flight_fields - 0, '$[*] ? (!exists(@.removes))')
  else d.in_flight_fields - 0 end`

/** A look has found what creates of unknown fate were to make: from now on they went there. */
function foundBy(inFlight: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when t."remoteId" is null or t."calledId" is not null or t.taken_by is not null then ${inFlight}
    else (select jsonb_agg(jsonb_build_object('to', t."remoteId") || f.write order by f.n) from jsonb_array_elements(${inFlight}) with ordinality f(write, n)) end`
}

/** Earlier writes by field with one more write among them. */
function withWrite(
  earlier: RawBuilder<unknown>,
  fields: RawBuilder<unknown>,
  from: RawBuilder<unknown>,
  as: 'newest' | 'oldest',
): RawBuilder<unknown> {
  const known = sql`coalesce(${earlier}, '{}')`
  const others = sql`coalesce(${known} -> f.key, '[]')`
  const write = sql`jsonb_build_array(jsonb_build_object('v', f.value, 'at', floor(extract(epoch from ${from}) * 1000)))`
  const all = as === 'newest' ? sql`${write} || ${others}` : sql`${others} || ${write}`
  return sql`${known} || coalesce((select jsonb_object_agg(f.key, ${all}) from jsonb_each(${fields}) f), '{}')`
}

/** What settling made of a call: shards with deliveries that are due now, and golden records that have what it wrote by now, which are to be planned. */
interface Settled {
  dueShards: number[]
  winners: string[]
}

/** The rows that one statement settled, and remote records that became known by them. */
interface SettledRows extends Settled {
  settled: number
  brought: Parameters<typeof logBrought>[1][number][]
}

/**
 * Commits the results of one call. A remote record that came or went, or was written for the first time, may change which of
 * several is the primary one: that is said anew with it, under a lock of the golden records. What was written for a golden
 * record that merged away meanwhile is the winner's, and what an unmerge gave back meanwhile is whose it was before. Their
 * deliveries must be compared with it: that is planned in the same transaction, so that no crash loses it; nor does one lose
 * what the calls told. All else is one statement. Run again, it changes nothing more.
 */
export async function commitSettled(
  { database, replan, key }: Pick<DeliverParts, 'database' | 'replan' | 'key'>,
  leaseId: string,
  rows: readonly SettleRow[],
  { attempt, traceId, events }: { attempt: AttemptRow | undefined; traceId: string; events: OwnEvents },
): Promise<Settled> {
  const settleAlone = async (db: Db) => await settleRows(db, leaseId, rows, attempt, 'unless moved')
  const moved = rows.some(row => row.remoteId !== row.calledId || row.state === 'absent' || row.isFirst)
  const alone = moved ? undefined : await withEvents(database, settleAlone, rows.length, events)
  if (alone?.settled === rows.length) return alone
  const ids = rows.map(row => row.goldenId)
  const together = await database.transaction(
    async tx => {
      // Merges wait for it, and it for them; calls to other systems settle beside it, since each system has a primary of its own.
      await sql`select from golden_record where id = any(${ids}::uuid[]) order by id for share`.execute(tx)
      const { dueShards, settled, brought, ...merged } = await settleRows(tx, leaseId, rows, attempt, 'all')
      const others = settled < rows.length ? await moveToWinners(tx, rows) : []
      if (settled < rows.length) await keepErasedOut(tx, key, rows)
      const winners = [...new Set([...merged.winners, ...others])]
      await choosePrimaries(tx, [...new Set([...ids, ...winners])])
      const planned = [...new Set([...winners, ...(await thoseWithMore(tx, rows))])]
      if (planned.length > 0) await replan(tx, planned, traceId)
      if (winners.length > 0) await logBrought(tx, brought)
      await events.store(tx)
      return { dueShards, winners: planned }
    },
    { retries: 5 },
  )
  return { ...together, dueShards: [...together.dueShards, ...(alone?.dueShards ?? [])] }
}

/**
 * Where we removed the primary record, another one of the customer takes its place, and has to leave as well: also where the
 * echo of the removal came before its answer, so that it has the place already.
 */
async function thoseWithMore(db: Db, rows: readonly SettleRow[]): Promise<string[]> {
  const removed = rows.filter(row => row.state === 'absent' && row.reason === 'deleted')
  if (removed.length === 0) return []
  const places = removed.map(({ system, object, goldenId }) => ({ system, object, golden_id: goldenId }))
  const { rows: living } = await sql<{ golden_id: string }>`
    select r.golden_id from json_to_recordset(${storedJson(places)}::json) as t(system text, object text, golden_id uuid)
    join remote_record r on r.golden_id = t.golden_id and r.system = t.system and r.object = t.object and r.is_primary
  `.execute(db)
  return living.map(row => row.golden_id)
}

/** Settles all rows or leaves it to who looks closer; the events, if any, are stored with the rows. */
async function withEvents(
  database: Database,
  settleAlone: (db: Db) => Promise<SettledRows>,
  rows: number,
  events: OwnEvents,
): Promise<SettledRows> {
  if (events.count === 0) return await settleAlone(database.kysely)
  return await database.transaction(
    async tx => {
      const alone = await settleAlone(tx)
      if (alone.settled === rows) await events.store(tx)
      return alone
    },
    { retries: 5 },
  )
}

/**
 * One statement for the results of one call: deliveries, crosswalk with shadow, and the attempt. A delivery that
 * was planned again meanwhile is due again at once; one that was frozen or held meanwhile stays so; one that merged away leaves its remote record to the winner.
 * One that met a remote record of another golden record is dead, and a person is asked whether the two are one; while that
 * record is about to change, it is tried again.
 * `unless moved`: nothing is settled when any of the golden records has merged away, or gave back by an unmerge what was written for it.
 */
async function settleRows(
  db: Db,
  leaseId: string,
  rows: readonly SettleRow[],
  attempt: AttemptRow | undefined,
  which: 'all' | 'unless moved',
): Promise<SettledRows> {
  const attempts = attempt === undefined ? [] : [attempt]
  const result = await sql<{ shard: number | null; due: boolean | null; winner: string | null; row: number | null }>`
    with input as materialized (
      select * from json_to_recordset(${storedJson(rows.map((row, n) => ({ ...row, n })))}::json) as t(n int, system text, object text, "goldenId" uuid, action text,
        "plannedAt" bigint, state text, reason text, detail jsonb, "dueInMs" float8, failures int, "remoteId" text, "calledId" text, "sentVersion" bigint, acknowledged boolean,
        "isOpen" boolean, "staysOpen" boolean, "sentEarlier" jsonb, kept jsonb, "remoteVersion" text, "remoteAtMs" float8, "retryInMs" float8, job jsonb)
    ), owners as (
      select t.*, case when t.acknowledged then f.in_flight end as sent, case when t.acknowledged then (f.in_flight_fields -> 0 -> 'fields') - array(select jsonb_array_elements_text(t.kept)) end as sent_fields,
        case when t.acknowledged then f.leased_at end as sent_from, g.entity, g.merged_into, coalesce(w.merged_into, g.merged_into, g.id) as owner_id,
        nullif(met.golden_id, coalesce(w.merged_into, g.merged_into, g.id)) as taken_by,
        met.golden_id <> coalesce(w.merged_into, g.merged_into, g.id) and t."retryInMs" is not null and ${HOLDER_CHANGES} as taken_for_now,
        t."remoteId" is not null and (t.acknowledged or met.golden_id is null) as is_brought,
        lost.golden_id as lost_to,
        lost.golden_id is not null or exists (select from remote_record r where r.system = t.system and r.object = t.object and r.remote_id = t."remoteId"
          and r.tombstone_at is not null and r.tombstone_by = 'system') as was_lost
      from input t join golden_record g on g.id = t."goldenId" and g.state <> 'erased' left join golden_record w on w.id = g.merged_into
      left join delivery f on f.golden_id = t."goldenId" and f.system = t.system and f.object = t.object and f.lease_by = ${leaseId}::uuid
      left join remote_record met on met.system = t.system and met.object = t.object and met.remote_id = t."remoteId" and t."calledId" is distinct from t."remoteId"
        -- What we made is ours, though its vendor had another record merged into it before we knew.
        and not (t.acknowledged and ${isOnlySurvivor(sql`met`)})
      left join remote_record lost on lost.system = t.system and lost.object = t.object and lost.remote_id = t."remoteId" and t."calledId" = t."remoteId"
        and lost.golden_id <> coalesce(w.merged_into, g.merged_into, g.id)
      where ${which === 'all'} or not exists (select from input i join golden_record m on m.id = i."goldenId" where m.state = 'merged')
        and not exists (select from input i join remote_record r on r.system = i.system and r.object = i.object and r.remote_id = i."calledId"
          where i.acknowledged and r.golden_id <> i."goldenId")
    ), settled as (
      update delivery d set
        state = case when ${STOPPED_MEANWHILE} then d.state when t.taken_for_now then 'retrying' when t.taken_by is not null then 'dead' when ${PLANNED_AGAIN} then 'pending' else t.state end,
        reason = case when ${STOPPED_MEANWHILE} then d.reason when t.taken_by is not null then 'taken'
          when t.state = 'dead' and ${PLANNED_AGAIN} then null else t.reason end,
        detail = case when t.taken_by is null then t.detail else jsonb_build_object('remoteId', t."remoteId", 'goldenId', t.taken_by,
          'message', 'The system keeps this customer in a remote record that belongs to another golden record. Merge the two, or correct them.') end,
        failures = t.failures + case when t.taken_for_now then 1 else 0 end, job = t.job,
        failing_since = case when t.failures = 0 then null else coalesce(d.failing_since, now()) end,
        due_at = case when ${STOPPED_MEANWHILE} then null when t.taken_for_now then now() + t."retryInMs" * interval '1 millisecond' when t.taken_by is not null then null when ${PLANNED_AGAIN} then now()
          when t."dueInMs" is not null then now() + t."dueInMs" * interval '1 millisecond' end,
        sent_version = coalesce(t."sentVersion", d.sent_version), remote_id = case when t.taken_by is null then coalesce(t."remoteId", t."calledId", d.remote_id) else d.remote_id end,
        lease_by = null, lease_until = null, settled_at = now(),
        in_flight = case when t."isOpen" or t."staysOpen" then d.in_flight end,
        in_flight_fields = case when t."isOpen" then ${foundBy(sql`d.in_flight_fields`)} when t."staysOpen" then ${foundBy(LEFT_OPEN)}
          else ${inFlightElsewhere(sql`coalesce(t."remoteId", t."calledId")`, sql`t."calledId"`)} end,
        attempt_ids = case when ${attempt?.id ?? null}::uuid is null then d.attempt_ids
          else (array[${attempt?.id ?? null}::uuid] || d.attempt_ids)[1:${ATTEMPTS_KEPT}] end
      from owners t where d.system = t.system and d.object = t.object and d.golden_id = t."goldenId" and d.lease_by = ${leaseId}::uuid
        -- One that merged away while this statement waited for its row.
        and (${which === 'all'} or d.reason is distinct from 'merged')
      returning d.shard, d.due_at
    ), questions as (
      insert into review (id, kind, entity, left_id, right_id, evidence)
      select gen_random_uuid(), 'same_remote_record', entity, least(owner_id, taken_by), greatest(owner_id, taken_by),
        jsonb_build_object('kind', system || ' ' || object, 'left', "remoteId", 'right', "remoteId")
      from owners where taken_by is not null and not taken_for_now on conflict (kind, left_id, right_id) do nothing
    ), crosswalk as (
      insert into remote_record as r (system, object, remote_id, golden_id, is_primary, sent, sent_fields, sent_version, sent_at, sent_from, sent_vendor_at, sent_earlier)
      select system, object, "remoteId", owner_id,
        not exists (select from remote_record o where o.golden_id = owner_id and o.system = owners.system and o.object = owners.object
                    and o.is_primary and o.remote_id <> owners."remoteId"),
        sent, sent_fields, "remoteVersion", case when sent is not null then now() end, sent_from,
        to_timestamp("remoteAtMs" / 1000), "sentEarlier"
      from owners where "remoteId" is not null and taken_by is null and state <> 'absent'
      on conflict (system, object, remote_id) do update set
        golden_id = case when excluded.sent is not null and ${isOnlySurvivor(sql`r`)} then excluded.golden_id else coalesce(r.golden_id, excluded.golden_id) end,
        sent = case when ${OVERTAKEN} then r.sent else coalesce(excluded.sent, r.sent) end,
        sent_fields = case when ${OVERTAKEN} then r.sent_fields else coalesce(excluded.sent_fields, r.sent_fields) end,
        sent_version = case when excluded.sent is null or ${OVERTAKEN} then r.sent_version else excluded.sent_version end,
        sent_vendor_at = case when excluded.sent is null or ${OVERTAKEN} then r.sent_vendor_at else excluded.sent_vendor_at end,
        sent_at = case when ${OVERTAKEN} then r.sent_at else coalesce(excluded.sent_at, r.sent_at) end,
        sent_from = case when ${OVERTAKEN} then r.sent_from else coalesce(excluded.sent_from, r.sent_from) end,
        sent_earlier = case
          when ${OVERTAKEN} then ${withWrite(sql`r.sent_earlier`, sql`excluded.sent_fields`, sql`excluded.sent_from`, 'oldest')}
          when ${UNHEARD} then ${withWrite(sql`coalesce(excluded.sent_earlier, r.sent_earlier)`, sql`r.sent_fields`, sql`r.sent_from`, 'newest')}
          else coalesce(excluded.sent_earlier, r.sent_earlier) end,
        -- What the hub had removed is there again. What others removed stays so, whatever this call was told before.
        tombstone_at = case when r.tombstone_by = 'hub' then null else r.tombstone_at end, tombstone_by = nullif(r.tombstone_by, 'hub')
    ), gone as (
      update remote_record r set tombstone_at = now(), is_primary = false, tombstone_by = case when t.reason = 'deleted_there' then 'system' else 'hub' end
      from owners t where t.reason in ('deleted_there', 'deleted') and r.golden_id = t.owner_id and r.system = t.system and r.object = t.object
        and r.remote_id = t."calledId" and r.tombstone_at is null
    ), attempts as (
      insert into attempt (id, system, object, operation, outcome, status, deliveries, started_at, duration_ms, exchanges, trace_id)
      select id, system, object, operation, outcome, status, deliveries, to_timestamp("startedAtMs" / 1000), "durationMs", exchanges, "traceId"
      from json_to_recordset(${storedJson(attempts)}::json) as t(id uuid, system text, object text, operation text, outcome text, status smallint,
        deliveries int, "startedAtMs" float8, "durationMs" int, exchanges jsonb, "traceId" text)
      on conflict do nothing
    )
    select shard::int as shard, due_at <= now() as due, null::uuid as winner, null::int as row from settled
    union all select null, null, owner_id, null from owners where merged_into is not null
    union all select null, null, lost_to, null from owners where lost_to is not null and acknowledged
    union all select null, null, null, n from owners where ${which === 'all'} and is_brought
  `.execute(db)
  const settled = result.rows.filter(row => row.shard !== null)
  const dueShards = new Set(settled.flatMap(row => (row.shard === null || row.due !== true ? [] : [row.shard])))
  const winners = result.rows.flatMap(row => (row.winner === null ? [] : [row.winner]))
  const brought = result.rows.flatMap(({ row: n }) => {
    const row = n === null ? undefined : rows[n]
    return row?.remoteId === undefined
      ? []
      : [{ system: row.system, object: row.object, remoteId: row.remoteId, loserId: row.goldenId }]
  })
  return { dueShards: [...dueShards], winners, settled: settled.length, brought }
}

/**
 * A merge that committed while the statement above ran was not seen by it: remote records that it gave to a golden
 * record which is merged by now go on to the winner. Returns the winners.
 */
async function moveToWinners(db: Db, rows: readonly SettleRow[]): Promise<string[]> {
  const written = rows.filter(row => row.remoteId !== undefined)
  const keys = written.map(({ system, object, remoteId }) => ({ system, object, remote_id: remoteId }))
  const moved = await sql<{ winner: string }>`
    update remote_record r set golden_id = g.merged_into, is_primary = not exists (
      select from remote_record o where o.golden_id = g.merged_into and o.system = r.system and o.object = r.object and o.is_primary)
    from json_to_recordset(${storedJson(keys)}::json) as k(system text, object text, remote_id text), golden_record g
    where r.system = k.system and r.object = k.object and r.remote_id = k.remote_id and g.id = r.golden_id and g.state = 'merged'
    returning r.golden_id as winner
  `.execute(db)
  return moved.rows.map(row => row.winner)
}
