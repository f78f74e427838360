-- What was last recorded of each service and dependency. Its row lock decides which of two replicas records a change.
create table component_states (
  component text primary key,
  state smallint not null,
  reason text not null,
  changed_at timestamptz not null
);

create table health_changes (
  id uuid primary key default gen_random_uuid(),
  component text not null,
  before smallint not null,
  after smallint not null,
  reason text not null,
  changed_at timestamptz not null
);
create index health_changes_changed_at on health_changes (changed_at);

-- Which facts are counted already. Two facts of different kinds may share an id.
create table counted_events (
  subject text not null,
  event_id text not null,
  published_at timestamptz not null,
  primary key (subject, event_id)
);
create index counted_events_published_at on counted_events (published_at);

create table event_counts (
  subject text not null,
  minute timestamptz not null,
  count bigint not null,
  primary key (subject, minute)
);

create table event_totals (
  subject text primary key,
  total bigint not null
);
