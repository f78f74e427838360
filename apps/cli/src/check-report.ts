import type { Context } from './command.ts'
import { printable } from './terminal.ts'

/** What `elder check --format json` prints: the platform's answer. */
export interface CheckReport {
  readonly version: 1
  readonly verdict: 'pass' | 'fail' | 'not_evaluated'
  readonly policyHash: string
  readonly criteria: readonly { readonly name: string; readonly score: number | null; readonly threshold: number; readonly verdict: string; readonly reason?: string }[]
  readonly files: readonly CheckedFile[]
  readonly findings: readonly Finding[]
}

export interface CheckedFile {
  readonly path: string
  readonly cached: boolean
  readonly status: 'checked' | 'not_analysed'
  readonly reason?: string
}

export interface Finding {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly rule: string
  readonly engine: string
  readonly category: string
  readonly severity: 'error' | 'warning' | 'note'
  readonly message: string
  readonly fix?: string
}

export const emptyReport: CheckReport = { version: 1, verdict: 'not_evaluated', policyHash: '', criteria: [], files: [], findings: [] }

/** The report on several portions of files: the worse verdict, the lower score. */
export function mergeReports(a: CheckReport, b: CheckReport): CheckReport {
  if (a.criteria.length === 0) return { ...b, files: [...a.files, ...b.files], findings: [...a.findings, ...b.findings] }
  const criteria = b.criteria.map((criterion) => {
    const other = a.criteria.find(({ name }) => name === criterion.name)
    return other && rank(other) < rank(criterion) ? other : criterion
  })
  const verdict = [a.verdict, b.verdict].includes('fail') ? 'fail' : [a.verdict, b.verdict].includes('not_evaluated') ? 'not_evaluated' : 'pass'
  return { ...b, verdict, criteria, files: [...a.files, ...b.files], findings: [...a.findings, ...b.findings] }
}

function rank({ verdict, score }: CheckReport['criteria'][number]): number {
  return verdict === 'fail' ? (score ?? 0) : verdict === 'not_evaluated' ? 200 : 100 + (score ?? 0) / 100
}

/** One finding a line, and nothing else: Aider hands all of it to the model. */
export function aiderLines({ findings, files }: CheckReport): string[] {
  return [
    ...sorted(findings).map(({ file, line, column, rule, message }) => `${printable(file)}:${line}:${column}: ${rule} ${oneLine(message)}`),
    ...files.filter(({ status }) => status === 'not_analysed').map(({ path, reason }) => `${printable(path)}: not analysed: ${oneLine(reason ?? 'no reason given')}`),
  ]
}

export function printReport(report: CheckReport, { print, style, table }: Context['terminal']): void {
  const colours = { error: 'red', warning: 'yellow', note: 'dim' } as const
  for (const { file, line, column, severity, rule, message, fix } of sorted(report.findings)) {
    print(`${printable(file)}:${line}:${column}: ${style(colours[severity], severity)} ${oneLine(message)} ${style('dim', rule)}${fix === undefined ? '' : `\n    ${style('dim', oneLine(fix))}`}`)
  }
  for (const { path, status, reason } of report.files) if (status === 'not_analysed') print(`${printable(path)}: ${style('yellow', 'not analysed')}: ${oneLine(reason ?? 'no reason given')}`)
  if (report.criteria.length > 0) {
    print('')
    table(['criterion', 'score', 'needs', 'verdict'], report.criteria.map(({ name, score, threshold, verdict, reason }) => [name, score === null ? '-' : String(Math.floor(score)), String(threshold), `${verdict}${reason === undefined ? '' : `: ${reason}`}`]))
  }
  const checked = report.files.filter(({ status }) => status === 'checked')
  const cached = checked.filter((file) => file.cached).length
  const colour = report.verdict === 'pass' ? 'green' : report.verdict === 'fail' ? 'red' : 'yellow'
  print(`\n${style(colour, report.verdict)}: ${checked.length} of ${report.files.length} files checked${cached > 0 ? `, ${cached} from the cache` : ''}, ${report.findings.length} findings`)
}

function sorted(findings: readonly Finding[]): Finding[] {
  // Not localeCompare: its tables take longer to load than a check takes.
  return findings.toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column)
}

function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, ' ').trim())
}
