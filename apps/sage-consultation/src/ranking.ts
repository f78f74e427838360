import { definedName } from './definitions.ts'
import type { Words } from './words.ts'

/** A term of the question and its weight: the rarer in the searched texts, the higher. */
export interface Term {
  readonly word: string
  readonly weight: number
  /** No text contains the term, so longer terms that begin with it count. */
  readonly isPrefix: boolean
}

export interface Candidate {
  readonly repository: string
  readonly path: string
  readonly startLine: number
  readonly endLine: number
  readonly text: string
}

export interface Ranked extends Candidate {
  /** 0-1, relative to the best. */
  readonly score: number
  /** 0-1: the weighted share of the question's terms that it contains. */
  readonly coverage: number
}

export interface Excerpt {
  readonly startLine: number
  readonly endLine: number
  readonly text: string
}

const saturation = 1.2
const usualCharacters = 1_600
const definedBoost = 1.2
const pathBoost = 0.8
const fileNameBoost = 0.6
const togetherBoost = 0.6

const testPath = /(^|\/)(tests?|__tests__|specs?|fixtures?|testdata|examples?)\/|[._-](test|spec)\.[a-z]+$|(^|\/)test_[^/]+$/i
const prosePath = /\.(md|mdx|rst|txt|adoc)$/i
const settingsPath = /\.(json|ya?ml|toml|ini|cfg)$/i
const generatedPath = /(^|\/)(dist|build|vendor|third_party|node_modules|gen|generated)\/|\.min\.[a-z]+$|(^|[/.-])lock(file)?(\.[a-z]+)?$|\.(lock|snap|map|svg)$|\.lock\.|_pb2?\.[a-z]+$/i

/**
 * Ranks candidates, best first: BM25 over the terms of each chunk, with more weight for terms in a defined name, in the path, or together on
 * a line, scaled by the share of terms found. Tests and generated files rank below the code.
 */
export function rank(words: Words, terms: readonly Term[], candidates: readonly Candidate[]): Ranked[] {
  const asksForTests = terms.some(({ word }) => word === 'test' || word === 'spec')
  const total = terms.reduce((sum, { weight }) => sum + weight, 0)
  const scored = candidates.map((candidate) => {
    const { score, coverage } = judge(words, terms, total, candidate)
    return { ...candidate, coverage, score: score * pathFactor(candidate.path, asksForTests) }
  })
  scored.sort((a, b) => b.score - a.score || compareText(a.repository, b.repository) || compareText(a.path, b.path) || a.startLine - b.startLine)
  const best = scored[0]?.score ?? 0
  return withoutOverlaps(scored.filter(({ score }) => score > 0)).map((hit) => ({ ...hit, score: Math.round((hit.score / best) * 1e4) / 1e4 }))
}

function judge(words: Words, terms: readonly Term[], total: number, candidate: Candidate): { score: number; coverage: number } {
  const isWorthReading = readingFilter(terms)
  const texts = candidate.text.split('\n').filter((text) => isWorthReading.test(text))
  const lines = texts.map((text) => words.of(text))
  const inPath = words.of(candidate.path)
  const inFileName = words.of(candidate.path.slice(candidate.path.lastIndexOf('/') + 1))
  const inNames = texts.flatMap((text, index) => (lineScore(terms, lines[index] as string[]) > 0 ? words.of(definedName(text) ?? '') : []))
  const length = candidate.text.length / usualCharacters
  let score = 0
  let covered = 0
  for (const term of terms) {
    const count = lines.reduce((sum, line) => sum + line.filter((word) => matches(term, word)).length, 0)
    const isInPath = inPath.some((word) => matches(term, word))
    if (count > 0 || isInPath) covered += term.weight
    score += term.weight * ((count * (saturation + 1)) / (count + saturation * (0.4 + 0.6 * length)))
    if (inNames.some((word) => matches(term, word))) score += term.weight * definedBoost
    if (isInPath) score += term.weight * pathBoost
    if (inFileName.some((word) => matches(term, word))) score += term.weight * fileNameBoost
  }
  const together = Math.max(0, ...lines.map((line) => lineScore(terms, line)))
  const coverage = total === 0 ? 0 : covered / total
  return { score: (score + together * togetherBoost) * coverage, coverage }
}

// Most lines contain no term, which the first letters show: stemming changes only the end of a word.
function readingFilter(terms: readonly Term[]): RegExp {
  // Terms consist of letters and digits, so they need no escaping in a pattern.
  return new RegExp(terms.map(({ word }) => word.slice(0, word.length > 3 ? 3 : 2)).join('|') || '$^', 'i')
}

function lineScore(terms: readonly Term[], line: readonly string[]): number {
  return terms.reduce((sum, term) => (line.some((word) => matches(term, word)) ? sum + term.weight : sum), 0)
}

function matches(term: Term, word: string): boolean {
  return word === term.word || (term.isPrefix && word.startsWith(term.word))
}

function pathFactor(path: string, asksForTests: boolean): number {
  if (generatedPath.test(path)) return 0.4
  if (testPath.test(path)) return asksForTests ? 1 : 0.65
  if (settingsPath.test(path)) return 0.7
  return prosePath.test(path) ? 0.85 : 1
}

// Adjacent chunks share a few lines: only the better one is returned.
function withoutOverlaps<T extends Candidate>(ordered: readonly T[]): T[] {
  const kept = new Map<string, T[]>()
  return ordered.filter((candidate) => {
    const file = `${candidate.repository}\n${candidate.path}`
    const others = kept.get(file) ?? []
    if (others.some(({ startLine, endLine }) => candidate.startLine <= endLine && startLine <= candidate.endLine)) return false
    kept.set(file, [...others, candidate])
    return true
  })
}

/** The range of at most `size` lines with the most terms, without blank lines at its ends. */
export function excerpt(words: Words, terms: readonly Term[], candidate: Pick<Candidate, 'startLine' | 'text'>, size: number): Excerpt {
  const lines = candidate.text.split('\n')
  const isWorthReading = readingFilter(terms)
  const scores = lines.map((line) => {
    const score = isWorthReading.test(line) ? lineScore(terms, words.of(line)) : 0
    return score > 0 && definedName(line) !== undefined ? score * 1.5 : score
  })
  const from = bestWindow(lines, scores, size)
  let start = from
  let end = Math.min(from + size, lines.length)
  while (end - start > 1 && isFiller(lines[start] as string)) start++
  while (end - start > 1 && (lines[end - 1] as string).trim() === '') end--
  return { startLine: candidate.startLine + start, endLine: candidate.startLine + end - 1, text: lines.slice(start, end).join('\n') }
}

function bestWindow(lines: readonly string[], scores: readonly number[], size: number): number {
  let best = 0
  let bestScore = -1
  for (let from = 0; from === 0 || from + size <= lines.length; from++) {
    const inside = scores.slice(from, from + size)
    // Lines near the top count a little more, and a range should begin at a declaration.
    const sum = inside.reduce((total, score, index) => total + score * (1 - index / (4 * size)), 0)
    const opens = sum > 0 && from > 0 && (lines[from - 1] as string).trim() === '' && !isFiller(lines[from] as string) ? 1.15 : 1
    if (sum * opens > bestScore) {
      best = from
      bestScore = sum * opens
    }
  }
  return best
}

function isFiller(line: string): boolean {
  return /^[\s})\];,]*$/.test(line)
}

// By code units, so that the order is the same on every machine.
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
