import type { PythonContext } from '../rules/rule.ts'
import { saysNothing } from '../syntax/reasons.ts'
import { overlapping } from '../syntax/nearby.ts'

const shortest = 10

/** Whether a comment explains the code: inside the span, on its lines, or on the line before. */
export const isExplained = (context: PythonContext, place: Place): boolean => isSaid(context, place, isWords)

/** Like isExplained, but "ignore errors" gives no reason and does not count. */
export const isReasoned = (context: PythonContext, place: Place): boolean => isSaid(context, place, (comment) => isWords(comment) && !saysNothing(comment.replace(/^#+\s*/, '')))

/** Like isExplained, but a note of unfinished work counts as well: it is the reason why a test does not run yet. */
export const isExcused = (context: PythonContext, place: Place): boolean => isSaid(context, place, (comment) => isWords(comment.replace(task, '')))

interface Place {
  readonly start: number
  readonly end: number
}

const task = /^#+\s*(?:todo|fixme)\b[\s:]*/i

function isSaid({ comments, text }: PythonContext, { start, end }: Place, says: (comment: string) => boolean): boolean {
  return overlapping(comments, start - 300, end + 200).some((comment) => says(comment.text) && isNear(text, comment, start, end))
}

function isNear(text: string, comment: { readonly start: number; readonly end: number }, start: number, end: number): boolean {
  if (comment.start >= start && comment.end <= end) return true
  if (comment.end <= start) return /^[ \t]*\r?\n[^\n]*$/.test(text.slice(comment.end, start))
  return !text.slice(end, comment.start).includes('\n')
}

// A directive for a tool explains nothing, unless a reason follows it.
export function isWords(value: string): boolean {
  const words = value
    .replace(/^#+\s*/, '')
    .replace(/^(noqa(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)?|pragma: ?no ?cover|pylint:\s*disable=[\w,-]+|type:\s*ignore(\[[\w,-]+\])?|nosec(\s+B\d+)?)/i, '')
    .trim()
  return words.length >= shortest && (/https?:\/\//.test(words) || !/^(ruleid|ok:|todo\b|fixme\b|mypy:|fmt:|isort:)/i.test(words))
}
