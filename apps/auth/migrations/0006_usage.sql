-- What was used on one day (UTC) with one key, of one provider's model. The team is the one the user was in at the time.
create table usage_days (
  day date not null,
  key_id text not null,
  user_id text not null,
  team_id text not null,
  provider text not null,
  model text not null,
  position bigint generated always as identity unique,
  requests bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cached_tokens bigint not null,
  cost_micros bigint not null,
  primary key (day, key_id, user_id, team_id, provider, model)
);

create index usage_days_newest on usage_days (day, position);
create index usage_days_key on usage_days (key_id, day, position);
create index usage_days_user on usage_days (user_id, day, position);
create index usage_days_team on usage_days (team_id, day, position);
