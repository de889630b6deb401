import { sql } from 'kysely'
import type { HubConfig, RouteConfig } from '#config/config.ts'
import type { MappingLibrary } from '#mapping/library.ts'
import type { Entity } from '#model/entities.ts'
import { priorityOf } from '#model/causes.ts'
import type { JsonObject } from '#model/json.ts'
import { deliveryShard } from '#model/shard.ts'
import type { Stage } from '#model/stages.ts'
import type { Log } from '#observe/log.ts'
import type { Metrics } from '#observe/metrics.ts'
import type { Tracing } from '#observe/tracing.ts'
import { type BatchWork, type Committed, drainBatch } from '#store/batch.ts'
import type { Database, Tx } from '#store/database.ts'
import { storedJson } from '#store/stored-json.ts'
import {
  type DeliveryAction,
  type DeliveryState,
  type ExistingDelivery,
  planDelivery,
  type PlannedDelivery,
  type Wish,
} from './decide.ts'

const GOLDENS_PER_BATCH_MAX = 250

export interface PlanParts {
  database: Database
  config: Pick<HubConfig, 'limits' | 'routes' | 'systems'>
  mappings: MappingLibrary
  wake: (stage: Stage, shards: Iterable<number>) => void
  log: Log
  metrics: Metrics
  tracing?: Tracing | undefined
}

interface PlanItem {
  golden_id: string
  cause: string
  event_id: string | null
  trace_id: string
  entity: Entity
  version: number
  fields: JsonObject
  state: string
}

interface DeliveryRow extends Omit<PlannedDelivery, 'reason'> {
  system: string
  object: string
  golden_id: string
  route: string
  entity: Entity
  shard: number
  reason: string | undefined
  wanted_version: number
  cause: string
  priority: number
  event_id: string | null
  trace_id: string
}

/** Stage 4: routes say which systems must hold a golden record; each such pair is one delivery. */
export function createPlan(parts: PlanParts) {
  const work: BatchWork<PlanItem> = {
    stage: 'plan',
    traceIdOf: item => item.trace_id,
    rowsMax: GOLDENS_PER_BATCH_MAX,
    claim: claimWork,
    run: (tx, items) => plan(parts, tx, items),
    async bury(tx, item, error) {
      await sql`delete from plan_work where golden_id = ${item.golden_id}`.execute(tx)
      await sql`
        update event set state = 'dead', reason = 'internal_error', detail = ${storedJson({ stage: 'plan', message: error.message })}::jsonb, settled_at = now()
        where id = ${item.event_id}
      `.execute(tx)
    },
  }
  return (shard: number) => drainBatch(parts, work, shard)
}

/** The golden records are read after their work was taken: what changed in between is seen, what changes later makes new work. */
async function claimWork(tx: Tx, shard: number, limit: number): Promise<PlanItem[]> {
  const taken = await sql<Pick<PlanItem, 'golden_id' | 'cause' | 'event_id' | 'trace_id'>>`
    with taken as (
      delete from plan_work w using (select golden_id from plan_work where shard = ${shard} order by priority, since limit ${limit} for update) t
      where w.golden_id = t.golden_id returning w.*
    )
    select golden_id, cause, event_id, trace_id from taken order by since, golden_id
  `.execute(tx)
  if (taken.rows.length === 0) return []
  const { rows } = await sql<PlanItem>`
    select k.golden_id, k.cause, k.event_id, k.trace_id, g.entity, g.version, g.fields, g.state
    from json_to_recordset(${storedJson(taken.rows)}::json) as k(golden_id uuid, cause text, event_id uuid, trace_id text)
    join golden_record g on g.id = k.golden_id
  `.execute(tx)
  return rows
}

async function plan(parts: PlanParts, tx: Tx, items: readonly PlanItem[]): Promise<Committed> {
  const active = items.filter(item => item.state === 'active' || item.state === 'withdrawn')
  const existing = await lockDeliveries(
    tx,
    active.map(item => item.golden_id),
  )
  const mayLeave = parts.config.routes.some(route => route.when !== undefined)
  const written = await readWritten(
    tx,
    active.filter(item => mayLeave || item.state === 'withdrawn').map(item => item.golden_id),
  )
  const notLive = hasLoadGroups(parts.config) ? await readNotLive(tx) : new Set<string>()
  const problems: string[] = []
  const rows = active.flatMap(item => planGolden(parts, item, { existing, written, notLive }, problems))
  await commitDeliveries(tx, rows)
  return {
    counts: { deliveries: rows.length },
    after() {
      for (const problem of new Set(problems))
        parts.log.error(
          { unit: 'plan', problem },
          'a route condition failed; its golden records keep their deliveries as they are',
        )
      parts.wake('deliver', new Set(rows.filter(row => row.due === 'now').map(row => row.shard)))
    },
  }
}

/** What planning finds. */
interface Standing {
  /** By system, object and golden id. */
  existing: ReadonlyMap<string, ExistingDelivery>
  /** Whose write the remote record that the hub writes and has written is of, likewise. */
  written: ReadonlyMap<string, 'own' | 'brought'>
  notLive: ReadonlySet<string>
}

function planGolden(
  parts: PlanParts,
  item: PlanItem,
  { existing, written, notLive }: Standing,
  problems: string[],
): DeliveryRow[] {
  const rows: DeliveryRow[] = []
  const taken = new Set<string>()
  for (const route of routesOf(parts.config.routes, item.entity)) {
    const place = `${route.system}\n${route.object}`
    if (taken.has(place)) continue
    const wish = wishOf(parts, route, item, problems)
    if (wish === undefined) continue
    const others =
      wish === 'leave' &&
      routesOf(parts.config.routes, item.entity).some(
        other =>
          other !== route &&
          `${other.system}\n${other.object}` === place &&
          wishOf(parts, other, item, problems) === 'hold',
      )
    if (others) continue
    taken.add(place)
    if (!concerns(item.cause, route)) continue
    const found = existing.get(`${place}\n${item.golden_id}`)
    const by = written.get(`${place}\n${item.golden_id}`) ?? 'never'
    const planned = planDelivery(wish, route, found, !notLive.has(place), by)
    if (planned === undefined) continue
    rows.push({
      ...planned,
      system: route.system,
      object: route.object,
      golden_id: item.golden_id,
      route: route.name,
      entity: item.entity,
      shard: deliveryShard(route.system, item.golden_id, parts.config.limits.shards),
      wanted_version: item.version,
      cause: item.cause,
      priority: priorityOf(item.cause),
      event_id: item.event_id,
      trace_id: item.trace_id,
    })
  }
  return rows
}

function hasLoadGroups({ systems }: Pick<HubConfig, 'systems'>): boolean {
  return Object.values(systems).some(({ objects }) =>
    Object.values(objects).some(({ loadGroup }) => loadGroup !== undefined),
  )
}

/** Where first link is not done: nothing is written there yet. */
async function readNotLive(tx: Tx): Promise<Set<string>> {
  const { rows } = await sql<{ system: string; object: string }>`
    select system, object from system_object where link_state <> 'live'
  `.execute(tx)
  return new Set(rows.map(row => `${row.system}\n${row.object}`))
}

/** A changed mapping or route makes only its own deliveries due; every other cause those of all routes. */
function concerns(cause: string, route: RouteConfig): boolean {
  if (cause.startsWith('mapping:') && !cause.endsWith('.in')) return cause === `mapping:${route.mapping}`
  return !cause.startsWith('route:') || cause === `route:${route.name}`
}

const routesByEntity = new WeakMap<readonly RouteConfig[], Map<Entity, RouteConfig[]>>()

function routesOf(routes: readonly RouteConfig[], entity: Entity): readonly RouteConfig[] {
  let byEntity = routesByEntity.get(routes)
  if (byEntity === undefined) {
    byEntity = Map.groupBy(routes, route => route.entity)
    routesByEntity.set(routes, byEntity)
  }
  return byEntity.get(entity) ?? []
}

/** Undefined when the condition cannot be evaluated: then nothing is changed. */
function wishOf(parts: PlanParts, route: RouteConfig, item: PlanItem, problems: string[]): Wish | undefined {
  if (item.state === 'withdrawn') return 'withdrawn'
  if (route.when === undefined) return 'hold'
  const result = parts.mappings
    .condition(route.when)
    .run(item.fields, { nowMs: 0, variables: { id: item.golden_id, entity: item.entity, version: item.version } })
  if (!result.ok) {
    // The message may hold a customer's value.
    problems.push(`route ${route.name}: ${result.code}`)
    return undefined
  }
  return result.value === true ? 'hold' : 'leave'
}

interface ExistingColumns {
  system: string
  object: string
  golden_id: string
  state: DeliveryState
  reason: string | null
  action: DeliveryAction
  sent: boolean
}

async function lockDeliveries(tx: Tx, goldenIds: readonly string[]): Promise<Standing['existing']> {
  const { rows } = await sql<ExistingColumns>`
    select system, object, golden_id, state, reason, action, (sent_version is not null or lease_by is not null or in_flight is not null or state = 'submitted') as sent from delivery
    where golden_id = any(${goldenIds}::uuid[]) order by system, object, golden_id for update
  `.execute(tx)
  return new Map(
    rows.map(row => [`${row.system}\n${row.object}\n${row.golden_id}`, { ...row, reason: row.reason ?? undefined }]),
  )
}

/** A merge brought a record, or what was being written to it then, and was acknowledged after the delivery came to rest. */
async function readWritten(tx: Tx, goldenIds: readonly string[]): Promise<Standing['written']> {
  if (goldenIds.length === 0) return new Map()
  const { rows } = await sql<{ system: string; object: string; golden_id: string; by: 'own' | 'brought' }>`
    select system, object, golden_id, case when r.remote_id is distinct from d.remote_id or r.sent_at > d.settled_at then 'brought' else 'own' end as by
    from remote_record r left join delivery d using (system, object, golden_id)
    where r.golden_id = any(${goldenIds}::uuid[]) and r.is_primary and r.sent is not null and r.tombstone_at is null
  `.execute(tx)
  return new Map(rows.map(row => [`${row.system}\n${row.object}\n${row.golden_id}`, row.by]))
}

async function commitDeliveries(tx: Tx, rows: readonly DeliveryRow[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into delivery as d (system, object, golden_id, route, entity, shard, action, state, reason, wanted_version, due_at, cause, priority, event_id, trace_id)
    select system, object, golden_id, route, entity, shard, action, state, reason, wanted_version,
      case when due = 'now' then now() end, cause, priority, event_id, trace_id
    from json_to_recordset(${storedJson(rows)}::json) as t(system text, object text, golden_id uuid, route text, entity text, shard smallint,
      action text, state text, reason text, due text, wanted_version bigint, cause text, priority smallint, event_id uuid, trace_id text)
    order by system, object, golden_id
    on conflict (system, object, golden_id) do update set route = excluded.route, action = excluded.action, state = excluded.state,
      reason = excluded.reason, wanted_version = excluded.wanted_version, shard = excluded.shard,
      due_at = case when excluded.state in ('retrying', 'submitted', 'unknown') then d.due_at else excluded.due_at end,
      failures = case when excluded.state = 'pending' then 0 else d.failures end,
      detail = case when excluded.state in ('pending', 'waiting') then null else d.detail end,
      -- What the brake holds stays under the cause that it is held for.
      cause = case when excluded.state = 'held' then d.cause else excluded.cause end,
      -- A backfill never puts off what is due already.
      priority = case when d.due_at is null then excluded.priority else least(d.priority, excluded.priority) end,
      -- Let through by a person once, until it is there.
      counted_at = case when d.counted_at = 'infinity' and d.due_at is null then null else d.counted_at end,
      event_id = coalesce(excluded.event_id, d.event_id), trace_id = excluded.trace_id, planned_at = now()
  `.execute(tx)
}

/** Shards that have work, for the sweep. */
export async function duePlanShards(database: Database): Promise<number[]> {
  const { rows } = await sql<{ shard: number }>`select distinct shard from plan_work`.execute(database.kysely)
  return rows.map(row => row.shard)
}
