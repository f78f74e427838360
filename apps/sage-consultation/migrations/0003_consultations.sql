-- What was consulted, without what was said: a question is user text and is kept as its hash only.
CREATE TABLE consultations (
  id uuid PRIMARY KEY,
  subject text NOT NULL,
  repository text NOT NULL,
  question_hash text NOT NULL,
  citations integer NOT NULL,
  missing_sages text[] NOT NULL,
  cached boolean NOT NULL,
  took_millis integer NOT NULL,
  answered_at timestamptz NOT NULL
);
CREATE INDEX consultations_newest ON consultations (answered_at DESC);
