import type { CheckedFile, CheckReport } from '../checking/report.ts'
import { count, printable } from '../terminal.ts'
import { oneLine, type Format, type Surroundings } from './format.ts'

const colours = { error: 'red', warning: 'yellow', note: 'dim' } as const

/** For people: findings as they arrive, then files that were not analysed, the scores and the verdict. */
export const format: Format = {
  finding({ file, line, column, severity, rule, message, flow = [], fix }, { terminal: { print, style } }) {
    print(`${printable(file)}:${line}:${column}: ${style(colours[severity], severity)} ${tidy(message)} ${style('dim', rule)}`)
    for (const step of flow) print(`    ${style('dim', `line ${step.line}: ${tidy(step.message)}`)}`)
    if (fix !== undefined) print(`    ${style('dim', tidy(fix))}`)
  },
  report(report, around) {
    const { print, style, table } = around.terminal
    for (const { path, status, reason } of report.files) if (status === 'not_analysed') print(`${printable(path)}: ${style('yellow', 'not analysed')}: ${tidy(reason ?? 'no reason given')}`)
    if (report.criteria.length > 0) {
      print('')
      table(['criterion', 'score', 'needs', 'verdict'], report.criteria.map(({ name, score, threshold, verdict, reason }) => [name, score === null ? '-' : String(Math.floor(score)), String(threshold), `${verdict}${reason === undefined ? '' : `: ${reason}`}`]))
    }
    const colour = report.verdict === 'pass' ? 'green' : report.verdict === 'fail' ? 'red' : 'yellow'
    print(`\n${style(colour, report.verdict)}: ${summary(report)}`)
    if (report.newCodeBlockers !== undefined) print(`${count(report.newCodeBlockers, 'finding')} would block in new code. Here they only advise, because nothing says which lines are new: judge changes with elder check --all --base REF, or what is not in the baseline with elder check --all --baseline.`)
    if (around.showSuppressed) tellSuppressed(report.files, around)
  },
}

function summary({ files, findings }: CheckReport): string {
  const checked = files.filter(({ status }) => status === 'checked')
  const cached = checked.filter((file) => file.cached).length
  const sum = (of: (file: CheckedFile) => number | undefined) => files.reduce((total, file) => total + (of(file) ?? 0), 0)
  const existing = sum(({ existingFindings }) => existingFindings)
  const suppressed = sum(({ suppressedFindings }) => suppressedFindings)
  return [
    `${checked.length} of ${count(files.length, 'file')} checked`,
    ...(cached > 0 ? [`${cached} from the cache`] : []),
    count(findings.length, 'finding'),
    ...(existing > 0 ? [`${count(existing, 'older finding')} not counted`] : []),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
  ].join(', ')
}

function tellSuppressed(files: readonly CheckedFile[], { terminal: { print, style } }: Surroundings): void {
  for (const { path, suppressedFindings = 0, suppressed = [], existingFindings = 0 } of files) {
    if (suppressedFindings > 0) print(style('dim', `${printable(path)}: ${suppressedFindings} suppressed by comments`))
    for (const { line, column, severity, rule, message, justification } of suppressed) print(style('dim', `    ${line}:${column}: ${severity} ${tidy(message)} ${rule}: ${tidy(justification)}`))
    if (existingFindings > 0) print(style('dim', `${printable(path)}: ${existingFindings} older, not counted`))
  }
}

const tidy = (text: string) => printable(oneLine(text))

