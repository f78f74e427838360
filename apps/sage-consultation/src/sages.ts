import type { Hit, Knowledge, SearchRequest } from '@elder/contracts/sage'
import type { Queryable } from '@elder/postgres'
import { boundedCount, optionalRepository, requireText } from './input.ts'
import { listNewest, searchKnowledge } from './knowledge-store.ts'
import { excerpt, rank, type Ranked, type Term } from './ranking.ts'
import { notIndexed } from './repositories.ts'
import { findCandidates, findIntroductions, findScope, type Scope } from './retrieval-store.ts'
import type { Words } from './words.ts'

export interface KnowledgePassage {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly kind: string
  readonly source: string
  /** The part of the body that is relevant to the question. */
  readonly extract: string
  readonly score: number
}

export interface CodePassage {
  readonly repository: string
  readonly path: string
  readonly startLine: number
  readonly endLine: number
  readonly text: string
  readonly score: number
}

/** The sages of a consultation. Without a topic in the question they return an overview: the newest entries, the README. */
export interface Sages {
  /** Answers from the knowledge entries. */
  knowledge(database: Queryable, asked: readonly string[]): Promise<KnowledgePassage[]>
  /** Answers from the code. */
  rag(database: Queryable, asked: readonly string[], scope: Scope): Promise<CodePassage[]>
}

const maxEntries = 3
const maxPassages = 4
const maxPassagesOfOneFile = 2
const passageLines = 14
const previewLines = 8
const maxExtractCharacters = 500
const maxQueryCharacters = 4_000

// A smaller weighted share of the terms is coincidence, and a passage far worse than the best one only distracts.
const leastCoverage = 0.34
const leastScore = 0.35

export function createSages(words: Words): Sages {
  return {
    async knowledge(database, asked) {
      if (asked.length === 0) return (await listNewest(database, '', undefined, maxEntries)).map(({ knowledge }) => passageOf(knowledge, knowledge.body.slice(0, maxExtractCharacters).toWellFormed(), 1))
      const found = (await searchKnowledge(database, asked, '', undefined, maxEntries)).filter(({ coverage }) => coverage >= leastCoverage)
      const best = Number(found[0]?.rank ?? 0)
      const terms = asked.map((word) => ({ word, weight: 1, isPrefix: word.length >= 4 }))
      return found
        .map(({ knowledge, rank: own }) => passageOf(knowledge, extractOf(words, terms, knowledge.body), best === 0 ? 1 : round(Number(own) / best)))
        .filter(({ score }) => score >= leastScore)
    },
    async rag(database, asked, scope) {
      if (asked.length === 0) {
        const introductions = await findIntroductions(database, scope, maxPassagesOfOneFile)
        return introductions.map((hit) => ({ repository: hit.repository, path: hit.path, score: 1, ...excerpt(words, [], hit, passageLines) }))
      }
      const { terms, candidates } = await findCandidates(database, scope, asked, maxPassages)
      const ranked = rank(words, terms, candidates).filter(({ coverage, score }) => coverage >= leastCoverage && score >= leastScore)
      return spread(ranked).map((hit) => ({ repository: hit.repository, path: hit.path, score: hit.score, ...excerpt(words, terms, hit, passageLines) }))
    },
  }
}

/** Retrieval without an answer: whole chunks, best first, each with its best lines. */
export async function search(database: Queryable, words: Words, request: SearchRequest): Promise<Hit[]> {
  const query = requireText('query', request.query, maxQueryCharacters)
  const limit = boundedCount('limit', request.limit, 10, 50)
  const repository = optionalRepository(request.repository)
  const scope = await findScope(database, repository)
  if (!scope) throw notIndexed(repository)
  const { terms, candidates } = await findCandidates(database, scope, words.asked(query), limit)
  return rank(words, terms, candidates)
    .slice(0, limit)
    .map((hit) => ({ repository: hit.repository, path: hit.path, startLine: hit.startLine, endLine: hit.endLine, score: hit.score, preview: excerpt(words, terms, hit, previewLines).text }))
}

function passageOf({ id, version, title, kind, source }: Knowledge, extract: string, score: number): KnowledgePassage {
  return { id, version, title, kind, source, extract, score }
}

function spread(ranked: readonly Ranked[]): Ranked[] {
  const taken = new Map<string, number>()
  return ranked
    .filter(({ repository, path }) => {
      const file = `${repository}\n${path}`
      const count = (taken.get(file) ?? 0) + 1
      taken.set(file, count)
      return count <= maxPassagesOfOneFile
    })
    .slice(0, maxPassages)
}

function extractOf(words: Words, terms: readonly Term[], body: string): string {
  if (body.length <= maxExtractCharacters) return body
  const { text } = excerpt(words, terms, { startLine: 1, text: sentences(body) }, 4)
  return text.length <= maxExtractCharacters ? text : `${text.slice(0, maxExtractCharacters).toWellFormed()}…`
}

// A paragraph is one long line, so its sentences are quoted.
function sentences(body: string): string {
  return body.replace(/([.!?])[ \t]+(?=\p{Lu})/gu, '$1\n').replace(/。/g, '。\n')
}

function round(score: number): number {
  return Math.round(score * 1e4) / 1e4
}
