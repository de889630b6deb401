-- The life of mappings: drafts, publications, and which revision mapped what.

-- One row per act that changed which revisions are published; processes follow the newest.
-- changes: [{mapping, revision, previous}], a null revision where a mapping ended, a null previous where it began.
create table mapping_publication (
  number     bigint generated always as identity primary key,
  kind       text not null check (kind in ('files', 'publish', 'rollback')),
  changes    jsonb not null,
  note       text,
  by         text not null,
  at         timestamptz not null default now()
);

-- cases: those of this revision, in the form of a cases file; null: those of the file.
alter table mapping_revision
  drop column change_set,
  add column cases jsonb,
  add column note text,
  add column changed_at timestamptz not null default now();
-- One draft of a mapping, on which people work together.
create unique index mapping_draft on mapping_revision (mapping) where state = 'draft';

alter table event add column mapping_revision integer;
alter table delivery add column mapping_revision integer;

-- A backfill begins when no live process maps by an older publication.
alter table process add column publication bigint;
alter table backfill add column publication bigint not null default 0;
