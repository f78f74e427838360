import { ServiceError } from '@elder/errors'

/** Both ends belong to it, from 1. */
export interface LineRange {
  readonly first: number
  readonly last: number
}

/** Lines of a file that are new or changed, in order and apart from one another; 'all' of a new file. */
export type ChangedLines = 'all' | readonly LineRange[]

/** Of a file that was not edited. One that only lost lines has no range either, and is another. */
export const notEdited: ChangedLines = []

/** Brings ranges in order and joins those that meet. */
export function joinRanges(ranges: readonly LineRange[]): LineRange[] {
  const joined: LineRange[] = []
  for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
    const last = joined.at(-1)
    if (last !== undefined && range.first <= last.last + 1) joined[joined.length - 1] = { first: last.first, last: Math.max(last.last, range.last) }
    else joined.push(range)
  }
  return joined
}

export function touches(changed: ChangedLines, first: number, last: number): boolean {
  if (changed === 'all') return true
  let low = 0
  let high = changed.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((changed[middle] as LineRange).last < first) low = middle + 1
    else high = middle
  }
  const next = changed[low]
  return next !== undefined && next.first <= last
}

/** How many of a file's lines are changed. */
export function countChanged(changed: ChangedLines, lines: number): number {
  if (changed === 'all') return lines
  return changed.reduce((sum, { first, last }) => sum + Math.max(0, Math.min(last, lines) - first + 1), 0)
}

/** As a request gives them; none are all lines. Throws invalid_argument naming the range. */
export function readRanges(ranges: readonly LineRange[], field: string): ChangedLines {
  for (const [index, { first, last }] of ranges.entries()) {
    if (first < 1 || last < first)
      throw new ServiceError('invalid_argument', `${field}[${index}] is ${first}-${last}: send first and last from 1, both included, last not before first`, { field: `${field}[${index}]` })
  }
  return ranges.length === 0 ? 'all' : joinRanges(ranges)
}
