-- Creates under way, or of a fate not known yet, also of a customer whom a merge has brought another remote record meanwhile.
drop index delivery_creates;
create index delivery_creates on delivery (system, object) where in_flight_fields @? '$[*] ? (!exists(@.to))';
