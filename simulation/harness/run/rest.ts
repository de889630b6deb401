import type { Backend } from '../database/backend.ts'
import type { Due } from '../scheduler.ts'

/** A number that every transaction that writes makes larger. */
const WRITES = `select pg_snapshot_xmax(pg_current_snapshot())::text`

/**
 * What has work next, and when (0: now): stages by their sweeps, recurring jobs by their names. Systems that take no calls
 * are left out.
 */
const NEXT_DUE = `
  select kind, at::float8 from (
    select 'interpret' as kind, (select 0 from event where state = 'pending' limit 1) as at
    union all select 'resolve', (select 0 from resolve_work limit 1)
    union all select 'plan', (select 0 from plan_work limit 1)
    union all select 'read', (select extract(epoch from min(due_at)) * 1000 from event where state = 'reading')
    union all select 'deliver', (select extract(epoch from min(greatest(d.due_at, coalesce(d.lease_until, d.due_at)))) * 1000
      from delivery d join system s on s.name = d.system where s.state = 'active' and d.due_at is not null)
    union all select 'polls', (select extract(epoch from min(greatest(o.poll_due_at, o.lease_until))) * 1000
      from system_object o join system s on s.name = o.system where s.state = 'active' and o.poll_due_at is not null)
    union all select 'comparisons', (select extract(epoch from min(o.compare_due_at)) * 1000
      from system_object o join system s on s.name = o.system where s.state = 'active' and o.link_state = 'live')
    union all select 'dependents', (select 0 from standing_change limit 1)
    union all select 'brakes', (select 0 from brake b where b.state <> 'on' and exists (
      select from delivery d where d.system = b.system and d.object = b.object and d.cause = b.cause and d.reason = 'brake' and d.state = 'held') limit 1)
    union all select 'backfills', (select 0 from backfill where ended_at is null limit 1)
    union all select 'link', (select 0 from system_object where link_state = 'loading' limit 1)
    union all select 'link', (select 0 from delivery d join system_object o on o.system = d.system and o.object = d.object
      where d.reason = 'first_link' and (o.link_state = 'live' or d.detail is null) limit 1)
  ) due
  where at is not null`

/** What is still under way: 0 when the hub rests. */
const UNDER_WAY = `
  select (select count(*) from event where state in ('pending', 'reading')) + (select count(*) from resolve_work)
    + (select count(*) from plan_work)
    + (select count(*) from delivery where state in ('pending', 'retrying', 'submitted', 'unknown') -- A lease that a dead process left on what rests is taken up when it is planned again.
      or (lease_by is not null and (due_at is not null or lease_until > now())))
    + (select count(*) from brake where state = 'on')
    + (select count(*) from system_object where link_state <> 'live')
    -- What a system that was down has to tell is not known before it is polled again.
    + (select count(*) from system_object o join system s on s.name = o.system where s.state = 'active' and o.poll_failures > 0)`

/** Events that wait to be interpreted, with their run. */
const PENDING_EVENTS = `select id || ' ' || run from event where state = 'pending' order by id`

/** Tells what a jump of time must not pass. Where nothing was written since, it is as it was: then it is not asked again. */
export function createNextDue(backend: Backend): (nowMs: number) => Promise<Due | undefined> {
  let [found, state]: [(string | null)[][], string] = [[], '']
  return async nowMs => {
    const [writes] = await backend.rows(WRITES)
    const last = writes?.[0] ?? ''
    if (last !== state) [found, state] = [await backend.rows(NEXT_DUE), last]
    return dueOf(found, state, nowMs)
  }
}

function dueOf(found: readonly (readonly (string | null)[])[], state: string, nowMs: number): Due | undefined {
  const rows = found.map(([kind, at]) => ({ kind: kind ?? '', atMs: Math.ceil(Number(at)) }))
  const [first] = rows.toSorted((a, b) => a.atMs - b.atMs)
  if (first === undefined) return undefined
  const due = rows.filter(({ atMs }) => atMs <= nowMs)
  return { atMs: first.atMs, kinds: new Set(due.map(({ kind }) => kind)), state }
}

export async function underWay(backend: Backend): Promise<number> {
  return Number((await backend.rows(UNDER_WAY))[0]?.[0] ?? 0)
}

export async function pendingEvents(backend: Backend): Promise<string[]> {
  return (await backend.rows(PENDING_EVENTS)).flatMap(row => row[0] ?? [])
}

export async function isStored(backend: Backend, traceId: string): Promise<boolean> {
  return (await backend.rows(`select 1 from request where trace_id = '${traceId}' limit 1`)).length > 0
}
