import type { CodeLines } from './code-lines.ts'

/** Lines of code that occur in a file more than once: the copies after the first, and the position of the first. */
export interface Repetition {
  readonly start: number
  readonly end: number
  readonly lines: number
  readonly firstLine: number
  readonly lastLine: number
  readonly originalFirstLine: number
  readonly originalLastLine: number
}

// Short runs of braces and keywords repeat by chance.
const fewestLines = 10
const fewestCharacters = 350
const fewestDistinct = 7
const importLine = /^(import\b|from\b|export \{|\} from\b|['"][\w@./-]+['"],?$)/

/** Finds runs of equal lines of code, ignoring comments and indentation. Linear in the length of the file. */
export function findRepetitions({ lines }: CodeLines): Repetition[] {
  const ids = numberLines(lines.map(({ text }) => text))
  const firstAt = new Map<string, number>()
  const found: Repetition[] = []
  const counts = countEach(ids)
  // The last line that occurs only once: no run that contains it is a copy.
  let lone = -1
  for (let at = 0, end = 0; at + fewestLines <= ids.length; ) {
    for (; end < at + fewestLines; end++) if (counts[ids[end] as number] === 1) lone = end
    if (lone >= at) {
      at = lone + 1
      continue
    }
    const key = ids.slice(at, at + fewestLines).join(' ')
    const original = firstAt.get(key)
    if (original === undefined || original + fewestLines > at) {
      if (original === undefined) firstAt.set(key, at)
      at++
      continue
    }
    let length = fewestLines
    while (original + length < at && at + length < ids.length && ids[original + length] === ids[at + length]) length++
    const copy = lines.slice(at, at + length)
    if (!isSubstantial(copy.map(({ text }) => text))) {
      // Continuing at each line of the run would take quadratic time.
      at += length - fewestLines + 1
      continue
    }
    const [first, last, originalFirst, originalLast] = [at, at + length - 1, original, original + length - 1].map((index) => lines[index]) as [Line, Line, Line, Line]
    found.push({ start: first.start, end: last.end, lines: length, firstLine: first.number, lastLine: last.number, originalFirstLine: originalFirst.number, originalLastLine: originalLast.number })
    at += length
  }
  return found
}

type Line = CodeLines['lines'][number]

function numberLines(texts: readonly string[]): number[] {
  const numbers = new Map<string, number>()
  return texts.map((text) => {
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  })
}

function countEach(ids: readonly number[]): number[] {
  const counts: number[] = []
  for (const id of ids) counts[id] = (counts[id] ?? 0) + 1
  return counts
}

function isSubstantial(texts: readonly string[]): boolean {
  const characters = texts.reduce((sum, text) => sum + text.length, 0)
  // Tables and long parameter lists look alike without being copies.
  const listed = texts.filter((text) => text.endsWith(',')).length
  return listed * 2 < texts.length && characters >= fewestCharacters && new Set(texts).size >= fewestDistinct && texts.filter((text) => importLine.test(text)).length * 2 < texts.length
}
