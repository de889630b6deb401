import { sql } from 'kysely'
import type { Database } from '#store/database.ts'
import type { Metrics } from './metrics.ts'

/** Counting is not free; scrapers that come more often share one answer. */
const FRESH_MS = 5_000

/** Sets the gauges that say what is open, how far behind each stage is and which systems stand still, from the database. */
export function createOpenRows(database: Database, metrics: Metrics): () => Promise<void> {
  let countedAtMs = 0
  return async () => {
    if (Date.now() - countedAtMs < FRESH_MS) return
    countedAtMs = Date.now()
    const [open, stages, systems, brakes] = await Promise.all([
      sql<{ kind: string; system: string; state: string; rows: number }>`
        select 'event' as kind, system, state, count(*)::int as rows from event where state in ('pending', 'reading', 'dead') group by 2, 3
        union all
        select 'delivery', system, state, count(*)::int from delivery where state not in ('synced', 'absent') group by 2, 3
      `.execute(database.kysely),
      // Paused and disconnected systems are told by their own gauge: what waits for them is no backlog of a stage.
      sql<{ stage: string; seconds: number | null }>`
        select stage, extract(epoch from now() - oldest)::float8 as seconds from (
          select 'interpret' as stage, min(received_at) as oldest from event where state = 'pending'
          union all select 'read', min(received_at) from event where state = 'reading'
          union all select 'resolve', min(since) from resolve_work
          union all select 'plan', min(since) from plan_work
          union all select 'deliver', min(d.due_at) from delivery d join system s on s.name = d.system
            where d.due_at <= now() and s.state = 'active') as work
      `.execute(database.kysely),
      sql<{ name: string; state: string }>`select name, state from system`.execute(database.kysely),
      sql<{ system: string; object: string; count: number }>`
        select system, object, count(*)::int as count from brake where state = 'on' group by system, object
      `.execute(database.kysely),
    ])
    metrics.open.reset()
    for (const { kind, system, state, rows } of open.rows) metrics.open.set({ kind, system, state }, rows)
    for (const { stage, seconds } of stages.rows) metrics.oldest.set({ stage }, Math.max(0, seconds ?? 0))
    metrics.brakes.reset()
    for (const { system, object, count } of brakes.rows) metrics.brakes.set({ system, object }, count)
    metrics.systems.reset()
    for (const { name, state } of systems.rows) metrics.systems.set({ system: name, state }, 1)
  }
}
