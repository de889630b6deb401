import { sql } from 'kysely'
import type { Db } from '#store/database.ts'
import { canBeMappedAgain } from '#store/stored-events.ts'
import type { ReplyOf } from '../handler.ts'

type Replay = ReplyOf<'getMappingPublication'>['replay']

interface ReplayRow {
  done: number
  total: number
  begun: boolean
  startedAt: Date
  endedAt: Date | null
}

/** How far a publication's replay is; null where none was asked for. */
export async function readReplay(db: Db, publication: number): Promise<Replay> {
  const { rows } = await sql<ReplayRow>`
    select sum(b.done)::float8 as done, sum(t.n)::float8 as total, bool_or(b.position is not null or b.ended_at is not null) as begun,
      min(b.started_at) as "startedAt", case when bool_and(b.ended_at is not null) then max(b.ended_at) end as "endedAt"
    from backfill b
    cross join lateral (
      select case when b.kind = 'map' then (select count(*) from event e where e.system = split_part(b.entity, '/', 1)
          and e.object = split_part(b.entity, '/', 2) and e.received_at < b.started_at and ${canBeMappedAgain(sql`e`)})
        else (select count(*) from golden_record g where g.entity = b.entity and g.state in ('active', 'withdrawn')) end as n) t
    where b.publication = ${publication} having count(*) > 0
  `.execute(db)
  const [row] = rows
  if (row === undefined) return null
  const { done, total, begun, startedAt, endedAt } = row
  return {
    state: endedAt !== null ? 'done' : begun ? 'running' : 'waiting',
    done,
    // Records may come and go meanwhile.
    total: endedAt === null ? Math.max(total, done) : done,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  }
}
