-- How records become customers, as a person applied it: survivorship, key policy, thresholds, priorities. What patchbay.yaml says
-- beside that waits to be planned and applied. Applying is a publication, as that of a mapping is.
create table policy_revision (
  number     integer generated always as identity primary key,
  content    jsonb not null,
  applied_by text not null,
  applied_at timestamptz not null default now()
);

alter table mapping_publication
  drop constraint mapping_publication_kind_check,
  add constraint mapping_publication_kind_check check (kind in ('files', 'publish', 'rollback', 'weights', 'policy'));
