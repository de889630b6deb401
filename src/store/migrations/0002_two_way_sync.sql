-- Two-way sync: the shadow per field, first link, the brake, primary remote records chosen by people.

-- ── The shadow ───────────────────────────────────────────────────────────────────────────────────
-- sent_at: when the last acknowledged write was acknowledged; sent_from: when its call was leased, so that what was seen
-- from then on may be newer than the write; sent_vendor_at: the vendor's own time of the write.
-- sent_earlier: canonical values of earlier or unsettled writes, {"field": [{"v": value, "at": lease in epoch ms}, ...]}, newest first.
-- tombstone_by: who deleted it, its own people ('system') or we ('hub'): only the first keeps us from creating it again.
-- primary_by: 'person' when a person chose the primary remote record.
alter table remote_record
  add column sent_from timestamptz,
  add column sent_vendor_at timestamptz,
  add column sent_earlier jsonb,
  add column tombstone_by text check (tombstone_by in ('system', 'hub')),
  add column primary_by text check (primary_by in ('person'));

-- Survivors look for those merged into them, and members of a golden record for what was merged away with them.
create index remote_record_alias on remote_record (system, object, alias_of) where alias_of is not null;
create index golden_record_merged on golden_record (merged_into) where merged_into is not null;

-- in_flight_fields: canonical values of the call under way and of those whose fate is not known yet, [{"field": value}, ...],
-- newest first (leased_at says since when).
-- cause: what made it due ('source:crm', 'mapping:crm/contact.out', 'policy', 'config', 'link', ...); counted_*: what the brake
-- counted last. flips: per member of the document, the values written lately.
alter table delivery
  add column in_flight_fields jsonb,
  add column leased_at timestamptz,
  add column cause text,
  add column counted_cause text,
  add column counted_at timestamptz,
  add column flips jsonb;

-- freeze: it left its route and stays there as it is, after one last write that carries only what consent changes cause.
alter table delivery drop constraint delivery_action_check,
  add constraint delivery_action_check check (action in ('upsert', 'freeze', 'archive', 'delete'));

-- Creates under way: a record reported for the first time may be one of them. Updates do not touch this index.
create index delivery_creates on delivery (system, object) where in_flight_fields is not null and remote_id is null;

-- Planning again after a change of mappings, routes or policy goes behind live work.
alter table plan_work add column priority smallint not null default 0;
drop index plan_work_shard;
create index plan_work_shard on plan_work (shard, priority, since);

-- Why a golden record is computed again, where it is not the source itself that changed.
alter table resolve_work add column cause text;

-- What golden records are planned and computed by, each part by its hash: a changed route, mapping or policy is seen at the
-- next start, and its golden records are worked through once more, in the background.
create table config_part (name text primary key, hash text not null);

create table backfill (
  id         uuid primary key,
  kind       text not null check (kind in ('plan', 'compute')),
  entity     text not null,
  cause      text not null,
  revision   bigint not null,         -- begins when no live process works by an older one
  position   uuid,                    -- the last golden record that is done
  done       bigint not null default 0,
  started_at timestamptz not null default now(),
  ended_at   timestamptz
);
create unique index backfill_open on backfill (kind, entity, cause) where ended_at is null;

-- ── First link, and deletes found by comparing ids ───────────────────────────────────────────────
-- What first link pulls is an event of its own origin, and goes behind live work from stage to stage.
alter table event drop constraint event_origin_check;
alter table event add constraint event_origin_check
  check (origin in ('webhook', 'poll', 'load', 'read', 'import', 'reply'));
alter table resolve_work add column priority smallint not null default 0;
drop index resolve_work_shard;
create index resolve_work_shard on resolve_work (shard, priority, since);
-- Deliveries whose (system, object) is not live and of which it is not known yet what linking would do.
create index delivery_undecided on delivery (system, object, golden_id) where reason = 'first_link' and detail is null;

alter table system_object
  add column load_group text,
  add column loaded bigint not null default 0,
  add column load_started_at timestamptz,
  add column load_ended_at timestamptz,
  add column linked_at timestamptz,
  add column linked_by text,
  add column compare_due_at timestamptz,
  add column compared_at timestamptz,
  add column compare_error text,
  add column compare_held jsonb;

-- ── What depends on another golden record's remote record ───────────────────────────────────────────
-- Golden records whose standing in a system changed; taken by the statement that makes their dependents due. `record`: their
-- remote record came, went or is another one, which all dependents must learn; else only those that wait for it.
create table standing_change (
  id        bigint generated always as identity primary key,
  system    text not null,
  golden_id uuid not null,
  record    boolean not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create function note_new_records() returns trigger language plpgsql as $$
begin
  insert into standing_change (system, golden_id, record)
  select distinct system, golden_id, true from added where golden_id is not null and position('/' in object) = 0;
  return null;
end $$;
create trigger note_new_records after insert on remote_record referencing new table as added
  for each statement execute function note_new_records();

create function note_changed_record() returns trigger language plpgsql as $$
begin
  insert into standing_change (system, golden_id, record)
  select distinct new.system, id, true from unnest(array[old.golden_id, new.golden_id]) as id where id is not null;
  return null;
end $$;
create trigger note_changed_record after update on remote_record for each row
  when (position('/' in new.object) = 0 and (old.golden_id is distinct from new.golden_id or old.is_primary <> new.is_primary
    or old.alias_of is distinct from new.alias_of or (old.tombstone_at is null) <> (new.tombstone_at is null)))
  execute function note_changed_record();

create function note_resting_delivery() returns trigger language plpgsql as $$
begin
  insert into standing_change (system, golden_id, record) values (new.system, new.golden_id, false);
  return null;
end $$;
create trigger note_resting_delivery after update of state on delivery for each row
  when (old.state <> new.state and new.state in ('absent', 'frozen', 'held', 'dead')
    and new.reason is distinct from 'brake')
  execute function note_resting_delivery();

-- ── The brake ────────────────────────────────────────────────────────────────────────────────────
-- How many remote records of a (system, object) one cause changed, by minute; kept as long as the brake looks back. One row
-- per shard of deliveries: each is worked on by one transaction at a time, so that counting waits for nobody.
create table brake_count (
  system text not null,
  object text not null,
  cause  text not null,
  minute timestamptz not null,
  shard  smallint not null,
  n      integer not null,
  primary key (system, object, cause, minute, shard)
);

create table brake (
  id         uuid primary key,
  system     text not null,
  object     text not null,
  cause      text not null,
  state      text not null default 'on' check (state in ('on', 'released', 'discarded')),
  changed    integer not null,
  limited_to integer not null,
  tripped_at timestamptz not null default now(),
  ended_at   timestamptz,
  ended_by   text
);
create unique index brake_on on brake (system, object, cause) where state = 'on';
