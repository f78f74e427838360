import type { Database, Queryable } from '@elder/postgres'
import type { Candidate, Term } from './ranking.ts'
import { marks, quoteLexeme } from './search-vector.ts'

/** The candidate chunks for a question, and the weight of each of its terms in this scope. */
export interface Found {
  readonly terms: readonly Term[]
  readonly candidates: readonly Candidate[]
}

// Twice as many chunks are read and ranked as are requested, but at least this many.
const leastCandidates = 40

// With only a few texts, most contain every term, and no term would count.
const assumedMore = 20

// Each found row costs a few microseconds, so about this many are examined for a question, however common its terms are.
const maxDriven = 3_000
const maxByPrefix = 2_000

// The weight of a term by where it was found, and its contribution to the share of terms found.
const places = [
  { mark: '', worth: 1, cover: 1 },
  { mark: marks.often, worth: 0.4, cover: 0 },
  { mark: marks.defined, worth: 0.9, cover: 0 },
  { mark: marks.path, worth: 0.7, cover: 0.3 },
]

/**
 * Selects candidates by the index alone. Each chunk gets, for each term, the term's rarity times the weight of where it was found;
 * the sum is scaled by the share of terms found. A term that nothing contains is replaced by terms that begin with it.
 */
const candidatesSql = `
with feature as (
  select * from unnest($2::int[], $3::text[], $4::float8[], $5::float8[], $6::boolean[]) as f(term, query, worth, cover, is_prefix)
), exact as materialized (
  select f.term, f.worth, f.cover, c.id from feature f cross join lateral (
    select c.id from chunks c where c.search @@ f.query::tsquery and ($1::bigint is null or c.repository_id = $1)
  ) c where not f.is_prefix
), present as materialized (
  select term, count(*) filter (where cover = 1) as chunks from exact group by term
), prefixed as materialized (
  select f.term, f.worth, f.cover, c.id from feature f cross join lateral (
    select c.id from chunks c where c.search @@ f.query::tsquery and ($1::bigint is null or c.repository_id = $1) limit ${maxByPrefix}
  ) c where f.is_prefix and f.term not in (select term from present)
), frequency as (
  select term, coalesce(s.chunks, p.chunks)::float8 as chunks, false as is_prefix from present p left join unnest($8::int[], $9::float8[]) as s(term, chunks) using (term)
  union all
  select term, count(*), true from prefixed group by term
), asked as materialized (
  select term, ln(1 + (greatest($7 - chunks, 0) + 0.5) / (chunks + 0.5)) as weight, is_prefix from frequency
  union all
  select distinct f.term, ln(2 * $7 + 2), false from feature f where f.term not in (select term from frequency)
), best as (
  select f.id, sum(a.weight * f.worth) * sum(a.weight * f.cover) as score
  from (select * from exact union all select * from prefixed) f join asked a using (term) group by f.id order by score desc, f.id limit $10
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
  /** Undefined: all repositories. */
  readonly repositoryId: string | undefined
  readonly chunks: number
}

/** Reads in a transaction, so that the planner setting ends with it. */
export async function findCandidates(tx: Queryable, scope: Scope, asked: readonly string[], wanted: number): Promise<Found> {
  if (asked.length === 0 || scope.chunks === 0) return { terms: [], candidates: [] }
  // The planner does not know that comparing a vector requires fetching it. Without statistics it would read every one, a hundred times slower.
  await tx.query(`select set_config('enable_seqscan', 'off', true)`)
  const { features, presumed } = planSearch(asked, await readCommon(tx, scope, asked), scope.chunks)
  const rows = await tx.query<Row>(candidatesSql, [
    scope.repositoryId ?? null,
    features.map(({ term }) => term),
    features.map(({ query }) => query),
    features.map(({ worth }) => worth),
    features.map(({ cover }) => cover),
    features.map(({ isPrefix }) => isPrefix),
    scope.chunks + assumedMore,
    presumed.map(({ term }) => term),
    presumed.map(({ chunks }) => chunks),
    Math.max(leastCandidates, 2 * wanted),
  ])
  return {
    terms: rows.flatMap(({ term, weight, is_prefix }) => (term === null ? [] : [{ word: asked[term] as string, weight, isPrefix: is_prefix }])),
    candidates: rows.flatMap(({ path, repository, start_line, end_line, content }) =>
      path === null ? [] : [{ repository, path, startLine: start_line, endLine: end_line, text: content }],
    ),
  }
}

interface Feature {
  readonly term: number
  readonly query: string
  readonly worth: number
  readonly cover: number
  readonly isPrefix: boolean
}

/**
 * The rarest terms drive the search, as many of them as are cheap to look up; the others only rank the results. Otherwise
 * a question with "export" in it would examine every second chunk.
 */
function planSearch(asked: readonly string[], common: ReadonlyMap<string, number>, chunks: number): { features: Feature[]; presumed: { term: number; chunks: number }[] } {
  const expected = (word: string) => common.get(word) ?? chunks * rareShare
  const byRarity = asked.map((word, term) => ({ term, word, cost: expected(word) + expected(marks.path + word) })).sort((a, b) => a.cost - b.cost || a.term - b.term)
  let driven = 0
  const drivers = byRarity.filter(({ cost }, index) => {
    driven += cost
    return index === 0 || driven <= maxDriven
  })
  const driving = new Set(drivers.map(({ term }) => term))
  const found = drivers.flatMap(({ word }) => [quoteLexeme(word), quoteLexeme(marks.path + word)]).join(' | ')
  const features = asked.flatMap((word, term) => [
    ...places.map(({ mark, worth, cover }) => {
      const lexeme = quoteLexeme(mark + word)
      return { term, worth, cover, query: driving.has(term) ? lexeme : `${lexeme} & (${found})`, isPrefix: false }
    }),
    ...(word.length >= 4 ? [{ term, query: `${quoteLexeme(word)}:*`, worth: 0.7, cover: 1, isPrefix: true }] : []),
  ])
  return { features, presumed: byRarity.flatMap(({ term, word }) => (driving.has(term) ? [] : [{ term, chunks: expected(word) }])) }
}

// A term in a smaller share of a repository's chunks is not in its list of common terms.
const rareShare = 0.02
const leastChunksForList = 2_000
const sampledChunks = 1_000

/** The approximate number of chunks in the scope that contain each common term of a question. */
async function readCommon(tx: Queryable, scope: Scope, asked: readonly string[]): Promise<Map<string, number>> {
  if (scope.chunks < leastChunksForList) return new Map()
  const rows = await tx.query<{ word: string; chunks: number }>(
    `select w.word, sum(w.share * r.chunks)::float8 as chunks from common_words w join repositories r on r.id = w.repository_id
     where ($1::bigint is null or w.repository_id = $1) and w.word = any($2) group by w.word`,
    [scope.repositoryId ?? null, asked.flatMap((word) => places.map(({ mark }) => mark + word))],
  )
  return new Map(rows.map(({ word, chunks }) => [word, chunks]))
}

/** Updates the common terms of a repository from a sample of its chunks, and merges pending index entries. */
export async function refreshSearch(database: Database, repositoryId: string, chunks: number): Promise<void> {
  // New terms wait in the GIN index's pending list, which every search scans.
  await database.query(`select gin_clean_pending_list('chunks_search')`)
  if (chunks < leastChunksForList) return
  await database.transaction(async (tx) => {
    await tx.query('delete from common_words where repository_id = $1', [repositoryId])
    const step = Math.ceil(chunks / sampledChunks)
    await tx.query(
      `insert into common_words (repository_id, word, share)
       select $1::bigint, w.word, w.ndoc::real * $2 / $3 from ts_stat(format('select search from chunks where repository_id = %s and id %% %s = 0', $1::bigint, $2::int)) w
       where w.ndoc::real * $2 / $3 >= ${rareShare} on conflict (repository_id, word) do update set share = excluded.share`,
      [repositoryId, step, chunks],
    )
  })
}

/** The introductions of the repositories in the scope: the beginnings of README files, those nearest to the root first. */
export function findIntroductions(db: Queryable, scope: Scope, limit: number): Promise<Candidate[]> {
  return db.query<Candidate & Record<string, unknown>>(
    `select r.name as repository, f.path, c.start_line as "startLine", c.end_line as "endLine", c.content as text
     from files f join chunks c on c.file_id = f.id join repositories r on r.id = f.repository_id
     where ($1::bigint is null or f.repository_id = $1) and f.path ~* '(^|/)readme([.][a-z]+)?$' and c.start_line <= 3
     order by length(f.path) - length(replace(f.path, '/', '')), r.name, f.path, c.start_line limit $2`,
    [scope.repositoryId ?? null, limit],
  )
}

/** The scope of a search; undefined when the repository is not indexed. */
export async function findScope(database: Queryable, repository: string): Promise<(Scope & { readonly revision: string }) | undefined> {
  const [row] = await database.query<{ id: string | null; chunks: number; revision: string }>(
    repository === ''
      ? 'select null as id, coalesce(sum(chunks), 0)::int as chunks, coalesce(sum(revision), 0)::text as revision from repositories'
      : 'select id::text, chunks, revision::text from repositories where name = $1',
    repository === '' ? [] : [repository],
  )
  return row && { repositoryId: row.id ?? undefined, chunks: row.chunks, revision: row.revision }
}
