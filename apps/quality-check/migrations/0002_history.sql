-- A check may be written down before it is decided: a repository's check runs in the background.
alter table checks
  add column mode text not null default 'whole_file' check (mode in ('new_code', 'whole_file', 'baseline')),
  add column scope text not null default 'files' check (scope in ('files', 'repository')),
  add column state text not null default 'completed' check (state in ('collecting', 'waiting', 'running', 'completed', 'failed', 'cancelled')),
  -- Why there is no verdict; empty otherwise.
  add column reason text not null default '',
  alter column verdict drop not null,
  alter column policy_hash set default '',
  alter column files set default 0,
  alter column cached_files set default 0,
  alter column not_analysed_files set default 0,
  alter column findings set default 0,
  alter column criteria set default '[]';
create index checks_at on checks (at desc, id desc);

-- What is known of a repository's findings across its checks of whole files.
create table findings (
  repository text not null,
  path text not null,
  fingerprint text not null,
  -- 0 error, 1 warning, 2 note.
  severity smallint not null,
  security_severity real not null,
  -- As it was last seen.
  finding jsonb not null,
  state text not null check (state in ('new', 'existing', 'fixed', 'reopened')),
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  fixed_at timestamptz,
  -- Accepted: does not count in baseline mode.
  baseline boolean not null default false,
  primary key (repository, path, fingerprint)
);
create index findings_open on findings (repository, severity, security_severity desc, path, fingerprint) where fixed_at is null;
create index findings_fixed_at on findings (fixed_at) where fixed_at is not null;

-- The policy each repository was last judged by.
create table policies (
  repository text primary key,
  policy_hash text not null,
  changed_at timestamptz not null
);
