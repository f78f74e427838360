import type { Finding, Range } from './report.ts'

export type Edit = Range & { readonly text: string }

/** An edit by offsets into the text. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Converts the platform's lines and columns to offsets in a text. */
export interface LineTable {
  /** Undefined for a position outside the text. */
  offsetOf(line: number, column: number): number | undefined
}

function lineTable(text: string): LineTable {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return {
    offsetOf(line, column) {
      const start = starts[line - 1]
      if (start === undefined || column < 1) return undefined
      const end = starts[line] === undefined ? text.length : starts[line] - 1
      const offset = start + column - 1
      return offset <= end ? offset : undefined
    },
  }
}

/** The edits of as many findings as can be combined: all edits of a finding or none, without overlaps between findings. */
export function combineEdits(text: string, findings: readonly Finding[]): { splices: Splice[]; fixed: Finding[] } {
  const table = lineTable(text)
  const lineBreak = /\r?\n/.exec(text)?.[0] ?? '\n'
  const splices: Splice[] = []
  const fixed: Finding[] = []
  for (const finding of findings) {
    const own = (finding.edits ?? []).map((edit) => toSplice(edit, table, lineBreak))
    const sound = own.filter((splice) => splice !== undefined)
    if (sound.length === 0 || sound.length < own.length) continue
    // An edit that two findings share is applied once.
    const fresh = sound.filter((splice) => !splices.some((taken) => isSame(taken, splice)))
    if (fresh.some((splice, index) => [...splices, ...fresh.slice(0, index)].some((taken) => collide(taken, splice)))) continue
    splices.push(...fresh)
    fixed.push(finding)
  }
  return { splices: splices.sort((a, b) => a.start - b.start), fixed }
}

/** The text with all splices applied; they are sorted and do not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = ''
  let at = 0
  for (const { start, end, text: inserted } of splices) {
    result += text.slice(at, start) + inserted
    at = end
  }
  return result + text.slice(at)
}

function toSplice(edit: Edit, table: LineTable, lineBreak: string): Splice | undefined {
  const start = table.offsetOf(edit.line, edit.column)
  const end = table.offsetOf(edit.endLine, edit.endColumn)
  if (start === undefined || end === undefined || end < start) return undefined
  return { start, end, text: edit.text.replace(/\r?\n/g, lineBreak) }
}

const isSame = (a: Splice, b: Splice) => a.start === b.start && a.end === b.end && a.text === b.text

// Two insertions at the same position have no defined order.
function collide(a: Splice, b: Splice): boolean {
  return a.start === b.start || (a.start < b.end && b.start < a.end)
}
