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
    'Checks files with the quality gate (Iron Will). In a git repository only new and changed lines are judged: without arguments the changes\nsince the last commit; for a FILE without changes the lines that the last commit changed, else the whole file. In folders, files that\n.gitignore excludes are skipped.\nExit codes: 0 the gate passes or is not evaluated, 1 it fails, 2 wrong usage, 3 the platform cannot be reached\n(with --format aider: 0 and a warning).',
  options: {
    changed: { type: 'boolean', help: 'check the changes since the last commit, with untracked files (default)' },
    staged: { type: 'boolean', help: 'check the staged content' },
    base: { type: 'string', value: 'REF', help: 'check the changes since the merge base with REF' },
    all: { type: 'boolean', help: 'check the whole repository as a background job; all lines count, unless --base or --baseline is given; rules that need to know what is new only advise without them' },
    deep: { type: 'boolean', help: 'with --all: also run slow analyses, such as types across files' },
    whole: { type: 'boolean', help: 'judge every line, not only new and changed ones' },
    baseline: { type: 'boolean', help: "judge every line, except findings in the repository's baseline" },
    fix: { type: 'boolean', help: 'apply safe fixes and print them; print the other suggested fixes' },
    coverage: { type: 'string', multiple: true, value: 'FILE', help: 'coverage report of a test run; may be repeated (default: a recent one in a usual place, such as coverage/lcov.info)' },
    format: { type: 'string', value: 'FORMAT', help: `${formatNames.join(', ')} (default: text; aider: path:LINE:COLUMN: rule message)` },
    json: { type: 'boolean', help: 'the same as --format json' },
    'show-suppressed': { type: 'boolean', help: 'list suppressed findings with their reasons, and for each file how many findings do not count' },
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
  if (whole && baseline) throw usageError('--whole and --baseline cannot be combined')
  return whole ? 'whole_file' : baseline ? 'baseline' : 'new_code'
}

function sinceOf({ changed, staged, base }: Flags, names: readonly string[]): Since | undefined {
  if ([changed, staged, base !== undefined].filter(Boolean).length > 1) throw usageError('use only one of --changed, --staged and --base')
  if (changed && names.length > 0) throw usageError('--changed finds the files itself: do not name files')
  if (staged) return { kind: 'staged' }
  if (base !== undefined) return { kind: 'base', ref: base }
  return changed ? { kind: 'last commit' } : undefined
}

function refuseMixtures({ all, deep, watch, changed, staged }: Flags, { names, fix }: Job): void {
  if (all && (names.length > 0 || changed || staged)) throw usageError('--all checks the whole repository: it cannot be combined with files, --changed or --staged')
  if (all && (fix || watch)) throw usageError('--all cannot be combined with --fix or --watch')
  if (deep && !all) throw usageError('--deep needs --all')
  if (fix && staged) throw usageError('--fix changes files, not the index', 'elder check --fix FILE..., then stage them again')
  if (fix && watch) throw usageError('--fix and --watch cannot be combined')
}
