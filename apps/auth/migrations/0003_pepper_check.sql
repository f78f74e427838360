-- One row: what tells whether a service was started with the pepper of this database. It says nothing about the pepper itself.
create table pepper_check (
  only_row boolean primary key default true check (only_row),
  fingerprint text not null
);
