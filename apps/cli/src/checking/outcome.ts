import { relative, resolve, sep } from 'node:path'
import { CommandError, type Context } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { loadFormat, type Surroundings } from '../formats/format.ts'
import type { Repository } from '../repository.ts'
import type { Job } from './job.ts'
import type { CheckedFile, CheckReport, Finding } from './report.ts'

/** Prints the progress and the result of a check. */
export interface Outcome {
  /** Undefined if the format prints everything at the end. */
  readonly onFinding: ((finding: Finding) => void) | undefined
  /** Prints the report and returns the exit code. Files that were found in folders (`isFound`) and that no engine supports are not mentioned. */
  end(report: CheckReport, isFound: (name: string) => boolean): Promise<number>
}

/** `says` describes what was judged. */
export async function tellOutcome(job: Job, { repository, says }: { repository: Repository; says: string }, context: Context): Promise<Outcome> {
  const { terminal, cwd } = context
  const around: Surroundings = {
    terminal,
    showSuppressed: job.showSuppressed,
    pathOf: (name) => relative(repository.root, resolve(cwd, name)).split(sep).join('/'),
    withEdge: (work) => withEdge(context, work),
  }
  const format = await loadFormat(job.format)
  const announce = once(() => {
    if (job.format === 'text' && says !== '') terminal.note(`elder: judged ${says}`)
  })
  const { finding } = format
  return {
    onFinding: finding && ((one) => {
      announce()
      finding(one, around)
    }),
    async end(report, isFound) {
      announce()
      if (job.format === 'text' && report.files.length === 0 && report.findings.length === 0) terminal.print(describeNothing(job))
      else await format.report(job.format === 'json' ? report : { ...report, files: report.files.filter((file) => !isFound(file.path) || isNews(file)) }, around)
      if (isUndecided(report)) terminal.note('elder: the gate was not evaluated')
      return exitCodeOf(report, job)
    },
  }
}

function describeNothing({ names, since }: Job): string {
  if (since?.kind === 'staged') return 'no staged files: stage them with git add, or check all changes with elder check'
  return names.length > 0 ? 'no files' : 'no changed files'
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}

// The reason comes from the platform, or from the command before the request.
const isNews = ({ status, reason = '' }: CheckedFile) => status === 'checked' || !/^(no engine for|(is )?binary$)/.test(reason)
const isUndecided = ({ verdict, files }: CheckReport) => verdict === 'not_evaluated' && files.length > 0

function exitCodeOf({ verdict }: CheckReport, { strict }: Job): number {
  return verdict === 'fail' || (strict && verdict === 'not_evaluated') ? 1 : 0
}

/** A rejected request is not a verdict: exit code 1 would tell a script that the code is bad. For Aider it is only a warning, because Aider passes errors to a model. */
export function endWithoutReport(error: unknown, { format }: Job, { terminal }: Context): number {
  if (!(error instanceof CommandError) || error.exitCode === 2) throw error
  if (format !== 'aider') throw new CommandError(error.message, { exitCode: 3, ...(error.fix === undefined ? {} : { fix: error.fix }) })
  terminal.note(`elder: not checked: ${error.message}`)
  return 0
}
