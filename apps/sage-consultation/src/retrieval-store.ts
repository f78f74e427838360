import type { Queryable } from '@elder/postgres'
import type { Candidate, Term } from './ranking.ts'
import { marks, quoteLexeme } from './search-vector.ts'

/** The chunks worth reading for a question, and how telling each of its words is here. */
export interface Found {
  readonly terms: readonly Term[]
  readonly candidates: readonly Candidate[]
}

const maxCandidates = 80

// In a handful of texts every word is in most of them, and none would count for much.
const assumedMore = 20

// What finding a word in each place is worth beside finding it at all.
const places = [
  { mark: '', worth: 1 },
  { mark: marks.often, worth: 0.4 },
  { mark: marks.defined, worth: 0.9 },
  { mark: marks.path, worth: 0.7 },
]

/**
 * Chooses candidates by the index alone: each chunk gets, for each word, the word's rarity times the worth of the places it was found
 * in, and the sum counts as far as the whole question is covered. A word that nothing has stands for the words that begin with it.
 */
const candidatesSql = `
with feature as (
  select * from unnest($2::int[], $3::text[], $4::float8[], $5::boolean[]) as f(term, query, worth, is_prefix)
), exact as materialized (
  select f.term, f.worth, c.id from feature f cross join lateral (
    select c.id from chunks c where c.search @@ f.query::tsquery and ($1::bigint[] is null or c.repository_id = any($1))
  ) c where not f.is_prefix
), prefixed as materialized (
  select f.term, f.worth, c.id from feature f cross join lateral (
    select c.id from chunks c where c.search @@ f.query::tsquery and ($1::bigint[] is null or c.repository_id = any($1))
  ) c where f.is_prefix and not exists (select 1 from exact e where e.term = f.term)
), found as (
  select term, id, sum(worth) as worth from (select * from exact union all select * from prefixed) f group by term, id
), known as (
  select term, ln(1 + ($6 - count(*) + 0.5) / (count(*) + 0.5)) as weight from found group by term
), asked as (
  select t.term, coalesce(k.weight, ln(2 * $6 + 2)) as weight, k.weight is not null and not exists (select 1 from exact e where e.term = t.term) as is_prefix
  from (select distinct term from feature) t left join known k using (term)
), best as (
  select f.id, sum(a.weight * f.worth) * sum(a.weight) as score from found f join asked a using (term) group by f.id order by score desc, f.id limit ${maxCandidates}
)
select null as path, a.term, a.weight, a.is_prefix, null as repository, null::int as start_line, null::int as end_line, null as content from asked a
union all
select f.path, null, b.score, false, r.name, c.start_line, c.end_line, c.content
from best b join chunks c on c.id = b.id join files f on f.id = c.file_id join repositories r on r.id = c.repository_id`

interface Row {
  path: string | null
  term: number | null
  weight: number
  is_prefix: boolean
  repository: string
  start_line: number
  end_line: number
  content: string
}

export interface Scope {
  /** Undefined: every repository. */
  readonly repositoryId: string | undefined
  readonly chunks: number
}

/** Reads inside a transaction, so that the planner's setting ends with it. */
export async function findCandidates(tx: Queryable, scope: Scope, asked: readonly string[]): Promise<Found> {
  if (asked.length === 0 || scope.chunks === 0) return { terms: [], candidates: [] }
  const features = asked.flatMap((word, term) => [
    ...places.map(({ mark, worth }) => ({ term, query: quoteLexeme(mark + word), worth, isPrefix: false })),
    ...(word.length >= 4 ? [{ term, query: `${quoteLexeme(word)}:*`, worth: 0.7, isPrefix: true }] : []),
  ])
  // The planner does not know that comparing a vector means fetching it: without statistics it would read every one, a hundred times slower.
  await tx.query(`select set_config('enable_seqscan', 'off', true)`)
  const rows = await tx.query<Row>(candidatesSql, [
    scope.repositoryId === undefined ? null : [scope.repositoryId],
    features.map(({ term }) => term),
    features.map(({ query }) => query),
    features.map(({ worth }) => worth),
    features.map(({ isPrefix }) => isPrefix),
    scope.chunks + assumedMore,
  ])
  return {
    terms: rows.flatMap(({ term, weight, is_prefix }) => (term === null ? [] : [{ word: asked[term] as string, weight, isPrefix: is_prefix }])),
    candidates: rows.flatMap(({ path, repository, start_line, end_line, content }) =>
      path === null ? [] : [{ repository, path, startLine: start_line, endLine: end_line, text: content }],
    ),
  }
}

/** What a search may look into; undefined when the repository is not indexed. */
export async function findScope(database: Queryable, repository: string): Promise<(Scope & { readonly revision: string }) | undefined> {
  const [row] = await database.query<{ id: string | null; chunks: number; revision: string }>(
    repository === ''
      ? 'select null as id, coalesce(sum(chunks), 0)::int as chunks, coalesce(sum(revision), 0)::text as revision from repositories'
      : 'select id::text, chunks, revision::text from repositories where name = $1',
    repository === '' ? [] : [repository],
  )
  return row && { repositoryId: row.id ?? undefined, chunks: row.chunks, revision: row.revision }
}
