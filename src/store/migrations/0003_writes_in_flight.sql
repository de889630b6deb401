-- Each write in flight keeps the time of its own lease, and which remote record it goes to (a create to none that is known):
-- a report that was received before, or that is of another record, is not its echo. delivery.in_flight_fields is from now on
-- [{"at": lease in epoch ms, "to": "remote id", "fields": {"field": value}}, ...], newest first.
update delivery set in_flight_fields = (
  select jsonb_agg(jsonb_build_object('at', coalesce(floor(extract(epoch from leased_at) * 1000), 0), 'fields', f.fields)
    || case when remote_id is null then '{}' else jsonb_build_object('to', remote_id) end order by f.n)
  from jsonb_array_elements(in_flight_fields) with ordinality f(fields, n))
where in_flight_fields is not null;
