import { EngineFailure } from './engines/engine-failure.ts'
import type { Priority } from './engines/job-queue.ts'
import type { Oxlint } from './engines/oxlint.ts'
import type { WorkerPool } from './engines/worker-pool.ts'
import type { Diagnostic } from './finding.ts'
import { severities } from './finding.ts'
import { withFingerprints, type Seen } from './fingerprint.ts'
import { readIgnoreComments, type IgnoreComment, type IgnoreComments } from './ignore-comments.ts'
import { mayBeSuperseded, withoutSuperseded } from './rules/overlapping-rules.ts'
import { ruleFor } from './rules/rule-table.ts'
import type { FileClass, SourceText, Unreadable } from './source-file.ts'

/** The result of analysing one file. It depends on the content and the class of the file only, not on the policy, so that it can be cached. */
export interface Analysis {
  readonly status: 'checked' | 'not_analysed'
  /** Why it was not analysed; empty otherwise. */
  readonly reason: string
  /** The file should have been analysed and was not: a criterion that would pass is `not_evaluated` then. */
  readonly gap: boolean
  readonly lines: number
  readonly fileClass: FileClass
  readonly seen: readonly Seen[]
  readonly ignores: readonly IgnoreComment[]
  /** Analysing the file again would give the same result, so it may be cached. */
  readonly repeatable: boolean
}

export interface Engines {
  readonly oxlint: Pick<Oxlint, 'check'>
  readonly pool: WorkerPool
  /** Called with an error that no engine is expected to throw. */
  readonly onBug: (error: unknown) => void
}

/** Receives each engine's diagnostics as soon as there are any, before the analysis is complete. */
export type OnSeen = (seen: readonly Seen[], ignores: readonly IgnoreComment[]) => void

interface Answer {
  readonly seen: readonly Seen[]
  readonly failures: readonly string[]
  /** Why the text was not passed to an engine. */
  readonly refusals?: readonly string[]
}

const maxDiagnostics = 2_000

/** Runs every engine for the file's language. When one fails, the diagnostics of the others are kept. Rejects only with the signal's reason. */
export async function analyse(engines: Engines, source: SourceText, priority: Priority, signal: AbortSignal, onSeen: OnSeen): Promise<Analysis> {
  const { text, lines, language, extension, fileClass, refusal } = source
  if (text.trim() === '') return { ...notAnalysed('', false), status: 'checked', lines, fileClass }
  const ignores = readIgnoreComments(text, source)
  const report = (seen: readonly Seen[]) => onSeen(seen.filter((each) => !mayBeSuperseded(each)), ignores.comments)
  const parsedLanguage = refusal === '' ? language : undefined
  const answers = await Promise.all([
    askWorker(engines, { ...source, language: parsedLanguage }, priority, signal, report),
    parsedLanguage === 'javascript' ? askOxlint(engines, source, priority, signal, report) : nothing,
  ])
  signal.throwIfAborted()
  const seen = worst(withoutSuperseded([...answers.flatMap((answer) => answer.seen), ...ignoreCommentProblems(text, ignores)]))
  const found = { ...notAnalysed('', true), lines, fileClass, seen, ignores: ignores.comments }
  const failures = new Set(answers.flatMap((answer) => answer.failures))
  if (failures.size > 0) return { ...found, reason: [...failures].join('; '), repeatable: false }
  const refused = answers.flatMap(({ refusals = [] }) => refusals)
  if (refused.length > 0) return { ...found, reason: refused.join('; ') }
  if (language === undefined) return { ...found, reason: `no engine for ${extension === '' ? 'files without an extension' : `${extension} files`}`, gap: false }
  if (refusal !== '') return { ...found, reason: refusal }
  const broken = seen.find(({ rule }) => rule === 'syntax-error' || rule === 'invalid-syntax')
  if (broken !== undefined) return { ...found, reason: `does not parse: line ${broken.line}: ${broken.message}` }
  return { ...found, status: 'checked', gap: false }
}

/** The result for a file that the policy excludes. */
export const notSelected = (reason: string): Analysis => notAnalysed(reason, false)

/** The result for a file that is not text, or too large. */
export const notReadable = ({ reason, language }: Unreadable): Analysis => ({ ...notAnalysed(reason, language !== undefined), repeatable: false })

const nothing: Answer = { seen: [], failures: [] }

const notAnalysed = (reason: string, gap: boolean): Analysis => ({ status: 'not_analysed', reason, gap, lines: 0, fileClass: 'source', seen: [], ignores: [], repeatable: true })

async function askWorker({ pool, onBug }: Engines, { text, extension, bareName, fileClass, language }: SourceText, priority: Priority, signal: AbortSignal, report: (seen: readonly Seen[]) => void): Promise<Answer> {
  try {
    return await pool.run({ text, extension, bareName, fileClass, language }, priority, signal, report)
  } catch (error) {
    return failure(error, signal, onBug)
  }
}

async function askOxlint({ oxlint, onBug }: Engines, { text, extension, fileClass }: SourceText, priority: Priority, signal: AbortSignal, report: (seen: readonly Seen[]) => void): Promise<Answer> {
  try {
    const seen = withFingerprints(text, await oxlint.check(text, extension, fileClass, priority, signal))
    report(seen)
    return { seen, failures: [] }
  } catch (error) {
    return failure(error, signal, onBug)
  }
}

function failure(thrown: unknown, signal: AbortSignal, onBug: (error: unknown) => void): Answer {
  if (thrown instanceof EngineFailure) return { seen: thrown.seen, failures: [thrown.message] }
  // After cancellation engines throw the signal's reason, which is not a bug.
  if (!signal.aborted) onBug(thrown)
  return { seen: [], failures: ['internal error'] }
}

function ignoreCommentProblems(text: string, { problems }: IgnoreComments): Seen[] {
  return withFingerprints(text, problems)
}

// An engine may repeat a diagnostic thousands of times: only the worst are kept. A check lists fewer still.
function worst(seen: Seen[]): Seen[] {
  if (seen.length <= maxDiagnostics) return seen
  const rank = ({ engine, rule }: Diagnostic) => {
    const { severity, securitySeverity = 0 } = ruleFor(`${engine}/${rule}`)
    return severities.indexOf(severity) * 100 - securitySeverity
  }
  return seen.toSorted((a, b) => rank(a) - rank(b)).slice(0, maxDiagnostics)
}
