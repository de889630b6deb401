import { sql } from 'kysely'
import type { Reading } from './reading.ts'

/** What is open, and how far behind each stage is. */
export const workReading: Reading = {
  name: 'work',
  freshMs: 5_000,
  async take({ database, metrics }) {
    const [open, stages] = await Promise.all([
      sql<{ kind: string; system: string; state: string; rows: number }>`
        select 'event' as kind, system, state, count(*)::int as rows from event where state in ('pending', 'reading', 'dead') group by 2, 3
        union all
        select 'delivery', system, state, count(*)::int from delivery where state not in ('synced', 'absent') group by 2, 3
      `.execute(database.kysely),
      // Paused and disconnected systems are told by their own gauge: what waits for them is no backlog of a stage.
      sql<{ stage: string; system: string; seconds: number }>`
        select stage, system, extract(epoch from now() - min(since))::float8 as seconds from (
          select 'interpret' as stage, system, received_at as since from event where state = 'pending'
          union all select 'read', e.system, e.received_at from event e join system s on s.name = e.system
            where e.state = 'reading' and s.state = 'active'
          union all select 'resolve', system, since from resolve_work where priority = 0
          union all select 'plan', case when starts_with(cause, 'source:') then substr(cause, 8) else '' end, since from plan_work where priority = 0
          union all select 'deliver', d.system, d.due_at from delivery d join system s on s.name = d.system
            where d.due_at <= now() and s.state = 'active' and d.priority = 0) as work
        group by stage, system
      `.execute(database.kysely),
    ])
    metrics.open.replace(open.rows.map(({ rows, ...labels }) => [labels, rows]))
    metrics.oldest.replace(stages.rows.map(({ seconds, ...labels }) => [labels, Math.max(0, seconds)]))
  },
}
