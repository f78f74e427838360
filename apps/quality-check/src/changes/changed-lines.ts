import { ServiceError } from '@elder/errors'
import { lowerBound } from '../syntax/lower-bound.ts'

/** Line numbers from 1, both inclusive. */
export interface LineRange {
  readonly first: number
  readonly last: number
}

/** The new or changed lines of a file as sorted ranges that neither overlap nor adjoin; 'all' for a new file. */
export type ChangedLines = 'all' | readonly LineRange[]

/** Stands for a file without edits. Compare it by identity: a file from which lines were only deleted has no ranges either. */
export const notEdited: ChangedLines = []

/** Sorts ranges and joins those that overlap or adjoin. */
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
  const next = changed[lowerBound(changed, (range) => range.last < first)]
  return next !== undefined && next.first <= last
}

/** How many of a file's lines are changed. */
export function countChanged(changed: ChangedLines, lines: number): number {
  if (changed === 'all') return lines
  return changed.reduce((sum, { first, last }) => sum + Math.max(0, Math.min(last, lines) - first + 1), 0)
}

/** Validates the ranges of a request; without any, all lines count as changed. Throws invalid_argument naming the range. */
export function readRanges(ranges: readonly LineRange[], field: string): ChangedLines {
  for (const [index, { first, last }] of ranges.entries()) {
    if (first < 1 || last < first)
      throw new ServiceError('invalid_argument', `${field}[${index}] is ${first}-${last}: send first and last from 1, both included, last not before first`, { field: `${field}[${index}]` })
  }
  return ranges.length === 0 ? 'all' : joinRanges(ranges)
}
