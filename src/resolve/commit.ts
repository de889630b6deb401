import { sql } from 'kysely'
import { priorityOf } from '#model/causes.ts'
import { goldenShard } from '#model/shard.ts'
import { packProvenance } from '#rules/survivorship/packed-provenance.ts'
import type { Database, Tx } from '#store/database.ts'
import { choosePrimaries } from '#store/customers/primary.ts'
import { storedJson } from '#store/stored-json.ts'
import type { Review } from './decide.ts'
import type { GoldenWrite } from './golden.ts'
import { keyTarget, type LinkWrite, refTarget } from './links.ts'

/** Everything that one batch of resolve writes. */
export interface ResolveWrites {
  goldens: readonly GoldenWrite[]
  /** Remote records and the golden record that each belongs to now. */
  links: readonly LinkWrite[]
  crosswalk: readonly {
    system: string
    object: string
    remoteId: string
    goldenId: string
    tombstone: boolean
    eventId: string | undefined
    traceId: string
  }[]
  plans: readonly { goldenId: string; cause: string; eventId: string | undefined; traceId: string }[]
}

/**
 * Golden records, keys and the crosswalk in one statement; then primaries, links, and the work of the next stage. A golden
 * record whose remote records came, died or came back is planned also when its content stays as it is. Returns all that are.
 */
export async function commitResolved(tx: Tx, writes: ResolveWrites, shards: number): Promise<string[]> {
  const goldens = writes.goldens.map(({ id, entity, version, fields, provenance, state }) => ({
    id,
    entity,
    version,
    fields,
    provenance: packProvenance(provenance),
    state,
  }))
  const keys = writes.goldens.flatMap(golden => golden.keys.map(key => ({ ...key, golden_id: golden.id })))
  const known = writes.goldens.filter(golden => !golden.isNew).map(golden => golden.id)
  const crosswalk = await sql<{ golden_id: string }>`
    with goldens as (
      insert into golden_record as g (id, entity, version, fields, provenance, state)
      select id, entity, version, fields, provenance, state
      from json_to_recordset(${storedJson(goldens)}::json) as t(id uuid, entity text, version bigint, fields jsonb, provenance jsonb, state text)
      on conflict (id) do update set version = excluded.version, fields = excluded.fields, provenance = excluded.provenance,
        state = excluded.state, updated_at = now()
    ), key_input as materialized (
      select * from json_to_recordset(${storedJson(keys)}::json) as t(entity text, kind text, value text, golden_id uuid)
    ), released as (
      delete from identity_key i where i.golden_id = any(${known}::uuid[])
        and not exists (select from key_input k where k.entity = i.entity and k.kind = i.kind and k.value = i.value)
    ), claimed as (
      insert into identity_key as i (entity, kind, value, golden_id)
      select distinct on (entity, kind, value) entity, kind, value, golden_id from key_input order by entity, kind, value, golden_id
      -- A key that its owner lost in this batch goes to who has it now.
      on conflict (entity, kind, value) do update set golden_id = excluded.golden_id
      where i.golden_id = any(${known}::uuid[]) and not exists (
        select from key_input k where k.entity = i.entity and k.kind = i.kind and k.value = i.value and k.golden_id = i.golden_id)
    )
    insert into remote_record as r (system, object, remote_id, golden_id, is_primary, tombstone_at, tombstone_by)
    select t.system, t.object, t."remoteId", t."goldenId",
      not t.tombstone and not exists (select from remote_record o where o.golden_id = t."goldenId" and o.system = t.system and o.object = t.object
                  and o.is_primary and o.remote_id <> t."remoteId")
      and row_number() over (partition by t.system, t.object, t."goldenId" order by t.tombstone, t."remoteId") = 1,
      case when t.tombstone then now() end, case when t.tombstone then 'system' end
    from json_to_recordset(${storedJson(writes.crosswalk)}::json) as t(system text, object text, "remoteId" text, "goldenId" uuid, tombstone boolean)
    -- What its own people deleted lives again when its source does; what the hub deleted does not for that alone.
    on conflict (system, object, remote_id) do update set golden_id = excluded.golden_id,
      tombstone_at = case when excluded.tombstone_at is not null then coalesce(r.tombstone_at, excluded.tombstone_at)
        when r.tombstone_by = 'hub' then r.tombstone_at end,
      tombstone_by = coalesce(excluded.tombstone_by, case when r.tombstone_by = 'hub' then r.tombstone_by end)
    where r.golden_id is distinct from excluded.golden_id
      or (r.tombstone_by is distinct from 'hub' and (r.tombstone_at is null) <> (excluded.tombstone_at is null))
      or (r.tombstone_by = 'hub' and excluded.tombstone_at is not null)
    returning golden_id
  `.execute(tx)
  const isNew = new Set(writes.goldens.filter(golden => golden.isNew).map(golden => golden.id))
  const touched = [...new Set(crosswalk.rows.map(row => row.golden_id))].filter(id => !isNew.has(id))
  await choosePrimaries(tx, touched)
  await commitLinks(tx, writes)
  const planned = new Set(writes.plans.map(plan => plan.goldenId))
  const others = writes.crosswalk.filter(row => touched.includes(row.goldenId) && !planned.has(row.goldenId))
  const plans = [
    ...others.map(({ goldenId, eventId, traceId }) => ({ goldenId, cause: 'change', eventId, traceId })),
    ...writes.plans,
  ]
  await commitPlans(tx, plans, shards)
  return plans.map(plan => plan.goldenId)
}

/** Targets of links that this batch could complete or has left open: looked at once more after its commit. */
export function linkTargets(writes: ResolveWrites): string[] {
  return [
    ...writes.crosswalk.map(({ system, object, remoteId }) => refTarget(system, object, remoteId)),
    ...writes.goldens.flatMap(golden => golden.keys.map(keyTarget)),
    ...writes.links.map(link => link.target),
  ]
}

/**
 * Golden records that wait to be planned; one row each, however often they change. Live work hides a backfill, whose
 * routes are planned with it; two backfills become one that plans all routes.
 */
export async function commitPlans(tx: Tx, plans: ResolveWrites['plans'], shards: number): Promise<void> {
  if (plans.length === 0) return
  const rows = new Map(
    plans.map(plan => [
      plan.goldenId,
      { ...plan, shard: goldenShard(plan.goldenId, shards), priority: priorityOf(plan.cause) },
    ]),
  )
  await sql`
    insert into plan_work as w (golden_id, shard, since, cause, priority, event_id, trace_id)
    select "goldenId", shard, now(), cause, priority, "eventId", "traceId"
    from json_to_recordset(${storedJson([...rows.values()])}::json) as t("goldenId" uuid, shard smallint, cause text, priority smallint, "eventId" uuid, "traceId" text)
    order by "goldenId"
    on conflict (golden_id) do update set priority = least(w.priority, excluded.priority),
      cause = case when excluded.priority = 0 or w.cause = excluded.cause then excluded.cause when w.priority = 0 then w.cause else 'config' end,
      event_id = coalesce(excluded.event_id, w.event_id), trace_id = case when excluded.priority <= w.priority then excluded.trace_id else w.trace_id end
  `.execute(tx)
}

/** Stores links of changed golden records, with their targets as far as these have arrived. */
async function commitLinks(tx: Tx, writes: ResolveWrites): Promise<void> {
  const changed = writes.goldens.filter(golden => golden.changed && !golden.isNew).map(golden => golden.id)
  if (writes.links.length === 0 && changed.length === 0) return
  const parsed = writes.links.map(link => ({
    from_id: link.fromId,
    field: link.field,
    target: link.target,
    parts: link.target.split('\n'),
  }))
  await sql`
    with input as materialized (
      select * from json_to_recordset(${storedJson(parsed)}::json) as t(from_id uuid, field text, target text, parts jsonb)
    ), removed as (
      delete from golden_link l where l.from_id = any(${changed}::uuid[])
        and not exists (select from input i where i.from_id = l.from_id and i.field = l.field)
    )
    insert into golden_link as l (from_id, field, target, to_id)
    select i.from_id, i.field, i.target, coalesce(r.golden_id, k.golden_id) from input i
    left join remote_record r on i.parts ->> 0 = 'ref' and r.system = i.parts ->> 1 and r.object = i.parts ->> 2 and r.remote_id = i.parts ->> 3
    left join identity_key k on i.parts ->> 0 = 'key' and k.entity = i.parts ->> 1 and k.kind = i.parts ->> 2 and k.value = i.parts ->> 3
    on conflict (from_id, field) do update set target = excluded.target, to_id = excluded.to_id
    where l.target is distinct from excluded.target or l.to_id is distinct from excluded.to_id
  `.execute(tx)
}

const LINKS_PER_SWEEP_MAX = 5_000

/**
 * Completes open links whose target has arrived and plans their golden records again. A link and its target may be
 * written by two batches that do not see each other; so this runs after the commit of either, for its targets, and now
 * and then for all. Returns the golden ids to plan.
 */
export async function completeLinks(
  database: Database,
  shards: number,
  traceId: string,
  targets?: readonly string[],
): Promise<string[]> {
  const wanted = targets === undefined ? sql`true` : sql`target = any(${targets}::text[])`
  const open = await sql`select from golden_link where to_id is null and ${wanted} limit 1`.execute(database.kysely)
  if (open.rows.length === 0) return []
  return await database.transaction(
    async tx => {
      const { rows } = await sql<{ from_id: string }>`
      with waiting as (
        select from_id, field, string_to_array(target, e'\n') as p from golden_link where to_id is null and ${wanted} limit ${LINKS_PER_SWEEP_MAX}
      ), found as (
        select w.from_id, w.field, coalesce(r.golden_id, k.golden_id) as to_id from waiting w
        left join remote_record r on p[1] = 'ref' and r.system = p[2] and r.object = p[3] and r.remote_id = p[4]
        left join identity_key k on p[1] = 'key' and k.entity = p[2] and k.kind = p[3] and k.value = p[4]
        where coalesce(r.golden_id, k.golden_id) is not null
      )
      update golden_link l set to_id = f.to_id from found f where l.from_id = f.from_id and l.field = f.field and l.to_id is null returning l.from_id
    `.execute(tx)
      const ids = rows.map(row => row.from_id)
      await commitPlans(
        tx,
        ids.map(goldenId => ({ goldenId, cause: 'link', eventId: undefined, traceId })),
        shards,
      )
      return ids
    },
    { retries: 5 },
  )
}

export async function commitReviews(
  tx: Tx,
  reviews: readonly (Review & { id: string; entity: string })[],
): Promise<void> {
  if (reviews.length === 0) return
  await sql`
    insert into review (id, kind, entity, left_id, right_id, evidence)
    select id, kind, entity, "leftId", "rightId", evidence
    from json_to_recordset(${storedJson(reviews)}::json) as t(id uuid, kind text, entity text, "leftId" uuid, "rightId" uuid, evidence jsonb)
    on conflict (kind, left_id, right_id) do nothing
  `.execute(tx)
}
