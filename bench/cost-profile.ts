import { sql } from './database.ts'
import type { ProfileSummary } from './profile.ts'
import type { Stand } from './stand.ts'

/** Where the time of one run went: functions of the hub, statements of the database. */
export interface CostProfile {
  hub: ProfileSummary
  statements: StatementCost[]
}

export interface StatementCost {
  /** Of the execution and planning time of all statements. */
  share: number
  calls: number
  /** Execution and planning. */
  totalMs: number
  planMs: number
  rows: number
  text: string
}

const STATEMENTS_MAX = 25
const TEXT_MAX = 160

export async function startProfile(stand: Stand): Promise<void> {
  await sql(stand, 'create extension if not exists pg_stat_statements')
  await sql(stand, 'select pg_stat_statements_reset()')
  await stand.hub.ask({ do: 'startProfile' })
}

export async function stopProfile(stand: Stand): Promise<CostProfile> {
  const hub = await stand.hub.ask<ProfileSummary>({ do: 'stopProfile' })
  const rows = await sql<{ query: string; calls: string; ms: number; plan_ms: number; rows: string; all_ms: number }>(
    stand,
    `select query, calls, total_exec_time + total_plan_time as ms, total_plan_time as plan_ms, rows,
       sum(total_exec_time + total_plan_time) over () as all_ms
     from pg_stat_statements order by 3 desc limit $1`,
    [STATEMENTS_MAX],
  )
  const statements = rows.map(row => ({
    share: row.ms / row.all_ms,
    calls: Number(row.calls),
    totalMs: row.ms,
    planMs: row.plan_ms,
    rows: Number(row.rows),
    text: shorten(row.query),
  }))
  return { hub, statements }
}

/** The words that tell one statement from another: what it writes to, else its start. */
function shorten(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim()
  const writes = [...flat.matchAll(/(insert into|update|delete from) (\w+)/g)].map(match => match[0])
  const label = writes.length > 0 ? `[${[...new Set(writes)].join(', ')}] ` : ''
  return `${label}${flat}`.slice(0, TEXT_MAX)
}
