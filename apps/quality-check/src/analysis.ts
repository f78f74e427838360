import { classify } from './classification.ts'
import { EngineFailure } from './engines/engine-failure.ts'
import type { Priority } from './engines/job-queue.ts'
import type { Oxlint } from './engines/oxlint.ts'
import type { WorkerPool } from './engines/worker-pool.ts'
import type { Diagnostic, Finding } from './finding.ts'
import type { GatePolicy } from './policy.ts'
import type { SourceText, Unreadable } from './source-file.ts'

/** What came of one file; equal for every file of the same content and class. */
export interface Analysis {
  readonly status: 'checked' | 'not_analysed'
  /** Why it was not analysed; empty otherwise. */
  readonly reason: string
  /** It should have been analysed: a check with it cannot pass. */
  readonly gap: boolean
  readonly lines: number
  readonly findings: readonly Finding[]
  /** The next look would say the same. */
  readonly repeatable: boolean
}

export interface Engines {
  readonly oxlint: Oxlint
  readonly pool: WorkerPool
  /** Hears of an engine that failed in a way nobody foresaw. */
  readonly onBug: (error: unknown) => void
}

/** Asks every engine that has something to say about a file. Rejects only with the signal's reason. */
export async function analyse(engines: Engines, source: SourceText, policy: GatePolicy, priority: Priority, signal: AbortSignal): Promise<Analysis> {
  const { text, lines, language, extension, fileClass, refusal } = source
  if (text.trim() === '') return { ...notAnalysed('', false), status: 'checked', lines }
  const understood = refusal === '' ? language : undefined
  const answers = await Promise.allSettled([
    engines.pool.run({ text, extension, bareName: source.bareName, fileClass, language: understood }, priority, signal),
    understood === 'javascript' ? engines.oxlint.check(text, extension, fileClass, priority, signal) : [],
  ])
  signal.throwIfAborted()
  const diagnostics = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [reasonOf(answer.reason, engines.onBug)] : []))
  const findings = classify(diagnostics, fileClass, policy)
  const broken = syntaxError(diagnostics)
  if (failures.length > 0) return { ...notAnalysed(failures.join('; '), true), lines, findings, repeatable: false }
  if (language === undefined) return { ...notAnalysed(`no engine for ${extension === '' ? 'files without an extension' : `${extension} files`}`, false), lines, findings }
  if (refusal !== '') return { ...notAnalysed(refusal, true), lines, findings }
  if (broken !== undefined) return { ...notAnalysed(`does not parse: line ${broken.line}: ${broken.message}`, true), lines, findings }
  return { status: 'checked', reason: '', gap: false, lines, findings, repeatable: true }
}

/** What there is to say without any engine. */
export function withoutEngines(file: SourceText | Unreadable, excluded: boolean): Analysis | undefined {
  if (excluded) return notAnalysed('excluded by elder.yaml', false)
  return file.kind === 'unreadable' ? notAnalysed(file.reason, file.language !== undefined) : undefined
}

const notAnalysed = (reason: string, gap: boolean): Analysis => ({ status: 'not_analysed', reason, gap, lines: 0, findings: [], repeatable: true })

function syntaxError(diagnostics: readonly Diagnostic[]): Diagnostic | undefined {
  return diagnostics.find(({ rule }) => rule === 'syntax-error' || rule === 'invalid-syntax')
}

function reasonOf(thrown: unknown, onBug: (error: unknown) => void): string {
  if (thrown instanceof EngineFailure) return thrown.message
  onBug(thrown)
  return 'internal error'
}
