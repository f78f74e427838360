import type { JavaScriptContext } from '../rules/rule.ts'
import { saysNothing } from '../syntax/reasons.ts'
import { overlapping } from '../syntax/nearby.ts'

const shortest = 10

interface Place {
  readonly start: number
  readonly end: number
}

/** Whether a comment explains the code: inside the span, directly before it, or on its line. */
export const isExplained = (context: JavaScriptContext, place: Place): boolean => isSaid(context, place, (words) => !task.test(words))

/** Like isExplained, but "ignore errors" gives no reason and does not count. */
export const isReasoned = (context: JavaScriptContext, place: Place): boolean => isSaid(context, place, (words) => !task.test(words) && !saysNothing(words))

/** Like isExplained, but a note of unfinished work counts as well: it is the reason why a test does not run yet. */
export const isExcused = (context: JavaScriptContext, place: Place): boolean => isSaid(context, place, (words) => words.replace(task, '').length >= shortest)

/** Like isExcused, where the comment speaks of more than the code it stands before. */
export const isExcusedWithOthers = (context: JavaScriptContext, place: Place): boolean => isSaid(context, place, (words) => words.replace(task, '').length >= shortest && several.test(words))

function isSaid({ comments, text }: JavaScriptContext, { start, end }: Place, says: (words: string) => boolean): boolean {
  return overlapping(comments, start - 400, end + 200).some((comment) => {
    const words = wordsOf(comment.value)
    return words.length >= shortest && !tool.test(words) && says(words) && isNear(text, comment, start, end)
  })
}

function isNear(text: string, comment: Place, start: number, end: number): boolean {
  if (comment.start >= start && comment.end <= end) return true
  if (comment.end <= start) return start - comment.end < 160 && beside.test(text.slice(comment.end, start))
  return comment.start >= end && /^[ \t;,)]*$/.test(text.slice(end, comment.start))
}

// The text allowed between a comment and its code: further comment lines, and the beginning of the statement.
const beside = /^(?:\r?\n[ \t]*\/\/[^\n]*)*\s*[^\n;{}]*$/
// Directives for tools explain nothing.
const tool = /^(eslint|oxlint|ts-|@ts|biome|prettier|istanbul|c8 |v8 |ruleid|ok:|#region)/i
const several = /\b(?:following|these|both|all|below)\b/i
const task = /^(?:todo|fixme)\b[\s:]*/i
const wordsOf = (value: string) => value.replace(/^[\s*!]+/, '').replace(/^(eslint|oxlint)-disable[^\r\n]*? -- */, '').trim()
