import type { JavaScriptContext } from '../rules/rule.ts'

const shortest = 10

/** Whether somebody says in words what is done here: in a comment inside the span, right before it, or on its line. */
export function isExplained({ comments, text }: JavaScriptContext, { start, end }: { readonly start: number; readonly end: number }): boolean {
  return comments.some((comment) => comment.end > start - 400 && comment.start < end + 200 && isWords(comment.value) && isNear(text, comment, start, end))
}

function isNear(text: string, comment: { readonly start: number; readonly end: number }, start: number, end: number): boolean {
  if (comment.start >= start && comment.end <= end) return true
  if (comment.end <= start) return start - comment.end < 160 && /^[ \t]*(\r?\n)?[^\n;{}]*$/.test(text.slice(comment.end, start))
  return comment.start >= end && /^[ \t;,)]*$/.test(text.slice(end, comment.start))
}

// A switch for a tool says nothing to people.
function isWords(value: string): boolean {
  const words = value.replace(/^[\s*!]+/, '').replace(/^(eslint|oxlint)-disable[^\r\n]*? -- */, '').trim()
  return words.length >= shortest && !/^(eslint|oxlint|ts-|@ts|biome|prettier|istanbul|c8 |v8 |ruleid|ok:|todo\b|fixme\b|#region)/i.test(words)
}
