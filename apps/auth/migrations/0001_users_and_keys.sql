create table users (
  id text primary key,
  position bigint generated always as identity unique,
  name text not null check (char_length(name) between 1 and 64),
  role text not null check (role in ('admin', 'lead', 'developer')),
  -- Counts role changes, so that each of them is a fact of its own.
  role_revision integer not null default 0,
  created_at timestamptz not null
);

-- "Ann" and "ann" would be two people that nobody can tell apart.
create unique index users_name on users (lower(name));

create table api_keys (
  id text primary key check (id ~ '^[A-Za-z0-9]{8}$'),
  position bigint generated always as identity unique,
  user_id text not null references users (id),
  -- HMAC-SHA-256 of the secret. The secret itself is stored nowhere.
  digest bytea not null check (octet_length(digest) = 32),
  -- Null: whatever its user may do, now and later. Otherwise never more than this.
  role_limit text check (role_limit in ('admin', 'lead', 'developer')),
  label text not null check (char_length(label) <= 100),
  requests_per_minute integer not null check (requests_per_minute >= 0),
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz
);

create index api_keys_user on api_keys (user_id, position);
