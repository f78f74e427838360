import type { CodeLines } from '../../../syntax/code-lines.ts'
import { findRepetitions } from '../../../syntax/repeated-lines.ts'
import type { Report } from '../../rule.ts'

interface Reporter {
  readonly fileClass: string
  report(at: { readonly start: number; readonly end: number }, report: Report): void
}

/** Reports every copy after the first: ten minutes for the first of them, five for each further one. */
export function reportRepetitions(code: CodeLines, { fileClass, report }: Reporter): void {
  if (fileClass === 'stub') return
  const copied = new Set<number>()
  for (const { start, end, lines, originalFirstLine, originalLastLine } of findRepetitions(code)) {
    const minutes = copied.has(originalFirstLine) ? 5 : 10
    copied.add(originalFirstLine)
    report({ start, end }, { message: `these ${lines} lines of code repeat lines ${originalFirstLine}-${originalLastLine}`, minutes })
  }
}
