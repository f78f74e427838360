/** A range of lines that is searched and cited as a unit. Lines count from 1; both ends are included. */
export interface Chunk {
  readonly startLine: number
  readonly endLine: number
  readonly text: string
}

const shortestLines = 25
const wantedLines = 45
const longestLines = 60
// A chunk that ends in the middle of a declaration repeats its last lines in the next chunk.
const overlapLines = 4
const maxChunkCharacters = 8_000
// Minified code and data: the rest of such a line is not indexed.
const maxLineCharacters = 2_000

/**
 * Splits a text into chunks of about 25 to 60 lines: before a top-level declaration or a heading, else at a
 * blank line, else at the maximum length. It needs no grammar, so it works for any language.
 */
export function chunk(text: string): Chunk[] {
  const lines = linesOf(text)
  const chunks: Chunk[] = []
  let start = 0
  while (start < lines.length) {
    const { end, clean } = findEnd(lines, start)
    const chunkText = lines.slice(start, end).join('\n')
    if (chunkText.trim() !== '') chunks.push({ startLine: start + 1, endLine: end, text: chunkText })
    if (end >= lines.length) break
    start = clean ? end : Math.max(start + 1, end - overlapLines)
  }
  return chunks
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => {
    const kept = line.endsWith('\r') ? line.slice(0, -1) : line
    return kept.length > maxLineCharacters ? kept.slice(0, maxLineCharacters).toWellFormed() : kept
  })
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function findEnd(lines: readonly string[], start: number): { end: number; clean: boolean } {
  const limit = longestEnd(lines, start)
  if (limit === lines.length) return { end: limit, clean: true }
  let best = { end: limit, quality: 0, distance: Number.POSITIVE_INFINITY }
  for (let end = start + shortestLines; end <= limit; end++) {
    const quality = boundaryQuality(lines, end)
    const distance = Math.abs(end - (start + wantedLines))
    if (quality > best.quality || (quality === best.quality && quality > 0 && distance < best.distance)) best = { end, quality, distance }
  }
  return { end: best.end, clean: best.quality >= 2 }
}

/** The last possible end within the limits of lines and characters. */
function longestEnd(lines: readonly string[], start: number): number {
  let characters = 0
  let end = start
  while (end < lines.length && end - start < longestLines) {
    characters += (lines[end] as string).length + 1
    if (characters > maxChunkCharacters && end > start) break
    end++
  }
  return end
}

/** The quality of a split before this line: 3 between top-level declarations, 2 next to one, 1 at a blank line, 0 anywhere. */
function boundaryQuality(lines: readonly string[], index: number): number {
  const line = lines[index] as string
  const before = lines[index - 1] as string
  if (line.trim() === '') return 0
  const atMargin = /^[^\s})\]]/.test(line)
  if (before.trim() === '') return atMargin ? 3 : 1
  return atMargin && /^[})\]]/.test(before) ? 2 : 0
}
