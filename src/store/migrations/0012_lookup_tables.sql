-- Look-up tables as files had them, by their content. Each revision of a mapping names those that it maps by, {name: hash}, so
-- that it maps the same whatever the files say by now. Null: it names
-- none, or is a draft, which is given those of the files when it is published.
drop table lookup_table;
create table lookup_table (
  hash       text primary key,
  source     text not null,
  created_at timestamptz not null default now()
);
alter table mapping_revision add column tables jsonb;
