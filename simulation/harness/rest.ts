/** SQL of what the harness asks the hub's database. */

/**
 * When the stages have work next, when the recurring jobs have, and a text that changes when any of it was worked on.
 * Systems that take no calls are left out.
 */
export const NEXT_DUE = `
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
export const UNDER_WAY = `
  select (select count(*) from event where state in ('pending', 'reading')) + (select count(*) from resolve_work)
    + (select count(*) from plan_work)
    + (select count(*) from delivery where state in ('pending', 'retrying', 'submitted', 'unknown') or lease_by is not null)`

/** Events that wait to be interpreted, with their run. */
export const PENDING_EVENTS = `select id || ' ' || run from event where state = 'pending' order by id`

export const ACKNOWLEDGED = (traceId: string): string => `select 1 from request where trace_id = '${traceId}' limit 1`
