import type { Since } from '../checking/changes.ts'
import type { Job } from '../checking/job.ts'
import type { CheckMode } from '../checking/report.ts'
import { runCheck } from '../checking/run.ts'
import { defineCommand, usageError, wholeNumber } from '../command.ts'
import { formatNames, type FormatName } from '../formats/format.ts'
import { findRepository } from '../repository.ts'

export const command = defineCommand({
  usage: 'check [FILE | FOLDER...] [--changed | --staged | --base REF | --all] [--whole | --baseline] [--fix] [--format FORMAT]',
  about:
    'Checks against Iron Will. In a git repository only new and changed lines are judged: without arguments those since the last commit;\nof a FILE without changes those that the last commit brought, else all of it. Folders: what .gitignore leaves.\nExits with 0 when the gate passes or is not evaluated, 1 when it fails, 2 for bad usage, 3 when the platform cannot be reached\n(with --format aider: 0, and a warning).',
  options: {
    changed: { type: 'boolean', help: 'what changed since the last commit, untracked files too; the default' },
    staged: { type: 'boolean', help: 'what is staged, as it is in the index' },
    base: { type: 'string', value: 'REF', help: 'what changed since the merge base with REF' },
    all: { type: 'boolean', help: 'the whole repository, in the background of the platform; every line, unless --base or --baseline says which' },
    deep: { type: 'boolean', help: 'with --all: also what takes long, such as types across files' },
    whole: { type: 'boolean', help: 'judge every line, not only new and changed ones' },
    baseline: { type: 'boolean', help: "judge every line; what the repository's baseline holds does not count" },
    fix: { type: 'boolean', help: 'mend what can be mended safely and print what was done; print what else is offered' },
    coverage: { type: 'string', multiple: true, value: 'FILE', help: 'a report of a test run; may be repeated (default: a fresh one in a usual place, such as coverage/lcov.info)' },
    format: { type: 'string', value: 'FORMAT', help: `${formatNames.join(', ')} (default: text; aider: path:LINE:COLUMN: rule message)` },
    json: { type: 'boolean', help: 'the same as --format json' },
    'show-suppressed': { type: 'boolean', help: 'list what comments suppress, each with its reason, and say for each file how many findings do not count' },
    watch: { type: 'boolean', help: 'check again whenever a file changes' },
    strict: { type: 'boolean', help: 'exit with 1 also when the gate could not be evaluated' },
    timeout: { type: 'string', value: 'SECONDS', help: 'give up after this long (default: 60; 3600 with --all or more than 1,000 files)' },
  },
  async run({ values, positionals }, context) {
    const job: Job = {
      names: positionals,
      since: sinceOf(values, positionals),
      mode: modeOf(values),
      format: formatOf(values),
      coverage: values.coverage,
      fix: values.fix === true,
      strict: values.strict === true,
      deep: values.deep === true,
      showSuppressed: values['show-suppressed'] === true,
      timeoutMs: values.timeout === undefined ? undefined : 1_000 * wholeNumber('--timeout', values.timeout, 1, 86_400),
    }
    refuseMixtures(values, job)
    const repository = findRepository(context.cwd)
    if (values.all) return (await import('../checking/repository-check.ts')).checkRepository(job, repository, context)
    if (values.watch) return (await import('../checking/watch.ts')).watchCheck(job, repository, context)
    return runCheck(job, repository, context)
  },
})

interface Flags {
  readonly changed?: boolean
  readonly staged?: boolean
  readonly base?: string
  readonly all?: boolean
  readonly deep?: boolean
  readonly whole?: boolean
  readonly baseline?: boolean
  readonly watch?: boolean
  readonly json?: boolean
  readonly format?: string
}

function formatOf({ json, format = 'text' }: Flags): FormatName {
  const name = json ? 'json' : format
  const known = formatNames.find((one) => one === name)
  if (!known) throw usageError(`--format must be one of ${formatNames.join(', ')}, got ${JSON.stringify(name)}`)
  return known
}

function modeOf({ whole, baseline }: Flags): CheckMode {
  if (whole && baseline) throw usageError('--whole and --baseline exclude each other')
  return whole ? 'whole_file' : baseline ? 'baseline' : 'new_code'
}

function sinceOf({ changed, staged, base }: Flags, names: readonly string[]): Since | undefined {
  if ([changed, staged, base !== undefined].filter(Boolean).length > 1) throw usageError('of --changed, --staged and --base only one can be meant')
  if (changed && names.length > 0) throw usageError('--changed finds the files itself: name none')
  if (staged) return { kind: 'staged' }
  if (base !== undefined) return { kind: 'base', ref: base }
  return changed ? { kind: 'last commit' } : undefined
}

function refuseMixtures({ all, deep, watch, changed, staged }: Flags, { names, fix }: Job): void {
  if (all && (names.length > 0 || changed || staged)) throw usageError('--all means the whole repository: name no files, and neither --changed nor --staged')
  if (all && (fix || watch)) throw usageError(`--all goes with neither --fix nor --watch`)
  if (deep && !all) throw usageError('--deep needs --all')
  if (fix && staged) throw usageError('--fix mends files, not the index', 'elder check --fix FILE..., then stage them again')
  if (fix && watch) throw usageError('--fix and --watch exclude each other')
}
