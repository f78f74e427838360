-- Counts renamings, so that each of them is a fact of its own.
alter table teams add column name_revision integer not null default 0;
-- A deleted team stays as what usage of its time is shown under. Nobody is in it, and its name is free.
alter table teams add column deleted_at timestamptz;

drop index teams_name;
create unique index teams_name on teams (lower(name)) where deleted_at is null;
create index users_team on users (team_id) where team_id is not null;
