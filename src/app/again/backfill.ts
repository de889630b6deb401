import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import { goldenShard, remoteShard } from '#model/shard.ts'
import type { Ids } from '#model/ids.ts'
import type { Stage } from '#model/stages.ts'
import type { Log } from '#observe/log.ts'
import { commitPlans } from '#resolve/commit.ts'
import type { NewBackfill } from '#store/config/config-parts.ts'
import type { Database, Tx } from '#store/database.ts'
import { uuidOfMs } from '#store/partitions.ts'
import { canBeMappedAgain } from '#store/stored-events.ts'
import { storedJson } from '#store/stored-json.ts'
import { runAgain } from './run-again.ts'

export interface BackfillParts {
  database: Database
  config: Pick<HubConfig, 'limits'>
  ids: Ids
  log: Log
  wake: (stage: Stage, shards: Iterable<number>) => void
}

const GOLDENS_PER_STEP = 500
const EVENTS_PER_STEP = 200
/** More of a backfill's rows never wait in a stage: live work is not slowed by the size of its indexes. */
const IN_PIPELINE_MAX = 2_000
const STEPS_PER_TURN_MAX = 40
/** As in processes.ts. */
const ALIVE_SECONDS = 15

interface Backfill {
  id: string
  kind: NewBackfill['kind']
  entity: string
  cause: string
  position: string | null
  startedMs: number
}

interface Woken {
  stage: Stage
  shards: Set<number>
}

/**
 * Works through what changed files have made to be planned or computed again, oldest first, a step at a time while there is
 * room in the pipeline. Each step commits its rows with its position: what a crash stops goes on where it was.
 */
export async function runBackfills(parts: BackfillParts): Promise<void> {
  const { rows } = await sql`select from backfill where ended_at is null limit 1`.execute(parts.database.kysely)
  if (rows.length === 0) return
  for (let steps = 0; steps < STEPS_PER_TURN_MAX; steps += 1) {
    const done = await parts.database.transaction(tx => step(parts, tx), { retries: 5 })
    if (done === undefined) return
    for (const { stage, shards } of done) parts.wake(stage, shards)
  }
}

async function step(parts: BackfillParts, tx: Tx): Promise<Woken[] | undefined> {
  const backfill = await nextBackfill(tx)
  if (backfill === undefined) return undefined
  return backfill.kind === 'map' ? await mapStep(parts, tx, backfill) : await goldenStep(parts, tx, backfill)
}

async function goldenStep(parts: BackfillParts, tx: Tx, backfill: Backfill): Promise<Woken[]> {
  const { kind, entity, cause, position } = backfill
  const { rows } = await sql<{ id: string; state: string }>`
    select id, state from golden_record where entity = ${entity} and (${position}::uuid is null or id > ${position}::uuid)
    order by id limit ${GOLDENS_PER_STEP}
  `.execute(tx)
  const goldenIds = rows.filter(row => row.state === 'active' || row.state === 'withdrawn').map(row => row.id)
  const traceId = parts.ids.traceId()
  const { shards } = parts.config.limits
  const touched =
    kind === 'plan'
      ? await planAgain(tx, goldenIds, cause, traceId, shards)
      : await computeAgain(tx, goldenIds, cause, traceId, shards)
  const isEnd = rows.length < GOLDENS_PER_STEP
  await noteStep(parts, tx, backfill, { last: rows.at(-1)?.id, done: goldenIds.length, isEnd })
  return [{ stage: kind === 'plan' ? 'plan' : 'resolve', shards: touched }]
}

/** Stored events of a (system, object) run again, oldest first, up to when the publication was made. */
async function mapStep(parts: BackfillParts, tx: Tx, backfill: Backfill): Promise<Woken[]> {
  const { entity, position, startedMs } = backfill
  const [system = '', object = ''] = entity.split('/')
  const { rows } = await sql<{ id: string }>`
    select id from event where system = ${system} and object = ${object} and id < ${uuidOfMs(startedMs)}::uuid and ${canBeMappedAgain(sql`event`)}
      and (${position}::uuid is null or id > ${position}::uuid) order by id limit ${EVENTS_PER_STEP}
  `.execute(tx)
  const ids = rows.map(row => row.id)
  const again = await runAgain(tx, ids)
  await noteStep(parts, tx, backfill, { last: ids.at(-1), done: again.length, isEnd: ids.length < EVENTS_PER_STEP })
  return [{ stage: 'interpret', shards: new Set(again.map(row => row.shard)) }]
}

async function noteStep(
  { log }: BackfillParts,
  tx: Tx,
  { id, kind, entity, cause }: Backfill,
  { last, done, isEnd }: { last: string | undefined; done: number; isEnd: boolean },
): Promise<void> {
  await sql`
    update backfill set position = coalesce(${last ?? null}::uuid, position), done = done + ${done},
      ended_at = case when ${isEnd} then now() end where id = ${id}
  `.execute(tx)
  if (isEnd) log.info({ unit: 'backfill', kind, entity, cause }, 'all that is stored was taken up')
}

/** The oldest one, when there is room, and no live process would still do the work by an older configuration. */
async function nextBackfill(tx: Tx): Promise<Backfill | undefined> {
  const { rows } = await sql<Backfill & { behind: boolean }>`
    select b.id, b.kind, b.entity, b.cause, b.position, (extract(epoch from b.started_at) * 1000)::float8 as "startedMs" from backfill b where ended_at is null
      and not exists (select from process p where p.heartbeat_at > now() - ${ALIVE_SECONDS} * interval '1 second'
        and (p.config_revision < b.revision or p.publication < b.publication))
      -- One after the other: where two wait for one golden record, they become one without a name.
      and not exists (select from plan_work w where w.priority > 0 and w.cause <> b.cause and not starts_with(w.cause, 'load:'))
      and (select count(*) from (select from plan_work where priority > 0 limit ${IN_PIPELINE_MAX}) w) < ${IN_PIPELINE_MAX}
      -- Events that wait have no order of importance: a step of them goes on when the one before is through.
      and (b.kind <> 'map' or not exists (select from event where state = 'pending' offset ${EVENTS_PER_STEP / 2}))
      and (select count(*) from (select from resolve_work where priority > 0 limit ${IN_PIPELINE_MAX}) w) < ${IN_PIPELINE_MAX}
    order by b.kind, b.started_at, b.id limit 1 for update
  `.execute(tx)
  return rows[0]
}

async function planAgain(
  tx: Tx,
  goldenIds: readonly string[],
  cause: string,
  traceId: string,
  shards: number,
): Promise<Set<number>> {
  await commitPlans(
    tx,
    goldenIds.map(goldenId => ({ goldenId, cause, eventId: undefined, traceId })),
    shards,
  )
  return new Set(goldenIds.map(goldenId => goldenShard(goldenId, shards)))
}

/** One source record of each golden record is resolved again: that computes it from all of them. */
async function computeAgain(
  tx: Tx,
  goldenIds: readonly string[],
  cause: string,
  traceId: string,
  shards: number,
): Promise<Set<number>> {
  const { rows } = await sql<{ system: string; object: string; remote_id: string }>`
    select distinct on (r.golden_id) s.system, s.object, s.remote_id
    from unnest(${goldenIds}::uuid[]) as g(id) join remote_record r on r.golden_id = g.id
    join source_record s on s.system = r.system and s.object = r.object and s.remote_id = r.remote_id
    order by r.golden_id, s.system, s.object, s.remote_id
  `.execute(tx)
  const work = rows.map(row => ({ ...row, shard: remoteShard(row.system, row.object, row.remote_id, shards) }))
  await sql`
    insert into resolve_work (system, object, remote_id, shard, since, trace_id, priority, cause)
    select system, object, remote_id, shard, now(), ${traceId}, 1, ${cause}
    from json_to_recordset(${storedJson(work)}::json) as t(system text, object text, remote_id text, shard smallint)
    order by system, object, remote_id on conflict do nothing
  `.execute(tx)
  return new Set(work.map(row => row.shard))
}
