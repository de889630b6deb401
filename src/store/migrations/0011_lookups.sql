-- Whose ids the outbound mapping of a delivery asked for by $xref: '<golden id> <system>' each. What changes one of them makes
-- the delivery due, as for a link. Null: none, as for most.
alter table delivery add column asks text[];
create index delivery_asks on delivery using gin (asks) where asks is not null;
