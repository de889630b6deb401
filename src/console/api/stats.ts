import { sql } from 'kysely'
import { STAGES } from '#model/stages.ts'
import { uuidOfMs } from '#store/partitions.ts'
import { readBrakes } from './flow/brakes.ts'
import { readHeldDeletes } from './flow/held-deletes.ts'
import type { ConsoleParts, Handlers, ReplyOf } from '../handler.ts'

const HOUR_MS = 3_600_000
/** Counting is not free; pages that ask every second share one answer. */
const FRESH_MS = 2_000

export function createStatsHandlers(parts: ConsoleParts): Pick<Handlers, 'getStats'> {
  let last: { atMs: number; stats: Promise<ReplyOf<'getStats'>> } | undefined
  return {
    async getStats() {
      const nowMs = parts.nowMs()
      if (!last || nowMs - last.atMs > FRESH_MS) last = { atMs: nowMs, stats: readStats(parts, nowMs) }
      const current = last
      try {
        return await current.stats
      } catch (error) {
        if (last === current) last = undefined
        throw error
      }
    },
  }
}

async function readStats({ db }: ConsoleParts, nowMs: number): Promise<ReplyOf<'getStats'>> {
  const [golden, events, deliveries, work, linking, counts, newest, processes, brakes, backfills, heldDeletes] =
    await Promise.all([
      sql<{ entity: string; state: string; count: number }>`
      select entity, state, count(*) as count from golden_record group by 1, 2 order by 1, 2`.execute(db),
      sql<{ system: string; state: string; count: number }>`
      select system, state, count(*) as count from event where id >= ${uuidOfMs(nowMs - 24 * HOUR_MS)} group by 1, 2 order by 1, 2`.execute(
        db,
      ),
      sql<{ system: string; state: string; count: number }>`
      select system, state, count(*) as count from delivery group by 1, 2 order by 1, 2`.execute(db),
      sql<{ stage: string; waiting: number; oldest: Date | null }>`
      select 'interpret' as stage, count(*) as waiting, min(received_at) as oldest from event where state = 'pending'
      union all select 'read', count(*), min(received_at) from event where state = 'reading'
      union all select 'resolve', count(*), min(since) from resolve_work
      union all select 'plan', count(*), min(since) from plan_work
      union all select 'deliver', count(*), min(due_at) from delivery where due_at <= now()`.execute(db),
      db
        .selectFrom('system_object')
        .select(['system', 'object', 'link_state as state', 'loaded'])
        .where('link_state', '<>', 'live')
        .orderBy('system')
        .orderBy('object')
        .execute(),
      sql<{ requests: number; refused: number }>`
      select (select count(*) from request where id >= ${uuidOfMs(nowMs - HOUR_MS)}) as requests,
             (select count(*) from refused_request) as refused`.execute(db),
      sql<{ number: number | null }>`select max(number) as number from config_revision`.execute(db),
      sql<{ host: string; pid: number; roles: string[]; revision: number | null; started_at: Date }>`
      select host, pid, roles, config_revision as revision, started_at from process
      where heartbeat_at > now() - interval '15 seconds' order by started_at`.execute(db),
      readBrakes(db),
      db
        .selectFrom('backfill')
        .select(['kind', 'entity', 'cause', 'done', 'started_at'])
        .where('ended_at', 'is', null)
        .orderBy('started_at')
        .execute(),
      readHeldDeletes(db),
    ])
  return {
    at: new Date(nowMs).toISOString(),
    goldenRecords: golden.rows,
    events: events.rows,
    deliveries: deliveries.rows,
    linking,
    requestsLastHour: counts.rows[0]?.requests ?? 0,
    refusedRequests: counts.rows[0]?.refused ?? 0,
    brakes,
    heldDeletes,
    backfills: backfills.map(({ started_at: startedAt, ...backfill }) => ({
      ...backfill,
      startedAt: startedAt.toISOString(),
    })),
    config: {
      newest: newest.rows[0]?.number ?? null,
      processes: processes.rows.map(({ started_at: startedAt, ...process }) => ({
        ...process,
        startedAt: startedAt.toISOString(),
      })),
    },
    work: STAGES.map(stage => {
      const row = work.rows.find(found => found.stage === stage)
      return { stage, waiting: row?.waiting ?? 0, oldest: row?.oldest?.toISOString() ?? null }
    }),
  }
}
