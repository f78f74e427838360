-- One row a completed check. Its events leave by the outbox, written in the same transaction.
create table checks (
  id uuid primary key,
  repository text not null,
  -- Who asked: a user or a service.
  subject text not null,
  verdict text not null check (verdict in ('pass', 'fail', 'not_evaluated')),
  policy_hash text not null,
  files integer not null,
  cached_files integer not null,
  not_analysed_files integer not null,
  findings integer not null,
  -- [{criterion, score, threshold, verdict, reason}]
  criteria jsonb not null,
  at timestamptz not null
);
create index checks_repository_at on checks (repository, at desc);
