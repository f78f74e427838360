import { randomUUID } from 'node:crypto'
import type { Call } from '@elder/rpc'
import { analyse, withoutEngines, type Analysis, type Engines } from './analysis.ts'
import type { Admission } from './admission.ts'
import { inOrderOfCompletion } from './completion-order.ts'
import { fileKey, type FileCache } from './file-cache.ts'
import type { Finding } from './finding.ts'
import { excludes, readPolicy, type GatePolicy } from './policy.ts'
import type { CriterionOutcome, Verdict } from './scoring/criterion.ts'
import { judge } from './scoring/gate.ts'
import { createSingleFlight } from './single-flight.ts'
import { readSource, type SourceText, type Unreadable } from './source-file.ts'
import { validateSubmission, type Submission, type SubmittedFile } from './submission.ts'

/** A check that has been decided. */
export interface CompletedCheck {
  readonly id: string
  readonly repository: string
  /** Who asked. */
  readonly subject: string
  readonly verdict: Verdict
  readonly policyHash: string
  readonly criteria: readonly CriterionOutcome[]
  readonly files: number
  readonly cachedFiles: number
  readonly notAnalysedFiles: number
  readonly findings: number
  readonly at: Date
}

export type CheckEvent =
  | { readonly kind: 'finding'; readonly path: string; readonly finding: Finding }
  | { readonly kind: 'file'; readonly path: string; readonly cached: boolean; readonly status: Analysis['status']; readonly reason: string }
  | { readonly kind: 'report'; readonly check: CompletedCheck }

export interface ChecksOptions {
  readonly engines: Engines
  /** Part of every cache key. */
  readonly engineVersions: string
  readonly cache: FileCache
  readonly admission: Admission
  /** Keeps the record and tells the world. Never throws: a check is worth its answer without it. */
  readonly record: (check: CompletedCheck) => Promise<void>
  readonly onCompleted: (check: CompletedCheck) => void
  readonly now: () => Date
}

interface FileOutcome {
  readonly path: string
  readonly analysis: Analysis
  readonly cached: boolean
}

interface Entry {
  readonly file: SourceText | Unreadable
  /** Known without an engine or a cache. */
  readonly known: Analysis | undefined
  readonly key: string
}

// A check of so few files is somebody waiting after an edit.
const mostUrgentFiles = 8

/** Checks submissions: findings and file results as they come, the report last. */
export function createChecks(options: ChecksOptions): (submission: Submission, call: Call) => AsyncGenerator<CheckEvent, void, undefined> {
  const { engines, engineVersions, cache, admission, record, onCompleted, now } = options
  const once = createSingleFlight<Analysis>()

  async function* run(submission: Submission, call: Call): AsyncGenerator<CheckEvent, void, undefined> {
    const bytes = validateSubmission(submission)
    const policy = readPolicy(submission.policyYaml)
    const release = admission.admit(submission.files.length, bytes)
    // Whatever ends the check, a caller who leaves mid-stream included, ends its work.
    const left = new AbortController()
    const signal = AbortSignal.any([call.signal, left.signal])
    try {
      yield* decide(submission, policy, { ...call, signal })
    } finally {
      left.abort()
      release()
    }
  }

  async function* decide(submission: Submission, policy: GatePolicy, call: Call): AsyncGenerator<CheckEvent, void, undefined> {
    const entries = submission.files.map((file) => enter(file, policy))
    const found = await cache.find(entries.flatMap(({ known, key }) => (known === undefined ? [key] : [])), call)
    call.signal.throwIfAborted()
    const urgent = entries.length <= mostUrgentFiles
    const outcomes: FileOutcome[] = []
    for await (const outcome of inOrderOfCompletion(entries.map((entry) => outcomeOf(entry, found.get(entry.key))))) {
      outcomes.push(outcome)
      const { path, analysis, cached } = outcome
      for (const finding of analysis.findings) yield { kind: 'finding', path, finding }
      yield { kind: 'file', path, cached, status: analysis.status, reason: analysis.reason }
    }
    // In the order they were sent, so that equal checks give equal reports.
    const place = new Map(entries.map(({ file }, index) => [file.path, index]))
    outcomes.sort((a, b) => (place.get(a.path) ?? 0) - (place.get(b.path) ?? 0))
    const check = conclude(submission, policy, outcomes, call)
    await Promise.all([keepNew(), record(check)])
    onCompleted(check)
    yield { kind: 'report', check }

    async function outcomeOf({ file, known, key }: Entry, hit: ReturnType<typeof found.get>): Promise<FileOutcome> {
      if (known !== undefined || file.kind === 'unreadable') return { path: file.path, analysis: known as Analysis, cached: false }
      if (hit !== undefined && 'analysis' in hit) return { path: file.path, analysis: hit.analysis, cached: true }
      const analysis = await once(key, call.signal, (signal) => analyse(engines, file, policy, { urgent, weight: file.text.length }, signal))
      return { path: file.path, analysis, cached: false }
    }

    function keepNew(): Promise<void> {
      const keys = new Map(entries.map(({ file, key }) => [file.path, key]))
      const fresh = new Map(
        outcomes.flatMap(({ path, analysis, cached }) => {
          const key = keys.get(path) ?? ''
          const hit = found.get(key)
          const lease = hit !== undefined && 'lease' in hit ? hit.lease : undefined
          return cached || lease === undefined || !analysis.repeatable ? [] : [[key, { key, lease, analysis }] as const]
        }),
      )
      return fresh.size === 0 ? Promise.resolve() : cache.keep([...fresh.values()], call)
    }
  }

  function enter({ path, content }: SubmittedFile, policy: GatePolicy): Entry {
    const file = readSource(path, content)
    const known = withoutEngines(file, excludes(policy, path))
    return { file, known, key: known !== undefined || file.kind === 'unreadable' ? '' : fileKey(file, content, engineVersions, policy.hash) }
  }

  function conclude(submission: Submission, policy: GatePolicy, outcomes: readonly FileOutcome[], call: Call): CompletedCheck {
    const { verdict, criteria } = judge(
      policy,
      outcomes.map(({ path, analysis: { lines, findings, status, gap, reason } }) => ({ path, lines, findings, analysed: status === 'checked', gap: gap ? reason : '' })),
    )
    return {
      id: randomUUID(),
      repository: submission.repository,
      subject: call.principal.subject,
      verdict,
      criteria,
      policyHash: policy.hash,
      files: outcomes.length,
      cachedFiles: outcomes.filter(({ cached }) => cached).length,
      notAnalysedFiles: outcomes.filter(({ analysis }) => analysis.status === 'not_analysed').length,
      findings: outcomes.reduce((sum, { analysis }) => sum + analysis.findings.length, 0),
      at: now(),
    }
  }

  return run
}
