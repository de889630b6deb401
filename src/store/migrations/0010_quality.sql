-- What each source system's records were worth on a day, field by field: counts of a sample, so that rates can be added up.
create table quality_snapshot (
  day         date not null,
  system      text not null,
  object      text not null,
  entity      text not null,
  field       text not null,
  records     integer not null,   -- looked at
  stated      integer not null,   -- that say something of the field
  judged      integer not null,   -- whose value can be right or wrong by itself: mails, phones, tax ids, dates of birth ...
  valid       integer not null,
  compared    integer not null,   -- of customers that several records tell of
  conflicting integer not null,   -- where another system's value won
  age_days    real not null,      -- median, since it was said or last seen so
  primary key (day, system, object, entity, field)
);
