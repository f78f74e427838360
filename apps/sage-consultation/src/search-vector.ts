import { definedName } from './definitions.ts'
import type { Words } from './words.ts'

/**
 * The lexemes of a chunk's tsvector. In addition to the terms there are marked ones, so that the index alone, without
 * reading a chunk, shows where a term occurs: often in the chunk, in a name defined there, in the file's path.
 */
export const marks = { often: 'm/', defined: 'd/', path: 'p/' } as const

const oftenFrom = 3

/** The text form of the chunk's tsvector. */
export function searchVector(words: Words, path: string, text: string): string {
  const counts = new Map<string, number>()
  for (const word of words.of(text)) counts.set(word, (counts.get(word) ?? 0) + 1)
  const lexemes = [...counts.keys()]
  for (const [word, count] of counts) if (count >= oftenFrom) lexemes.push(marks.often + word)
  for (const word of definedWords(words, text.split('\n'))) lexemes.push(marks.defined + word)
  for (const word of new Set(words.of(path))) lexemes.push(marks.path + word)
  return lexemes.map(quoteLexeme).join(' ')
}

// Postgres stores no position above this one, and at most 256 for a lexeme.
const maxPosition = 16_383
const maxPositions = 255

/** The text form of an entry's tsvector: the title has the highest weight, then tags, then the body. */
export function knowledgeVector(words: Words, { title, body, tags }: { title: string; body: string; tags: readonly string[] }): string {
  const positions = new Map<string, string[]>()
  let position = 0
  for (const [text, weight] of [[title, 'A'], [tags.join(' '), 'B'], [body, 'D']] as const) {
    for (const word of words.of(text)) {
      position = Math.min(position + 1, maxPosition)
      const places = positions.get(word) ?? []
      if (places.length < maxPositions) places.push(`${position}${weight}`)
      positions.set(word, places)
    }
  }
  return [...positions].map(([word, places]) => `${quoteLexeme(word)}:${places.join(',')}`).join(' ')
}

function definedWords(words: Words, lines: readonly string[]): Set<string> {
  return new Set(lines.flatMap((line) => words.of(definedName(line) ?? '')))
}

/** A lexeme in the syntax of tsvector and tsquery literals. */
export function quoteLexeme(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
