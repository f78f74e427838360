-- Some files of a repository may be too many for one call.
alter table repository_checks
  add column scope text not null default 'repository' check (scope in ('files', 'repository'));
