create table usage_policies (
  scope text not null check (scope in ('key', 'user', 'team')),
  subject text not null,
  position bigint generated always as identity unique,
  version bigint not null check (version > 0),
  -- [{"meter": "tokens", "window": "day", "amount": 1000}]
  limits jsonb not null,
  allowed_models text[] not null,
  -- 0: no bound.
  max_output_tokens bigint not null check (max_output_tokens >= 0),
  -- Null: nothing is said of secrets.
  secrets text check (secrets in ('log', 'mask', 'block')),
  denied_prompts text[] not null,
  denied_answers text[] not null,
  -- Null: only for requests that ask for it.
  answer_cache text check (answer_cache in ('off', 'on')),
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (scope, subject)
);
