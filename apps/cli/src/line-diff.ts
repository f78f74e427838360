import type { Splice } from './checking/edits.ts'

/** The limit of a full comparison; beyond it everything between the common beginning and end counts as changed. */
const maxCells = 4_000_000

/** The lines in which two texts differ, as splices of the first. */
export function lineSplices(before: string, after: string): Splice[] {
  const [a, b] = [linesOf(before), linesOf(after)]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const offsets = [0]
  for (const line of a) offsets.push((offsets.at(-1) ?? 0) + line.length)
  const middle = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)] as const
  return changesOf(...middle).map(({ from, to, lines }) => ({ start: offsets[head + from] ?? 0, end: offsets[head + to] ?? 0, text: lines.join('') }))
}

interface Change {
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

function changesOf(a: readonly string[], b: readonly string[]): Change[] {
  if (a.length === 0 && b.length === 0) return []
  if (a.length * b.length > maxCells) return [{ from: 0, to: a.length, lines: b }]
  const common = commonLengths(a, b)
  const changes: Change[] = []
  let [i, j, from, begun] = [0, 0, 0, 0]
  const close = () => {
    if (i > from || j > begun) changes.push({ from, to: i, lines: b.slice(begun, j) })
  }
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      close()
      i++
      j++
      from = i
      begun = j
    } else if ((common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0)) i++
    else j++
  }
  i = a.length
  j = b.length
  close()
  return changes
}

/** For each pair of positions, the length of the longest common subsequence of the remaining lines. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    const [row, below] = [table[i], table[i + 1]]
    if (!row || !below) continue
    for (let j = b.length - 1; j >= 0; j--) row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0)
  }
  return table
}

/** With their line breaks. */
function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}
