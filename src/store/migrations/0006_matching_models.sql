-- Weights of matching that were estimated from the hub's own records. Applying one is a publication, as that of a mapping is:
-- every process follows the newest, and what is computed again waits for the slowest.

-- rates: m and u by comparison and level, as in a file of weights. pairs: how many pairs of records they come from.
create table matching_model (
  number     integer generated always as identity primary key,
  rates      jsonb not null,
  pairs      integer not null,
  trained_by text not null,
  trained_at timestamptz not null default now()
);

-- model: null for the built-in weights.
alter table mapping_publication
  drop constraint mapping_publication_kind_check,
  add constraint mapping_publication_kind_check check (kind in ('files', 'publish', 'rollback', 'weights')),
  add column model integer references matching_model;
