import type { Backend } from './backend.ts'
import type { Due } from './scheduler.ts'

/**
 * When the stages have work next, when the recurring jobs have, and a text that changes when any of it was worked on.
 * Systems that take no calls are left out.
 */
const NEXT_DUE = `
  select least(
      (select 0 from event where state = 'pending' limit 1), (select 0 from resolve_work limit 1), (select 0 from plan_work limit 1),
      (select extract(epoch from min(due_at)) * 1000 from event where state = 'reading'),
      (select extract(epoch from min(greatest(d.due_at, coalesce(d.lease_until, d.due_at)))) * 1000
         from delivery d join system s on s.name = d.system where s.state = 'active' and d.due_at is not null))::float8,
    (select extract(epoch from min(greatest(least(o.poll_due_at, o.compare_due_at), o.lease_until))) * 1000
       from system_object o join system s on s.name = o.system where s.state = 'active')::float8,
    (select count(*) from event where state in ('pending', 'reading')) || ' ' || (select count(*) from resolve_work) || ' '
      || (select count(*) from plan_work) || ' ' || coalesce((select id::text from attempt order by id desc limit 1), '')
      || ' ' || coalesce((select max(polled_at)::text from system_object), '')`

/** What is still under way: 0 when the hub rests. */
const UNDER_WAY = `
  select (select count(*) from event where state in ('pending', 'reading')) + (select count(*) from resolve_work)
    + (select count(*) from plan_work)
    + (select count(*) from delivery where state in ('pending', 'retrying', 'submitted', 'unknown') -- A lease that a dead process left on what rests is taken up when it is planned again.
      or (lease_by is not null and (due_at is not null or lease_until > now())))`

/** Events that wait to be interpreted, with their run. */
const PENDING_EVENTS = `select id || ' ' || run from event where state = 'pending' order by id`

/** What a jump of time must not pass. */
export async function nextDue(backend: Backend): Promise<Due | undefined> {
  const [stages = null, jobs = null, state = ''] = (await backend.rows(NEXT_DUE))[0] ?? []
  const [stagesMs, jobsMs] = [millis(stages), millis(jobs)]
  return { atMs: Math.min(stagesMs, jobsMs), kind: stagesMs <= jobsMs ? 'sweep' : 'job', state: state ?? '' }
}

function millis(text: string | null): number {
  return text === null ? Number.POSITIVE_INFINITY : Math.ceil(Number(text))
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
