-- A check of a whole repository, from its first file to its report. What history shows of it stands in checks.
create table repository_checks (
  id uuid primary key,
  repository text not null,
  -- Who asked: a user or a service.
  subject text not null,
  state text not null default 'collecting' check (state in ('collecting', 'waiting', 'running', 'completed', 'failed', 'cancelled')),
  -- Why there is no verdict.
  reason text not null default '',
  policy_yaml text not null,
  mode text not null,
  diff text not null,
  deep boolean not null,
  -- How far the job is.
  stage text not null default '',
  done integer not null default 0,
  total integer not null default 0,
  -- Times that an instance began and did not say how it ended.
  starts integer not null default 0,
  -- The check as it was decided.
  result jsonb,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create index repository_checks_created_at on repository_checks (created_at);

-- What is looked at: held until the check has ended, for a day at most.
create table repository_check_files (
  check_id uuid not null references repository_checks on delete cascade,
  path text not null,
  -- zstd
  content bytea not null,
  -- Before compression.
  bytes integer not null,
  -- [{first, last}]
  changed_lines jsonb not null,
  modified_at timestamptz,
  primary key (check_id, path)
);
alter table repository_check_files alter column content set storage external;

create table repository_check_reports (
  check_id uuid not null references repository_checks on delete cascade,
  path text not null,
  content bytea not null,
  bytes integer not null,
  modified_at timestamptz,
  primary key (check_id, path)
);
alter table repository_check_reports alter column content set storage external;

-- What was found so far. A job that is begun again goes on after the parts that are there, so that who watches is told nothing twice.
create table repository_check_parts (
  check_id uuid not null references repository_checks on delete cascade,
  part text not null,
  seq bigint generated always as identity,
  -- zstd of JSON
  body bytea not null,
  primary key (check_id, part)
);
alter table repository_check_parts alter column body set storage external;
create index repository_check_parts_seq on repository_check_parts (check_id, seq);
