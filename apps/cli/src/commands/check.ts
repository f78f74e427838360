import { relative, resolve, sep } from 'node:path'
import { readNamedCoverage, findCoverage } from '../checking/coverage.ts'
import type { Since } from '../checking/changes.ts'
import { emptyReport, type CheckMode, type CheckReport, type Finding } from '../checking/report.ts'
import { readPolicy, requestCheck } from '../checking/request.ts'
import { select, type Selection } from '../checking/selection.ts'
import { CommandError, defineCommand, usageError, wholeNumber, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { formatNames, loadFormat, type FormatName, type Surroundings } from '../formats/format.ts'
import { findRepository, type Repository } from '../repository.ts'

const options = {
  changed: { type: 'boolean', help: 'what changed since the last commit, untracked files too; the default' },
  staged: { type: 'boolean', help: 'what is staged, as it is in the index' },
  base: { type: 'string', value: 'REF', help: 'what changed since the merge base with REF' },
  whole: { type: 'boolean', help: 'judge every line, not only new and changed ones' },
  baseline: { type: 'boolean', help: "judge every line; what the repository's baseline holds does not count" },
  coverage: { type: 'string', multiple: true, value: 'FILE', help: 'a report of a test run (lcov, Cobertura, JaCoCo, Istanbul); may be repeated' },
  format: { type: 'string', value: 'FORMAT', help: 'text (default), json, sarif, junit, github, or aider: path:LINE:COLUMN: rule message' },
  json: { type: 'boolean', help: 'the same as --format json' },
  'show-suppressed': { type: 'boolean', help: 'say for each file how many findings do not count' },
  strict: { type: 'boolean', help: 'exit with 1 also when the gate could not be evaluated' },
  timeout: { type: 'string', value: 'SECONDS', help: 'give up after this long (default: 60)' },
} as const

export const command = defineCommand({
  usage: 'check [FILE | FOLDER...] [--staged | --base REF | --changed] [--whole | --baseline] [--format FORMAT]',
  about:
    'Checks against Iron Will. In a git repository only new and changed lines are judged: without arguments those since the last commit;\nof a FILE without changes those that the last commit brought, else all of it. Folders: what .gitignore leaves.\nExits with 0 when the gate passes or is not evaluated, 1 when it fails, 2 for bad usage, 3 when the platform cannot be reached\n(with --format aider: 0, and a warning).',
  options,
  async run({ values, positionals }, context) {
    const format = formatOf(values)
    const mode = modeOf(values)
    const since = sinceOf(values, positionals)
    const timeoutMs = 1_000 * wholeNumber('--timeout', values.timeout ?? '60', 1, 3_600)
    const repository = findRepository(context.cwd)
    const { terminal, cwd, env } = context
    const selection = await select({ names: positionals, since, mode }, { repository, cwd, env })
    const around: Surroundings = {
      terminal,
      showSuppressed: values['show-suppressed'] === true,
      pathOf: (name) => relative(repository.root, resolve(cwd, name)).split(sep).join('/'),
      withEdge: (work) => withEdge(context, work),
    }
    const printer = await loadFormat(format)
    let announced = format !== 'text' || selection.files.length === 0
    const announce = () => {
      if (!announced) terminal.note(`elder: judged ${selection.says}`)
      announced = true
    }
    const report = await ask({ selection, repository, coverage: values.coverage, timeoutMs, onFinding: printer.finding && ((one) => {
      announce()
      printer.finding?.(one, around)
    }) }, context).catch((error: unknown) => refused(error, format, context))
    if (!report) return 0
    announce()
    // In a folder, what no engine knows is no news.
    const told = format === 'json' ? report : { ...report, files: report.files.filter(({ path, status }) => status === 'checked' || !selection.found.has(path)) }
    if (format === 'text' && report.files.length === 0) terminal.print(positionals.length > 0 ? 'no files' : 'no changed files')
    else await printer.report(told, around)
    if (report.verdict === 'not_evaluated' && report.files.length > 0) terminal.note('elder: the gate was not evaluated')
    return report.verdict === 'fail' || (values.strict && report.verdict === 'not_evaluated') ? 1 : 0
  },
})

type Values = Parameters<typeof command.run>[0]['values']

function formatOf({ json, format = 'text' }: Values): FormatName {
  const name = json ? 'json' : format
  const known = formatNames.find((one) => one === name)
  if (!known) throw usageError(`--format must be one of ${formatNames.join(', ')}, got ${JSON.stringify(name)}`)
  return known
}

function modeOf({ whole, baseline }: Values): CheckMode {
  if (whole && baseline) throw usageError('--whole and --baseline exclude each other')
  return whole ? 'whole_file' : baseline ? 'baseline' : 'new_code'
}

function sinceOf({ changed, staged, base }: Values, names: readonly string[]): Since | undefined {
  if ([changed, staged, base].filter(Boolean).length > 1) throw usageError('of --changed, --staged and --base only one can be meant')
  if (changed && names.length > 0) throw usageError('--changed finds the files itself: name none')
  if (staged) return { kind: 'staged' }
  if (base !== undefined) return { kind: 'base', ref: base }
  return changed ? { kind: 'last commit' } : undefined
}

interface Question {
  readonly selection: Selection
  readonly repository: Repository
  readonly coverage: readonly string[] | undefined
  readonly timeoutMs: number
  readonly onFinding: ((finding: Finding) => void) | undefined
}

async function ask({ selection: { mode, files, refused: unread }, repository, coverage, timeoutMs, onFinding }: Question, context: Context): Promise<CheckReport> {
  if (files.length === 0) return { ...emptyReport, files: unread }
  const reports = coverage ? readNamedCoverage(coverage, repository.root, context.cwd) : findCoverage(repository.root, files.map(({ name }) => resolve(context.cwd, name)))
  const scope = { repository: repository.id, ...readPolicy(repository.root), mode }
  return withEdge(context, (edge) =>
    requestCheck(edge, { scope, files, refused: unread, coverage: reports, timeoutMs, signal: AbortSignal.timeout(timeoutMs), ...(onFinding && { onFinding }) }),
  )
}

/** A refusal is no verdict: 1 would tell a script that the code is bad. Aider would hand it to a model, so it is only warned. */
function refused(error: unknown, format: FormatName, { terminal }: Context): undefined {
  if (!(error instanceof CommandError) || error.exitCode === 2) throw error
  if (format !== 'aider') throw new CommandError(error.message, { exitCode: 3, ...(error.mend === undefined ? {} : { mend: error.mend }) })
  terminal.note(`elder: not checked: ${error.message}`)
  return undefined
}
