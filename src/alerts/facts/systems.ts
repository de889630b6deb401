import { sql } from 'kysely'
import type { HubConfig } from '#config/config.ts'
import { isJsonObject, type Json } from '#model/json.ts'
import type { Db } from '#store/database.ts'

export interface SystemFact {
  name: string
  state: 'active' | 'paused' | 'disconnected'
  reason: string | null
  changedAtMs: number
  /** Since when its circuit breaker is open, undefined while it is closed. */
  brokenSinceMs: number | undefined
  callsToday: number
  perDay: number | undefined
  /** Why its polls fail, after several in a row. */
  pollError: string | undefined
  pollFailingSinceMs: number | undefined
}

/** Fewer polls in a row may fail by chance. */
const POLL_FAILURES_MIN = 3

/** States set by people and by the hub, circuit breakers, calls of today, and polls that keep failing. */
export async function readSystems(db: Db, config: HubConfig): Promise<SystemFact[]> {
  const { rows } = await sql<{
    name: string
    state: SystemFact['state']
    reason: string | null
    changed_at: Date
    breaker: Json
    calls: number
    poll_error: string | null
    polled_at: Date | null
  }>`
    select s.name, s.state, s.reason, s.changed_at, s.breaker, case when s.calls_day = current_date then s.calls_today else 0 end as calls,
      o.poll_error, o.polled_at
    from system s left join lateral (
      select poll_error, polled_at from system_object o
      where o.system = s.name and o.poll_failures >= ${POLL_FAILURES_MIN} and o.poll_error is not null order by polled_at limit 1) o on true
  `.execute(db)
  return rows.flatMap(row => {
    const system = config.systems[row.name]
    if (system === undefined) return []
    return {
      name: row.name,
      state: row.state,
      reason: row.reason,
      changedAtMs: row.changed_at.getTime(),
      brokenSinceMs: brokenSince(row.breaker),
      callsToday: row.calls,
      perDay: system.limits.perDay,
      pollError: row.poll_error ?? undefined,
      pollFailingSinceMs: row.polled_at?.getTime(),
    }
  })
}

function brokenSince(breaker: Json): number | undefined {
  if (!isJsonObject(breaker) || breaker.state === 'closed') return undefined
  return typeof breaker.openedAtMs === 'number' ? breaker.openedAtMs : undefined
}

/** Deletes that a comparison of ids found and that are too many to be done without a person's word. */
export interface HeldDeletesFact {
  system: string
  object: string
  atMs: number
  missing: number
}

export async function readHeldDeletes(db: Db): Promise<HeldDeletesFact[]> {
  const { rows } = await sql<HeldDeletesFact>`
    select system, object, (compare_held ->> 'atMs')::float8 as "atMs", jsonb_array_length(compare_held -> 'ids') as missing
    from system_object where compare_held is not null
  `.execute(db)
  return rows
}

/** A channel of notices that did not take its last one. */
export interface ChannelFact {
  name: string
  failingSinceMs: number
  failures: number
  error: string
}

export async function readChannels(db: Db): Promise<ChannelFact[]> {
  const rows = await db.selectFrom('alert_channel').selectAll().execute()
  return rows.map(row => ({
    name: row.name,
    failingSinceMs: row.failing_since.getTime(),
    failures: row.failures,
    error: row.error,
  }))
}
