import { EngineFailure } from './engines/engine-failure.ts'
import type { Priority } from './engines/job-queue.ts'
import type { Oxlint } from './engines/oxlint.ts'
import type { WorkerPool } from './engines/worker-pool.ts'
import type { Diagnostic } from './finding.ts'
import { severities } from './finding.ts'
import { withFingerprints, type Seen } from './fingerprint.ts'
import { readIgnoreComments, type IgnoreComment, type IgnoreComments } from './ignore-comments.ts'
import { mayBeEcho, withoutEchoes } from './rules/echoes.ts'
import { ruleFor } from './rules/rule-table.ts'
import type { FileClass, SourceText, Unreadable } from './source-file.ts'

/** What came of one file; equal for every file of the same content and class, whatever the policy. */
export interface Analysis {
  readonly status: 'checked' | 'not_analysed'
  /** Why it was not analysed; empty otherwise. */
  readonly reason: string
  /** It should have been analysed: a check with it cannot pass. */
  readonly gap: boolean
  readonly lines: number
  readonly fileClass: FileClass
  readonly seen: readonly Seen[]
  readonly ignores: readonly IgnoreComment[]
  /** The next look would say the same. */
  readonly repeatable: boolean
}

export interface Engines {
  readonly oxlint: Oxlint
  readonly pool: WorkerPool
  /** Hears of an engine that failed in a way nobody foresaw. */
  readonly onBug: (error: unknown) => void
}

/** Hears what is seen as engines say it, before the analysis is whole. */
export type OnSeen = (seen: readonly Seen[], ignores: readonly IgnoreComment[]) => void

interface Answer {
  readonly seen: readonly Seen[]
  readonly failures: readonly string[]
  /** Why an engine was not given the text. */
  readonly refusals?: readonly string[]
}

const mostSeen = 2_000

/** Asks every engine that has something to say about a file; one that fails takes none of the others' words along. Rejects only with the signal's reason. */
export async function analyse(engines: Engines, source: SourceText, priority: Priority, signal: AbortSignal, onSeen: OnSeen): Promise<Analysis> {
  const { text, lines, language, extension, fileClass, refusal } = source
  if (text.trim() === '') return { ...notAnalysed('', false), status: 'checked', lines, fileClass }
  const ignores = readIgnoreComments(text, source)
  const tell = (seen: readonly Seen[]) => onSeen(seen.filter((each) => !mayBeEcho(each)), ignores.comments)
  const understood = refusal === '' ? language : undefined
  const answers = await Promise.all([
    askWorker(engines, { ...source, language: understood }, priority, signal, tell),
    understood === 'javascript' ? askOxlint(engines, source, priority, signal, tell) : nothing,
  ])
  signal.throwIfAborted()
  const seen = worst(withoutEchoes([...answers.flatMap((answer) => answer.seen), ...problemsOf(text, ignores)]))
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

/** Of a file that the policy does not want looked at. */
export const notLookedAt = (reason: string): Analysis => notAnalysed(reason, false)

/** Of a file that is no text. */
export const notReadable = ({ reason, language }: Unreadable): Analysis => ({ ...notAnalysed(reason, language !== undefined), repeatable: false })

const nothing: Answer = { seen: [], failures: [] }

const notAnalysed = (reason: string, gap: boolean): Analysis => ({ status: 'not_analysed', reason, gap, lines: 0, fileClass: 'source', seen: [], ignores: [], repeatable: true })

async function askWorker({ pool, onBug }: Engines, { text, extension, bareName, fileClass, language }: SourceText, priority: Priority, signal: AbortSignal, tell: (seen: readonly Seen[]) => void): Promise<Answer> {
  try {
    return await pool.run({ text, extension, bareName, fileClass, language }, priority, signal, tell)
  } catch (error) {
    return failure(error, signal, onBug)
  }
}

async function askOxlint({ oxlint, onBug }: Engines, { text, extension, fileClass }: SourceText, priority: Priority, signal: AbortSignal, tell: (seen: readonly Seen[]) => void): Promise<Answer> {
  try {
    const seen = withFingerprints(text, await oxlint.check(text, extension, fileClass, priority, signal))
    tell(seen)
    return { seen, failures: [] }
  } catch (error) {
    return failure(error, signal, onBug)
  }
}

function failure(thrown: unknown, signal: AbortSignal, onBug: (error: unknown) => void): Answer {
  if (thrown instanceof EngineFailure) return { seen: thrown.seen, failures: [thrown.message] }
  // What nobody waits for any more ends with the signal's reason, which is no fault.
  if (!signal.aborted) onBug(thrown)
  return { seen: [], failures: ['internal error'] }
}

function problemsOf(text: string, { problems }: IgnoreComments): Seen[] {
  return withFingerprints(text, problems)
}

// Of what engines repeat without end the worst is kept; a check lists fewer still.
function worst(seen: Seen[]): Seen[] {
  if (seen.length <= mostSeen) return seen
  const rank = ({ engine, rule }: Diagnostic) => {
    const { severity, securitySeverity = 0 } = ruleFor(`${engine}/${rule}`)
    return severities.indexOf(severity) * 100 - securitySeverity
  }
  return seen.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostSeen)
}
