-- Matching by weak evidence: what source records say about who they are, the keys under which they are found, how often
-- values occur, and why records were linked or not. Empty unless policy.identity.matching is set.

-- features: the normal forms that are compared. looked_at: null until the second look for those resolved at the same moment.
create table match_record (
  id         bigint generated always as identity primary key,
  system     text not null,
  object     text not null,
  remote_id  text not null,
  entity     text not null,
  features   jsonb not null,
  keys       bigint[] not null,
  stored_at  timestamptz not null default now(),
  looked_at  timestamptz,
  unique (system, object, remote_id)
) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
create index match_record_unlooked on match_record (stored_at) where looked_at is null;

-- Blocking keys as hashes. Newer records have higher ids: of a key that many share the newest are looked at.
create table match_key (
  key       bigint not null,
  record_id bigint not null,
  primary key (key, record_id)
) with (autovacuum_vacuum_scale_factor = 0.05);

-- How many source records hold a value, as a hash; rows are added up, so that batches that count the same name need not
-- wait for each other, and folded into one now and then.
create table match_count (
  value bigint not null,
  n     integer not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
create index match_count_value on match_count (value) include (n);

-- Every decision above the lower threshold, with what it was decided by. bits: the logarithm of the odds.
create table match_decision (
  id         uuid primary key,
  system     text not null,
  object     text not null,
  remote_id  text not null,
  golden_id  uuid not null,
  verdict    text not null check (verdict in ('linked', 'review')),
  bits       real not null,
  model      text not null,
  evidence   jsonb not null,
  decided_at timestamptz not null default now()
);
create index match_decision_record on match_decision (system, object, remote_id);
create index match_decision_golden on match_decision (golden_id);

-- Who is erased, or withdrawn for good, leaves nothing here either.
create function forget_match_record() returns trigger language plpgsql as $$
begin
  delete from match_key k using gone g, match_record m
  where m.system = g.system and m.object = g.object and m.remote_id = g.remote_id and k.key = any(m.keys) and k.record_id = m.id;
  delete from match_record m using gone g where m.system = g.system and m.object = g.object and m.remote_id = g.remote_id;
  delete from match_decision d using gone g where d.system = g.system and d.object = g.object and d.remote_id = g.remote_id;
  return null;
end $$;
create trigger forget_match_record after delete on source_record referencing old table as gone
  for each statement execute function forget_match_record();
