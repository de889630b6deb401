-- Alerts that the hub itself raises (docs/alerts.md), and the little that it remembers to judge by.

-- One row per trouble from its begin to its end. since: when the trouble began, as far as that is known; raised_at: when it
-- was found; seen_at: when it was last there, since it ends only after it was gone for a while.
-- told_at: the first notice of it was planned; told_to: the channels that took one, which hear of its end too.
create table alert (
  id              uuid primary key,
  name            text not null,
  severity        text not null check (severity in ('page', 'ticket')),
  system          text,
  object          text,
  team            text,
  state           text not null check (state in ('firing', 'acknowledged', 'resolved')),
  value           double precision not null,
  customers       integer,
  detail          jsonb not null,
  since           timestamptz not null,
  raised_at       timestamptz not null,
  seen_at         timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  resolved_at     timestamptz,
  told_at         timestamptz,
  told_to         text[] not null default '{}',
  escalations     integer not null default 0,
  -- The acknowledgement, or the end, was told to those who were told of the alert.
  ack_told        boolean not null default false,
  end_told        boolean not null default false
);
create unique index alert_open on alert (name, coalesce(system, ''), coalesce(object, '')) where state <> 'resolved';
create index alert_untold_end on alert (resolved_at) where state = 'resolved' and not end_told;

-- What is to be said to a team, and what became of it. channels: in the order in which they are tried.
create table alert_notice (
  id         uuid primary key,
  kind       text not null check (kind in ('firing', 'escalated', 'acknowledged', 'resolved')),
  team       text not null,
  channels   text[] not null,
  alerts     uuid[] not null,
  state      text not null check (state in ('waiting', 'sent', 'failed')),
  channel    text,                  -- the one that took it
  tries      integer not null default 0,
  error      text,
  due_at     timestamptz not null,
  made_at    timestamptz not null,
  sent_at    timestamptz
);
create index alert_notice_waiting on alert_notice (due_at) where state = 'waiting';
create index alert_notice_sent on alert_notice (channel, sent_at) where state = 'sent';

create table alert_silence (
  id         uuid primary key,
  name       text,
  system     text,
  object     text,
  team       text,
  ends_at    timestamptz not null,
  why        text not null,
  made_by    text not null,
  made_at    timestamptz not null
);

-- Channels that did not take their last notice.
create table alert_channel (
  name          text primary key,
  failing_since timestamptz not null,
  failures      integer not null,
  error         text not null,
  quiet_until   timestamptz
);

-- One process looks at a time. counted_to: up to where events and attempts are counted; watched_since: since when without a gap.
create table alert_watch (
  id            boolean primary key default true check (id),
  lease_by      uuid,
  lease_until   timestamptz,
  counted_to    timestamptz,
  looked_at     timestamptz,
  watched_since timestamptz
);
insert into alert_watch default values;

-- What only a process itself can know: the disk under it, how long the database takes to answer it.
create table process_health (
  process uuid primary key,
  host    text not null,
  at      timestamptz not null,
  report  jsonb not null
);

-- The rhythm of each source: slots is a bit per five minutes of the hour in which something came.
create table source_activity (
  system  text not null,
  hour    timestamptz not null,
  slots   integer not null,
  last_at timestamptz not null,
  primary key (system, hour)
);

-- How calls ended, in slots of five minutes.
create table attempt_activity (
  system   text not null,
  slot     timestamptz not null,
  outcome  text not null,
  attempts integer not null,
  primary key (system, slot, outcome)
);

-- Frozen deliveries are many and rest; these few need a person.
create index delivery_flip_flop on delivery (system, object) where state = 'frozen' and reason = 'flip_flop';
