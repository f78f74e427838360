import { worstFirst, type Finding } from '../checking/report.ts'
import type { Format } from './format.ts'

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const

/** Workflow commands, which become annotations of a pull request. GitHub shows only the first ten of each kind. */
export const format: Format = {
  report({ findings, files, criteria, verdict }, { terminal, pathOf }) {
    const failed = criteria.filter((criterion) => criterion.verdict === 'fail').map(({ name, score, threshold, reason }) => `${name} ${score === null ? '-' : Math.floor(score)} of ${threshold}${reason === undefined ? '' : ` (${reason})`}`)
    if (verdict === 'fail') terminal.print(command('error', { title: 'Iron Will' }, `the gate failed: ${failed.join(', ')}`))
    for (const finding of worstFirst(findings)) terminal.print(annotation({ ...finding, file: pathOf(finding.file) }))
    for (const { path, status, reason } of files) if (status === 'not_analysed') terminal.print(command('warning', { file: pathOf(path), title: 'not analysed' }, reason ?? 'no reason given'))
  },
}

function annotation({ file, line, column, endLine, endColumn, severity, rule, message, fix }: Finding): string {
  // Columns are used only for a range within one line.
  const columns = endLine === line ? { col: column, endColumn } : { col: column }
  return command(commands[severity], { file, line, ...columns, endLine, title: rule }, fix === undefined ? message : `${message}\n${fix}`)
}

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeData(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`)
  return `::${name} ${list.join(',')}::${escapeData(message)}`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
