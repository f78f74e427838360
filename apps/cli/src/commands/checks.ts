import type { CheckReport } from '../checking/report.ts'
import { defineCommand, usageError, wholeNumber, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { knownUsers } from '../people.ts'
import { findRepository } from '../repository.ts'
import { count, localTime } from '../terminal.ts'

interface CheckRecord {
  readonly checkId: string
  readonly repository: string
  readonly subject?: string
  readonly state: string
  readonly reason?: string
  readonly mode: string
  readonly wholeRepository: boolean
  readonly files: number
  readonly notAnalysedFiles: number
  readonly findings: number
  readonly at?: string
  readonly progress?: { readonly stage: string; readonly done: number; readonly total: number }
  readonly report?: Pick<CheckReport, 'verdict' | 'criteria' | 'newCodeBlockers'>
}

export const command = defineCommand({
  usage: 'checks [ID] [--limit N] [--json]',
  about: "Lists the checks of the repository, newest first, or shows one with its scores.",
  options: {
    limit: { type: 'string', value: 'N', help: 'at most this many (default: 20)' },
    whole: { type: 'boolean', help: 'only checks of the whole repository' },
    repository: { type: 'string', value: 'ID', help: 'use this repository (default: the current one)' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals: [id, surplus] }, context) {
    if (surplus !== undefined) throw usageError('checks takes one ID')
    const { terminal } = context
    if (id !== undefined) {
      const record = await withEdge(context, (edge) => edge.request<CheckRecord>('GET', `/v1/checks/${encodeURIComponent(id)}`))
      if (values.json) terminal.json(record)
      else show(record, terminal)
      return 0
    }
    const query = new URLSearchParams({ repository: values.repository ?? findRepository(context.cwd).id, limit: String(wholeNumber('--limit', values.limit ?? '20', 1, 200)), ...(values.whole && { wholeRepository: 'true' }) })
    const { page, names } = await withEdge(context, async (edge) => {
      const found = await edge.request<{ items: CheckRecord[]; nextCursor: string | null }>('GET', `/v1/checks?${query.toString()}`)
      const users = values.json || found.items.length === 0 ? [] : await knownUsers(edge)
      return { page: found, names: new Map(users.map(({ id: user, name }) => [user, name])) }
    })
    if (values.json) terminal.json(page)
    else if (page.items.length === 0) terminal.print(`no checks of ${query.get('repository')}`)
    else terminal.table(['check', 'time', 'who', 'what', 'files', 'findings', 'outcome'], page.items.map((record) => [record.checkId, localTime(record.at), names.get(record.subject ?? '') ?? record.subject ?? '-', record.wholeRepository ? 'repository' : record.mode, String(record.files), String(record.findings), outcomeOf(record)]))
    return 0
  },
})

function outcomeOf({ state, reason, report, progress }: CheckRecord): string {
  if (report) return report.verdict
  if (reason !== undefined) return `${state}: ${reason}`
  return progress && state === 'running' ? `${state}: ${progress.stage} ${progress.done} of ${progress.total}` : state
}

function show(record: CheckRecord, { print, table }: Context['terminal']): void {
  const { checkId, repository, at, mode, wholeRepository, files, notAnalysedFiles, findings, report } = record
  print(`${checkId}  ${localTime(at)}\n${repository}, ${wholeRepository ? 'the whole repository, ' : ''}${mode}: ${count(files, 'file')}, ${notAnalysedFiles} not analysed, ${count(findings, 'finding')}${report?.newCodeBlockers === undefined ? '' : `, ${report.newCodeBlockers} of which would block in new code`}\n${outcomeOf(record)}`)
  if (!report) return
  print('')
  table(['criterion', 'score', 'needs', 'verdict', 'computed from'], report.criteria.map(({ name, score, threshold, verdict, reason, evidence = [] }) => [name, score === null ? '-' : score.toFixed(1), String(threshold), `${verdict}${reason === undefined ? '' : `: ${reason}`}`, evidence.map(({ name: what, value }) => `${what} ${value}`).join(', ')]))
}
