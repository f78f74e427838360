-- One message may tell many facts.
alter table counted_events add column facts integer not null default 1;
