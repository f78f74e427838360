import type { Call } from '@elder/rpc'
import type { Analysis, Engines } from './analysis.ts'
import type { Changes } from './changes/request-changes.ts'
import { createEventQueue } from './event-queue.ts'
import type { FileCache } from './file-cache.ts'
import { createFileRuns } from './file-run.ts'
import type { FileOutcome } from './judging/judged-files.ts'
import type { Diagnostic, Finding } from './finding.ts'
import type { SilencedFinding } from './judging/judged-file.ts'
import type { GatePolicy } from './policy.ts'
import type { CheckMode } from './policy/settings.ts'
import type { CriterionOutcome, Verdict } from './scoring/criterion.ts'
import { judge, nothingKnown, type RepositoryFacts } from './scoring/gate.ts'
import type { SubmittedFile } from './submission.ts'

/** What to check: a submission that was validated, with its policy and its changes parsed. */
export interface CheckOrder {
  readonly id: string
  readonly repository: string
  /** The caller. */
  readonly subject: string
  readonly files: readonly SubmittedFile[]
  readonly policy: GatePolicy
  readonly policyYaml: string
  readonly changes: Changes
  /** `repository`: the policy's stricter list of criteria is required, and history takes files that are not among these as deleted. */
  readonly scope: 'files' | 'repository'
  /** For unsaved text: nothing of the check is recorded. */
  readonly transient: boolean
  /** Fingerprints of findings that do not count, by path. */
  readonly accepted?: ReadonlyMap<string, ReadonlySet<string>>
  /** Facts and diagnostics that need more than one file. Runs while the files are analysed. */
  readonly beyond?: (signal: AbortSignal) => Promise<{ readonly facts: RepositoryFacts; readonly diagnostics: readonly (Diagnostic & { readonly path: string })[] }>
}

/** A check with its verdict. */
export interface CompletedCheck {
  readonly id: string
  readonly repository: string
  readonly subject: string
  readonly scope: CheckOrder['scope']
  readonly mode: CheckMode
  readonly transient: boolean
  readonly verdict: Verdict
  readonly policyHash: string
  readonly policyYaml: string
  readonly criteria: readonly CriterionOutcome[]
  readonly files: number
  readonly cachedFiles: number
  readonly notAnalysedFiles: number
  readonly findings: number
  /** Of the findings, those that would block a new line and only advise here. */
  readonly newCodeBlockers: number
  readonly at: Date
  /** The files whose findings history follows: those of which every finding was judged. */
  readonly judged: readonly { readonly path: string; readonly findings: readonly Finding[] }[]
  /** Files that could not be judged: history leaves their findings as they are. */
  readonly unjudged: readonly string[]
  /** The request's trace context, which the events about the check continue. */
  readonly traceparent?: string | undefined
}

export interface FileReport {
  readonly path: string
  readonly cached: boolean
  readonly status: Analysis['status']
  readonly reason: string
  /** Findings that do not count: on lines that are not new, in the baseline. */
  readonly existing: number
  /** The number of findings that a comment with a reason suppresses. */
  readonly suppressed: number
  /** The first of the suppressed findings. */
  readonly silenced: readonly SilencedFinding[]
}

export type CheckEvent =
  | { readonly kind: 'finding'; readonly path: string; readonly finding: Finding }
  | { readonly kind: 'file'; readonly file: FileReport }
  | { readonly kind: 'report'; readonly check: CompletedCheck }

export interface CheckRunOptions {
  readonly engines: Engines
  /** Part of every cache key. */
  readonly engineVersions: string
  readonly cache: FileCache
  /** Queues the record and its events, to be written later. Never throws: a check is answered also when it cannot be recorded. */
  readonly record: (check: CompletedCheck) => void
  readonly onCompleted: (check: CompletedCheck) => void
  readonly now: () => Date
}

/** Yields events in batches: together what was found together. */
export type CheckRun = (order: CheckOrder, call: Call) => AsyncGenerator<readonly CheckEvent[], void, undefined>

// A file without an engine is judged, too: by the rules for every text, and by those of the whole repository.
const isJudged = ({ gap }: FileOutcome) => !gap

/** Runs checks. Yields findings as engines report them, each file's result when it is done, and the report last. */
export function createCheckRun(options: CheckRunOptions): CheckRun {
  const { record, onCompleted, now } = options
  const startFiles = createFileRuns(options)

  return async function* run(order, call) {
    const events = createEventQueue<CheckEvent>()
    const beyond = order.beyond?.(call.signal)
    // It is awaited below. A failure before that would count as an unhandled rejection.
    beyond?.catch(() => undefined)
    const done = work().then(events.close, events.fail)
    yield* events
    await done

    async function work(): Promise<void> {
      const { outcomes, judgeMore, keepNew } = await startFiles(order, call, events.push)
      const { facts, diagnostics } = (await beyond) ?? { facts: nothingKnown, diagnostics: [] }
      judgeMore(diagnostics)
      call.signal.throwIfAborted()
      const check = concludeCheck(order, outcomes(), facts, now())
      record(check)
      onCompleted(check)
      events.push({ kind: 'report', check })
      keepNew()
    }
  }
}

/** Computes the verdict from the outcomes of all files. */
export function concludeCheck(order: Omit<CheckOrder, 'files'>, outcomes: readonly FileOutcome[], facts: RepositoryFacts, at: Date): CompletedCheck {
  const { id, repository, subject, policy, policyYaml, changes, scope, transient } = order
  const files = outcomes.map(({ path, lines, findings, report: { status, reason }, gap }) => ({ path, lines, findings, analysed: status === 'checked', gap: gap ? reason : '' }))
  const { verdict, criteria } = judge(policy, files, facts, scope === 'repository' ? policy.requiredOfRepository : policy.required)
  const count = (fits: (outcome: FileOutcome) => boolean) => outcomes.filter(fits).length
  return {
    id,
    repository,
    subject,
    scope,
    mode: changes.mode,
    transient,
    verdict,
    criteria,
    policyHash: policy.hash,
    policyYaml,
    files: outcomes.length,
    cachedFiles: count(({ report }) => report.cached),
    notAnalysedFiles: count(({ report }) => report.status === 'not_analysed'),
    findings: outcomes.reduce((sum, { findings }) => sum + findings.length, 0),
    newCodeBlockers: outcomes.reduce((sum, each) => sum + each.findings.filter(({ newCodeBlocker }) => newCodeBlocker).length, 0),
    at,
    judged: changes.mode === 'whole_file' ? outcomes.filter(isJudged).map(({ path, findings }) => ({ path, findings })) : [],
    unjudged: outcomes.filter((outcome) => !isJudged(outcome)).map(({ path }) => path),
  }
}
