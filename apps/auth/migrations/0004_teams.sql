create table teams (
  id text primary key,
  position bigint generated always as identity unique,
  name text not null check (char_length(name) between 1 and 64),
  created_at timestamptz not null
);

-- As for users: "Core" and "core" would be two teams that nobody can tell apart.
create unique index teams_name on teams (lower(name));

alter table users add column team_id text references teams (id);
-- Counts changes of team, so that each of them is a fact of its own.
alter table users add column team_revision integer not null default 0;
