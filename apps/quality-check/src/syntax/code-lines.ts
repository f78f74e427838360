import { LineIndex } from '../engines/line-index.ts'

interface Span {
  readonly start: number
  readonly end: number
}

/** The lines of a text that hold code: neither blank nor comment. */
export interface CodeLines {
  /** Lines of code that a span touches. */
  count(span: Span): number
  /** Each line of code, without the space around it. */
  readonly lines: readonly { readonly number: number; readonly start: number; readonly end: number; readonly text: string }[]
  /** The line of an offset, from 1. */
  lineOf(offset: number): number
}

/** Of a file's text with its comments, which are in order. */
export function codeLinesOf(text: string, comments: readonly Span[]): CodeLines {
  const index = new LineIndex(text)
  const lineOf = (offset: number) => index.range(offset, offset).line
  const lines: { number: number; start: number; end: number; text: string }[] = []
  const upTo = [0]
  let comment = 0
  for (let start = 0, number = 1; start <= text.length; number++) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const code = codeIn(start, end)
    if (code !== '') lines.push({ number, start, end, text: code })
    upTo.push(lines.length)
    start = end + 1
  }

  function codeIn(start: number, end: number): string {
    while (comment < comments.length && (comments[comment] as Span).end <= start) comment++
    let code = ''
    let at = start
    for (let next = comment; at < end; next++) {
      const { start: from, end: to } = comments[next] ?? { start: end, end }
      if (from > at) code += text.slice(at, Math.min(from, end))
      at = Math.max(at, to)
      if (from >= end) break
    }
    return code.trim()
  }

  return { lines, lineOf, count: ({ start, end }) => (upTo[lineOf(end)] as number) - (upTo[lineOf(start) - 1] as number) }
}
