-- Every version there has been. The current one is the highest.
create table setting_versions (
  name text not null check (char_length(name) between 1 and 64),
  version bigint not null check (version > 0),
  -- JSON as it was given: readers get it byte for byte.
  value text not null check (octet_length(value) <= 262144),
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (name, version)
);

create table settings (
  name text primary key,
  position bigint generated always as identity unique,
  version bigint not null,
  foreign key (name, version) references setting_versions (name, version)
);
