import { oneLine, type Diagnostic } from './finding.ts'
import { ruleProblem } from './rules/known-rules.ts'
import type { SourceText } from './source-file.ts'
import { commentsAt } from './syntax/comments.ts'
import { isReason } from './syntax/reasons.ts'

/** A comment "elder-ignore <rule>[, <rule>] -- reason [until YYYY-MM-DD]" that may hold. */
export interface IgnoreComment {
  /** Where it stands. */
  readonly line: number
  /** The lines whose findings it silences: its own and the next one of code; 'file' for all. */
  readonly covers: readonly number[] | 'file'
  /** "<engine>/<rule>". */
  readonly rules: readonly string[]
  readonly reason: string
  /** "2027-03-01", the last day on which it holds; empty when it names none. */
  readonly until: string
}

export interface IgnoreComments {
  readonly comments: readonly IgnoreComment[]
  /** What is wrong with those that do not hold. */
  readonly problems: readonly Diagnostic[]
}

const word = 'elder-ignore'
const directive = /(\/\/|#|--|\/\*|<!--|;|%|\*)[ \t]*elder-ignore(-file)?(?![\w-])[ \t:]*([^\r\n]*)/
const none: IgnoreComments = { comments: [], problems: [] }

/** Reads the comments of a text, in whatever syntax, that switch rules of the gate off. */
export function readIgnoreComments(text: string, place: Pick<SourceText, 'extension' | 'bareName'>): IgnoreComments {
  if (!text.includes(word)) return none
  const comments: IgnoreComment[] = []
  const problems: Diagnostic[] = []
  const isComment = commentsAt(text, place)
  const lines = text.split('\n')
  let start = 0
  for (const [index, line] of lines.entries()) {
    const lineStart = start
    start += line.length + 1
    if (!line.includes(word) || line.length > 2_000) continue
    const match = directive.exec(line)
    if (match === null || !isComment(lineStart + match.index)) continue
    const [, , file, rest = ''] = match
    const { rules, reason, until } = readDirective(rest)
    const problem = problemOf(rules, reason, until)
    const alone = line.slice(0, match.index).trim() === ''
    if (problem === undefined) comments.push({ line: index + 1, covers: file === undefined ? covered(lines, index, alone) : 'file', rules, reason: oneLine(reason), until })
    else problems.push(diagnosticAt(index + 1, match.index + 1, line.trimEnd().length + 1, problem))
  }
  return { comments, problems }
}

function readDirective(rest: string): { rules: string[]; reason: string; until: string } {
  const content = rest.replace(/(\*\/|-->)[ \t}]*$/, '').trimEnd()
  const dash = content.search(/(?:^|[ \t])(?:--|—)/)
  const names = dash === -1 ? content : content.slice(0, dash)
  const said = dash === -1 ? '' : content.slice(dash).replace(/^[ \t]*(?:--|—)/, '').trim()
  const until = /(?:^|[ \t])until[ \t]+(\d{4}-\d{2}-\d{2})\.?$/.exec(said)
  return {
    rules: names.split(/[\s,]+/).filter((name) => name !== '').map((name) => (name.includes('/') ? name : `elder/${name}`)),
    reason: until === null ? said : said.slice(0, until.index),
    until: until?.[1] ?? '',
  }
}

function problemOf(rules: readonly string[], reason: string, until: string): Pick<Diagnostic, 'rule' | 'message' | 'fix'> | undefined {
  const form = 'Write "elder-ignore <rule> -- reason", the rule as the finding names it.'
  if (rules.length === 0) return { rule: 'unexplained-suppression', message: 'switches rules off without naming one', fix: form }
  if (!isReason(reason)) return { rule: 'unexplained-suppression', message: `switches off ${rules.join(', ')} without a reason`, fix: form }
  for (const name of rules) {
    const problem = ruleProblem(name)
    if (problem !== undefined) return { rule: 'unknown-suppression', message: `${name} ${problem}`, fix: 'Name the rule as the finding does, or remove the comment.' }
  }
  if (until !== '' && Number.isNaN(Date.parse(until))) return { rule: 'unknown-suppression', message: `${until} is no day`, fix: 'Write the last day as YYYY-MM-DD.' }
  return undefined
}

// A comment after code applies to its line. A comment on its own line applies to the next line of code, and to itself, because a finding may start there.
function covered(lines: readonly string[], index: number, alone: boolean): number[] {
  if (!alone) return [index + 1]
  let next = index + 1
  while (next < lines.length && ((lines[next] ?? '').trim() === '' || (lines[next] ?? '').includes(word))) next++
  return [index + 1, next + 1]
}

function diagnosticAt(line: number, column: number, endColumn: number, what: Pick<Diagnostic, 'rule' | 'message' | 'fix'>): Diagnostic {
  return { engine: 'elder', line, column, endLine: line, endColumn, ...what }
}
