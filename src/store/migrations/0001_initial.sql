-- The tables of the hub. Words are those of docs/architecture.md; times are timestamptz, ids are uuid v7
-- (made by the hub, so that they sort by time), money never appears here.
--
-- request, event and attempt are partitioned by day through their uuid v7 id: a look-up by id prunes to one
-- partition, and retention drops whole days (src/store/partitions.ts makes and drops them).

create table schema_info (build text not null, created_at timestamptz not null default now());

-- ── Configuration ────────────────────────────────────────────────────────────────────────────────
create table config_revision (
  number      bigint generated always as identity primary key,
  hash        text not null,
  content     jsonb not null,
  applied_by  text not null,
  applied_at  timestamptz not null default now()
);

create table process (
  id              uuid primary key,
  roles           text[] not null,
  host            text not null,
  pid             integer not null,
  config_revision bigint,
  started_at      timestamptz not null default now(),
  heartbeat_at    timestamptz not null default now()
);

-- One row per system ever applied; what is configured is in the config revision, what is *happening* is here.
create table system (
  name        text primary key,
  connector   text not null,
  team        text,
  state       text not null default 'active' check (state in ('active', 'paused', 'disconnected')),
  reason      text,
  changed_by  text,
  changed_at  timestamptz not null default now(),
  breaker     jsonb not null default '{"state":"closed"}',
  calls_day   date,
  calls_today bigint not null default 0
);

-- First link of a (system, object): new -> loading -> review -> live; poll positions live here too.
create table system_object (
  system        text not null references system (name) on delete cascade,
  object        text not null,
  link_state    text not null default 'live' check (link_state in ('new', 'loading', 'review', 'live')),
  cursor        jsonb,
  polled_at     timestamptz,
  poll_due_at   timestamptz,
  poll_failures integer not null default 0,
  poll_error    text,
  lease_until   timestamptz,
  primary key (system, object)
);

-- Tokens obtained at run time (OAuth, sessions); sealed with AES-256-GCM under the hub's key.
create table system_token (
  system      text not null,
  name        text not null,
  sealed      bytea not null,
  key_id      text not null,
  expires_at  timestamptz,
  updated_at  timestamptz not null default now(),
  primary key (system, name)
);

create table mapping_revision (
  mapping      text not null,
  revision     integer not null,
  source       text not null,
  hash         text not null,
  origin       text not null check (origin in ('file', 'admin')),
  state        text not null check (state in ('draft', 'published', 'retired')),
  change_set   uuid,
  created_by   text not null,
  created_at   timestamptz not null default now(),
  published_at timestamptz,
  primary key (mapping, revision)
);
create unique index mapping_published on mapping_revision (mapping) where state = 'published';

create table lookup_table (
  name       text not null,
  key        text not null,
  value      jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (name, key)
);

create table api_token (
  id           uuid primary key,
  name         text not null,
  hash         bytea not null unique,
  scopes       text[] not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz,
  last_used_at timestamptz,
  revoked_at   timestamptz
);

-- Who did what; ids and hashes, never customer values.
create table audit (
  id     uuid primary key,
  at     timestamptz not null default now(),
  actor  text not null,
  action text not null,
  target text not null,
  detail jsonb not null default '{}'
);

-- ── 1 Receive ────────────────────────────────────────────────────────────────────────────────────
create table request (
  id           uuid primary key,
  system       text not null,
  method       text not null,
  path         text not null,
  headers      jsonb not null,
  content_type text,
  body         bytea not null,
  status       smallint not null,
  trace_id     text not null,
  received_at  timestamptz not null
) partition by range (id);
create table request_default partition of request default;

-- Refused requests of known systems: kept 24 h and bounded per system, so that they can be verified again
-- after a secret is corrected. Credentials are needed for that, so the whole request is sealed.
create table refused_request (
  id          uuid primary key,
  system      text not null,
  code        text not null,
  method      text not null,
  path        text not null,
  body_bytes  integer not null,
  sealed      bytea not null,
  key_id      text not null,
  trace_id    text not null,
  received_at timestamptz not null
);
create index refused_request_system on refused_request (system, id);

create table event (
  id              uuid primary key,
  request_id      uuid,
  item            integer not null default 0,
  system          text not null,
  object          text not null,
  type            text not null,
  -- snapshot: the record's whole or partial state; fact: something that happened; the rest are changes of being.
  kind            text not null check (kind in ('snapshot', 'fact', 'delete', 'restore', 'merge', 'reply', 'unknown')),
  origin          text not null check (origin in ('webhook', 'poll', 'read', 'import', 'reply')),
  remote_id       text,
  vendor_event_id text,
  version         text,
  author          text,
  merged_into     text,
  occurred_at     timestamptz,
  received_at     timestamptz not null,
  whole           boolean not null,
  payload         bytea,            -- null: the body of the request
  content_type    text,
  shard           smallint not null,
  state           text not null check (state in ('pending', 'reading', 'processed', 'ignored', 'dead')),
  reason          text,             -- a code, for ignored and dead
  detail          jsonb,            -- what a person needs to act: message, position, field
  notes           jsonb,            -- what was changed for mapping (duplicate keys, big integers, ...)
  run             integer not null default 0,
  attempts        integer not null default 0,
  due_at          timestamptz,
  settled_at      timestamptz,
  trace_id        text not null
) partition by range (id);
create table event_default partition of event default;
create index event_pending on event (shard, id) where state = 'pending';
create index event_reading on event (shard, due_at) where state = 'reading';
create index event_dead on event (system, id) where state = 'dead';
create index event_remote on event (system, object, remote_id, id) where remote_id is not null;

-- Dedupe keys are 128-bit hashes, kept beyond the day partitions for the dedupe window.
create table event_dedupe (
  key        uuid primary key,
  event_id   uuid not null,
  expires_at timestamptz not null
);
create index event_dedupe_expiry on event_dedupe using brin (expires_at);

-- ── 2 Interpret ──────────────────────────────────────────────────────────────────────────────────
-- fields: {"email": {"v": value seen, "t": ms of the statement, "e": event id, "a": false when it asserts nothing (echo, rendering)}}
create table source_record (
  system       text not null,
  object       text not null,
  remote_id    text not null,
  entity       text not null,
  fields       jsonb not null,
  vendor_form  jsonb,
  mapping_hash text,
  version      text,
  modified_at  timestamptz not null,
  tombstone_at timestamptz,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  primary key (system, object, remote_id)
) with (fillfactor = 85, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05);

create table resolve_work (
  system    text not null,
  object    text not null,
  remote_id text not null,
  shard     smallint not null,
  since     timestamptz not null,
  event_id  uuid,
  trace_id  text not null,
  replay    boolean not null default false, -- its golden record is planned again even if it stays as it is
  primary key (system, object, remote_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index resolve_work_shard on resolve_work (shard, since);

-- ── 3 Resolve ────────────────────────────────────────────────────────────────────────────────────
create table golden_record (
  id          uuid primary key,
  entity      text not null,
  version     bigint not null default 1,
  fields      jsonb not null,
  provenance  jsonb not null,
  state       text not null default 'active' check (state in ('active', 'merged', 'withdrawn', 'erased')),
  merged_into uuid,
  steward     jsonb,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
) with (fillfactor = 85, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05);
create index golden_record_entity on golden_record (entity, id);

-- The crosswalk, and the shadow of each remote record: sent is the outbound document of the last acknowledged
-- write, sent_fields its canonical values where the system is a source too.
create table remote_record (
  system       text not null,
  object       text not null,
  remote_id    text not null,
  golden_id    uuid,
  is_primary   boolean not null default true,
  alias_of     text,
  tombstone_at timestamptz,
  sent         jsonb,
  sent_fields  jsonb,
  sent_version text,
  sent_at      timestamptz,
  linked_at    timestamptz not null default now(),
  primary key (system, object, remote_id)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);
create index remote_record_golden on remote_record (golden_id, system, object);

create table identity_key (
  entity    text not null,
  kind      text not null,
  value     text not null,
  golden_id uuid not null,
  primary key (entity, kind, value)
);
create index identity_key_golden on identity_key (golden_id);

-- Links between golden records by canonical field. target names what the link points at, so that a link to
-- a record that has not arrived yet is completed when it does.
create table golden_link (
  from_id  uuid not null,
  field    text not null,
  target   text not null,
  to_id    uuid,
  primary key (from_id, field)
);
create index golden_link_to on golden_link (to_id);
create index golden_link_target on golden_link (target) where to_id is null;

create table merge_log (
  id         uuid primary key,
  winner_id  uuid not null,
  loser_id   uuid not null,
  cause      text not null,
  detail     jsonb not null,
  merged_at  timestamptz not null default now(),
  undone_at  timestamptz
);
create index merge_log_winner on merge_log (winner_id);
create index merge_log_loser on merge_log (loser_id);

-- Pairs a person must look at (conflicting evidence), and verdicts ("never the same").
create table review (
  id         uuid primary key,
  kind       text not null,
  entity     text not null,
  left_id    uuid not null,
  right_id   uuid not null,
  evidence   jsonb not null,
  state      text not null default 'open' check (state in ('open', 'merged', 'never', 'dismissed')),
  opened_at  timestamptz not null default now(),
  decided_at timestamptz,
  decided_by text,
  unique (kind, left_id, right_id)
);

create table plan_work (
  golden_id uuid primary key,
  shard     smallint not null,
  since     timestamptz not null,
  cause     text not null,
  event_id  uuid,
  trace_id  text not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index plan_work_shard on plan_work (shard, since);

-- ── 4 Plan and 5 Deliver ─────────────────────────────────────────────────────────────────────────
create table delivery (
  system          text not null,
  object          text not null,
  golden_id       uuid not null,
  route           text not null,
  entity          text not null,
  shard           smallint not null,
  action          text not null default 'upsert' check (action in ('upsert', 'archive', 'delete')),
  state           text not null check (state in
                    ('pending', 'waiting', 'retrying', 'submitted', 'unknown', 'held', 'frozen', 'synced', 'absent', 'dead')),
  reason          text,
  detail          jsonb,
  priority        smallint not null default 0,      -- 0 live, 1 backfill
  wanted_version  bigint not null,                  -- the golden version last planned
  sent_version    bigint,                           -- the golden version last acknowledged
  remote_id       text,
  due_at          timestamptz,                      -- null: nothing to do until something changes
  -- A leased delivery is being sent. No index knows these three, so that taking a lease is a cheap (HOT) update.
  lease_until     timestamptz,
  lease_by        uuid,
  in_flight       jsonb,                            -- the document of the call under way
  failures        integer not null default 0,
  failing_since   timestamptz,
  job             jsonb,                            -- a vendor's asynchronous job (submitted)
  attempt_ids     uuid[] not null default '{}',     -- the newest ten
  event_id        uuid,
  trace_id        text not null,
  planned_at      timestamptz not null default now(),
  settled_at      timestamptz,
  primary key (golden_id, system, object)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
create index delivery_due on delivery (shard, system, priority, due_at) where due_at is not null;
-- What people look at; pending ones come and go too often to be indexed.
create index delivery_open on delivery (system, state) where state not in ('synced', 'absent', 'pending');

-- What a delivery waits on: another golden record's remote record in the same system.
create table delivery_wait (
  system    text not null,
  object    text not null,
  golden_id uuid not null,
  parent_id uuid not null,
  primary key (system, object, golden_id, parent_id)
);
create index delivery_wait_parent on delivery_wait (parent_id, system);

create table attempt (
  id          uuid primary key,
  system      text not null,
  object      text,
  operation   text not null,
  outcome     text not null,
  status      smallint,
  deliveries  integer not null,
  started_at  timestamptz not null,
  duration_ms integer not null,
  exchanges   jsonb not null,       -- redacted: method, url, status, excerpts
  trace_id    text not null
) partition by range (id);
create table attempt_default partition of attempt default;
create index attempt_system on attempt (system, id);

-- Keyed hashes of erased persons: they must not come back.
create table suppression (
  hash       bytea primary key,
  reason     text not null,
  created_at timestamptz not null default now()
);
