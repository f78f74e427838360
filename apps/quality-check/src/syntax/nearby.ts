import { lowerBound } from './lower-bound.ts'

interface Span {
  readonly start: number
  readonly end: number
}

/** Those of a list that overlap a span. The list is in order, and its items do not overlap each other. */
export function overlapping<T extends Span>(items: readonly T[], start: number, end: number): readonly T[] {
  return items.slice(lowerBound(items, (each) => each.end <= start), lowerBound(items, (each) => each.start < end))
}

/** The comment before a span, those in it, and those that begin on its last line. */
export function commentsBeside<T extends Span>(comments: readonly T[], text: string, { start, end }: Span): readonly T[] {
  const newline = text.indexOf('\n', end)
  const before = lowerBound(comments, (each) => each.end <= start) - 1
  return comments.slice(Math.max(0, before), lowerBound(comments, (each) => newline === -1 || each.start <= newline))
}
