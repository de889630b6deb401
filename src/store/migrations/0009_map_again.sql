-- A publication may map history again: work of the background over the stored events of a (system, object).
-- entity: of kind map `<system>/<object>`, and position the last event that is done.
alter table backfill drop constraint backfill_kind_check,
  add constraint backfill_kind_check check (kind in ('plan', 'compute', 'map'));
