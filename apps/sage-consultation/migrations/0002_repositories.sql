CREATE TABLE repositories (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  -- Grows with every change of what can be found.
  revision bigint NOT NULL DEFAULT 1,
  -- The revision of the last announcement that nothing is missing.
  announced_revision bigint NOT NULL DEFAULT 0,
  files integer NOT NULL DEFAULT 0,
  chunks integer NOT NULL DEFAULT 0,
  indexed_at timestamptz
);

-- What the last manifest named.
CREATE TABLE files (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  repository_id bigint NOT NULL REFERENCES repositories (id),
  path text COLLATE "C" NOT NULL,
  sha256 text NOT NULL,
  -- The content whose chunks are stored, and the rules they were cut by. NULL until the file arrives.
  indexed_sha256 text,
  index_version integer,
  -- Why the content named by the manifest was refused.
  skipped text,
  chunks integer NOT NULL DEFAULT 0,
  UNIQUE (repository_id, path)
);

CREATE TABLE chunks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  file_id bigint NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  repository_id bigint NOT NULL,
  start_line integer NOT NULL,
  end_line integer NOT NULL,
  content text NOT NULL,
  search tsvector NOT NULL
-- A search visits thousands of rows and reads the text of a few: texts and vectors live out of line, which keeps rows narrow.
) WITH (toast_tuple_target = 128);

CREATE INDEX chunks_file ON chunks (file_id);
CREATE INDEX chunks_search ON chunks USING gin (search);

-- About which share of a repository's chunks has a word, for words that many have: a search begins with the others.
CREATE TABLE common_words (
  repository_id bigint NOT NULL REFERENCES repositories (id),
  word text COLLATE "C" NOT NULL,
  share real NOT NULL,
  PRIMARY KEY (repository_id, word)
);
