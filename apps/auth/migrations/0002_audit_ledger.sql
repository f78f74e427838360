create table audit_entries (
  sequence bigint primary key check (sequence > 0),
  fact_id text not null unique check (char_length(fact_id) between 1 and 200),
  occurred_at timestamptz not null,
  subject text not null,
  key_id text not null,
  action text not null,
  target text not null,
  outcome text not null,
  -- Canonical JSON, kept as text: it is hashed byte for byte.
  detail text not null,
  previous_hash text not null,
  hash text not null
);

create index audit_entries_subject on audit_entries (subject, sequence);
create index audit_entries_action on audit_entries (action, sequence);

-- One row: the end of the chain, signed with a key that the database does not hold. Locked while entries are appended.
create table audit_head (
  only_row boolean primary key default true check (only_row),
  sequence bigint not null,
  hash text not null,
  signature text not null
);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit_entries is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_entries_append_only
  before update or delete or truncate on audit_entries
  for each statement execute function refuse_audit_change();
