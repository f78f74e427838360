-- One row an entry: which version is current, and what it is found by.
CREATE TABLE knowledge (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- Set: gone from every list. The versions stay, for the consultations that cited them.
  deleted_at timestamptz,
  tags text[] NOT NULL,
  search tsvector NOT NULL
);

-- Never updated: a change is a new version.
CREATE TABLE knowledge_versions (
  knowledge_id uuid NOT NULL REFERENCES knowledge (id),
  version integer NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  tags text[] NOT NULL,
  source text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('decision', 'convention', 'lesson')),
  written_by text NOT NULL,
  written_at timestamptz NOT NULL,
  PRIMARY KEY (knowledge_id, version)
);

CREATE INDEX knowledge_newest ON knowledge (updated_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX knowledge_search ON knowledge USING gin (search) WHERE deleted_at IS NULL;
CREATE INDEX knowledge_tags ON knowledge USING gin (tags) WHERE deleted_at IS NULL;

-- Grows with every change, so that an answer computed before a change can be told from one after it.
CREATE TABLE knowledge_revision (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  revision bigint NOT NULL
);
INSERT INTO knowledge_revision (revision) VALUES (0);
