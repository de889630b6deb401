import { sql } from 'kysely'
import type { Database, Db } from '#store/database.ts'
import { uuidOfMs } from '#store/partitions.ts'
import type { Reading, ReadingParts } from './reading.ts'

const DAY_MS = 24 * 60 * 60_000
/** Figures come from so many golden records of an entity at most, the newest: their documents are large. */
const ROWS_MAX = 50_000
/** Sources of leads that are told apart; people write them as they like. */
const SOURCES_MAX = 20

/** What golden records say of the business, by few and bounded queries in a transaction of their own. */
export const businessReading: Reading = {
  name: 'business',
  freshMs: 10_000,
  shareMax: 0.005,
  async take({ database, metrics, nowMs }) {
    await quietly(database, async db => {
      const { rows } = await sql<{ entity: string; n: number }>`
        select entity, count(*)::int as n from golden_record where state = 'active' group by entity
      `.execute(db)
      metrics.goldenRecords.replace(rows.map(({ n, ...labels }) => [labels, n]))
      await readLeads(db, metrics, nowMs())
      await readTickets(db, metrics, nowMs())
    })
  },
}

type Metrics = ReadingParts['metrics']

/** Whoever works comes first: such a query is given up when it takes long. */
function quietly(database: Database, run: (db: Db) => Promise<void>): Promise<void> {
  return database.transaction(async tx => {
    await sql`set local statement_timeout = '20s'`.execute(tx)
    await run(tx)
  })
}

async function readLeads(db: Db, metrics: Metrics, nowMs: number): Promise<void> {
  const { rows } = await sql<{ source: string; stage: string; n: number }>`
    with lead as materialized (
      select fields ->> 'leadSource' as source, coalesce(fields ->> 'leadStatus', fields ->> 'lifecycleStage', fields ->> 'role') as stage
      from golden_record where entity = 'person' and id >= ${uuidOfMs(nowMs - 30 * DAY_MS)} and state = 'active'
        and (fields ->> 'leadSource' is not null or fields ->> 'role' = 'lead')
      order by id desc limit ${ROWS_MAX}
    ), known as (
      select source from lead where source is not null group by source order by count(*) desc, source limit ${SOURCES_MAX}
    )
    select case when l.source is null then 'unknown' when k.source is null then 'other' else k.source end as source,
      coalesce(stage, 'unknown') as stage, count(*)::int as n
    from lead l left join known k using (source) group by 1, 2
  `.execute(db)
  metrics.leads.replace(rows.map(({ n, ...labels }) => [labels, n]))
  metrics.businessRows.set({ entity: 'person' }, sum(rows))
}

interface TicketRow {
  kind: 'open' | 'rating' | 'read'
  channel: string
  what: string
  n: number
}

async function readTickets(db: Db, metrics: Metrics, nowMs: number): Promise<void> {
  const nowSeconds = nowMs / 1000
  const { rows } = await sql<TicketRow & { median: number | null; p90: number | null }>`
    with ticket as materialized (
      select coalesce(fields ->> 'channel', 'unknown') as channel, fields ->> 'status' as status, fields -> 'satisfaction' ->> 'rating' as rating,
        extract(epoch from coalesce((fields ->> 'openedAt')::timestamptz, created_at))::float8 as opened,
        extract(epoch from (fields ->> 'firstResponseAt')::timestamptz)::float8 as answered,
        extract(epoch from updated_at)::float8 as updated
      from golden_record where entity = 'ticket' and state = 'active' order by id desc limit ${ROWS_MAX}
    )
    select 'open' as kind, '' as channel, case when ${nowSeconds} - opened < 3600 then 'under 1 h' when ${nowSeconds} - opened < 86400 then '1 h to 1 d'
        when ${nowSeconds} - opened < 604800 then '1 d to 7 d' else 'over 7 d' end as what, count(*)::int as n, null::float8 as median, null::float8 as p90
      from ticket where status is null or status not in ('solved', 'closed') group by 3
    union all
    select 'rating', channel, rating, count(*)::int, null::float8, null::float8 from ticket
      where rating is not null and updated > ${nowSeconds - (30 * DAY_MS) / 1000} group by 2, 3
    union all
    select 'answer', channel, '', count(*)::int, percentile_cont(0.5) within group (order by answered - opened),
      percentile_cont(0.9) within group (order by answered - opened)
      from ticket where answered >= opened and answered > ${nowSeconds - (7 * DAY_MS) / 1000} group by 2
    union all
    select 'read', '', '', count(*)::int, null::float8, null::float8 from ticket
  `.execute(db)
  setTickets(metrics, rows)
}

const AGES = ['under 1 h', '1 h to 1 d', '1 d to 7 d', 'over 7 d']

function setTickets(
  metrics: Metrics,
  rows: readonly TicketRow[] & readonly { median: number | null; p90: number | null }[],
) {
  metrics.ticketsOpen.replace(AGES.map(age => [{ age }, 0]))
  metrics.satisfaction.replace([])
  metrics.firstResponse.replace([])
  for (const { kind, channel, what, n, median, p90 } of rows) {
    if (kind === 'open') metrics.ticketsOpen.set({ age: what }, n)
    else if (kind === 'rating') metrics.satisfaction.set({ channel, rating: what }, n)
    else if (kind === 'read') metrics.businessRows.set({ entity: 'ticket' }, n)
    if (median !== null) metrics.firstResponse.set({ channel, percentile: '50' }, median)
    if (p90 !== null) metrics.firstResponse.set({ channel, percentile: '90' }, p90)
  }
}

function sum(rows: readonly { n: number }[]): number {
  return rows.reduce((total, { n }) => total + n, 0)
}
