import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chooseFiles, readAll, type Named } from '../check-files.ts'
import { aiderLines, emptyReport, mergeReports, printReport, type CheckReport } from '../check-report.ts'
import { CommandError, defineCommand, usageError, wholeNumber, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import type { Edge } from '../edge.ts'
import { findRepository, type Repository } from '../repository.ts'
import { describeFileError, encodeContent, readSource, type SourceFile } from '../source-file.ts'

const maxPolicyBytes = 256 * 1024
/** One request holds at most this much, far below what the front door takes. */
const portion = { files: 500, bytes: 12 * 1024 * 1024 }

export const command = defineCommand({
  usage: 'check [FILE | FOLDER...] [--format text|json|aider]',
  about: 'Checks files, and those in folders that .gitignore leaves, against Iron Will; without arguments those changed since the last commit.\nExits with 0 when the gate passes or is not evaluated, 1 when it fails, 2 for bad usage, 3 when the platform cannot be reached\n(with --format aider: 0, and a warning).',
  options: {
    format: { type: 'string', value: 'FORMAT', help: 'text (default), json, or aider: path:LINE:COLUMN: rule message' },
    json: { type: 'boolean', help: 'the same as --format json' },
    changed: { type: 'boolean', help: 'the files changed since the last commit; the default' },
    strict: { type: 'boolean', help: 'exit with 1 also when the gate could not be evaluated' },
    timeout: { type: 'string', value: 'SECONDS', help: 'give up after this long (default: 60)' },
  },
  async run({ values, positionals }, context) {
    const format = values.json ? 'json' : (values.format ?? 'text')
    if (format !== 'text' && format !== 'json' && format !== 'aider') throw usageError(`--format must be text, json or aider, got ${JSON.stringify(format)}`)
    if (values.changed && positionals.length > 0) throw usageError('--changed finds the files itself: name none')
    const timeoutMs = 1_000 * wholeNumber('--timeout', values.timeout ?? '60', 1, 3_600)
    const repository = findRepository(context.cwd)
    const { names, found } = await chooseFiles(positionals, repository, context.cwd)
    const { terminal } = context
    const report = await check(names, repository, timeoutMs, context).catch((error: unknown) => {
      if (!(error instanceof CommandError) || error.exitCode === 2) throw error
      // A refusal is no verdict: 1 would tell a script that the code is bad.
      if (format !== 'aider') throw new CommandError(error.message, { exitCode: 3, ...(error.mend === undefined ? {} : { mend: error.mend }) })
      terminal.note(`elder: not checked: ${error.message}`)
      return undefined
    })
    if (!report) return 0
    // In a folder, what no engine knows is no news.
    const told = { ...report, files: report.files.filter(({ path, status }) => status === 'checked' || !found.has(path)) }
    if (format === 'json') terminal.json(report)
    else if (format === 'aider') for (const line of aiderLines(told)) terminal.print(line)
    else if (names.length === 0) terminal.print(positionals.length > 0 ? 'no files' : 'no changed files')
    else printReport(told, terminal)
    if (report.verdict === 'not_evaluated' && names.length > 0) terminal.note('elder: the gate was not evaluated')
    return report.verdict === 'fail' || (values.strict && report.verdict === 'not_evaluated') ? 1 : 0
  },
})

async function check(names: readonly string[], repository: Repository, timeoutMs: number, context: Context): Promise<CheckReport> {
  const { files, refused } = readAll(names, repository, context.cwd)
  let report: CheckReport = { ...emptyReport, files: refused }
  if (files.length === 0) return report
  const policy = readPolicy(join(repository.root, 'elder.yaml'))
  const signal = AbortSignal.timeout(timeoutMs)
  return withEdge(context, async (edge) => {
    for (const some of portions(files)) report = mergeReports(report, await post(edge, some, { repository: repository.id, ...policy }, timeoutMs, signal))
    return report
  })
}

async function post(edge: Edge, files: readonly Named[], scope: { repository: string; policy?: string }, timeoutMs: number, signal: AbortSignal): Promise<CheckReport> {
  const nameOf = new Map(files.map(({ path, name }) => [path, name]))
  const report = await edge.request<CheckReport>('POST', '/v1/checks', { timeoutMs, signal, body: { ...scope, files: files.map(({ path, content }) => ({ path, ...encodeContent(content) })) } })
  return {
    ...report,
    files: report.files.map((file) => ({ ...file, path: nameOf.get(file.path) ?? file.path })),
    findings: report.findings.map((finding) => ({ ...finding, file: nameOf.get(finding.file) ?? finding.file })),
  }
}

function readPolicy(file: string): { policy?: string } {
  if (!existsSync(file)) return {}
  let source: SourceFile
  try {
    source = readSource(file, maxPolicyBytes)
  } catch (error) {
    throw usageError(`${file} ${describeFileError(error)}`)
  }
  if ('refused' in source) throw usageError(`${file} ${source.refused}: it must be the text of a policy`)
  return { policy: source.content.toString('utf8') }
}

function* portions(files: readonly Named[]): Generator<Named[]> {
  let some: Named[] = []
  let bytes = 0
  for (const file of files) {
    if (some.length === portion.files || (some.length > 0 && bytes + file.content.length > portion.bytes)) {
      yield some
      some = []
      bytes = 0
    }
    some.push(file)
    bytes += file.content.length
  }
  if (some.length > 0) yield some
}
