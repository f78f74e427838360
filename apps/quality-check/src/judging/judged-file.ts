import type { Analysis } from '../analysis.ts'
import { countChanged, notEdited, touches, type ChangedLines } from '../changes/changed-lines.ts'
import { classify } from '../classification.ts'
import { orderFindings, type Finding } from '../finding.ts'
import type { Seen } from '../fingerprint.ts'
import { weightsFor, type GatePolicy } from '../policy.ts'
import type { Weights } from '../policy/settings.ts'
import { readPath } from '../source-file.ts'
import { createIgnoring } from './ignoring.ts'

/** What decides which of a file's findings count. */
export interface Terms {
  readonly policy: GatePolicy
  readonly changed: ChangedLines
  /** Fingerprints of findings in the baseline. */
  readonly accepted: ReadonlySet<string>
  /** The check is of a whole repository, and does not say which lines are new. */
  readonly wholeRepository: boolean
  readonly now: Date
}

/** A finding that a comment suppresses, and the reason given there. */
export interface SilencedFinding {
  readonly finding: Finding
  readonly reason: string
}

/** Decides which diagnostics of one file count. Engines report in several batches, so `judge` may be called several times. */
export interface FileJudge {
  /** Returns the findings that count, worst first. Pass each diagnostic once. */
  judge(diagnostics: readonly Seen[]): readonly Finding[]
  /** Counts of the findings that do not count. */
  readonly tally: Readonly<Tally>
}

interface Tally {
  existing: number
  suppressed: number
  /** The first of the suppressed findings. */
  readonly silenced: SilencedFinding[]
}

const maxSilenced = 100

export function createFileJudge(path: string, { fileClass, ignores }: Pick<Analysis, 'fileClass' | 'ignores'>, { policy, changed, accepted, wholeRepository, now }: Terms): FileJudge {
  const place = { fileClass, language: readPath(path).language, wholeRepository }
  const weights = weightsFor(policy, path)
  const ignoring = createIgnoring(ignores, policy.suppressions.maxDays, now)
  const allCount = changed === 'all' && accepted.size === 0 && ignores.length === 0
  const earlier: (readonly Seen[])[] = []
  const tally: Tally = { existing: 0, suppressed: 0, silenced: [] }

  function counts(finding: Finding): boolean {
    const reason = ignoring.reasonFor(finding)
    if (reason !== undefined) {
      tally.suppressed++
      if (tally.silenced.length < maxSilenced) tally.silenced.push({ finding, reason })
    } else if (!isNew(finding, changed) || accepted.has(finding.fingerprint)) tally.existing++
    else return true
    return false
  }

  return {
    judge(diagnostics) {
      if (diagnostics.length === 0) return []
      const fresh = withoutRepeats(diagnostics, earlier)
      earlier.push(fresh)
      const findings = sortedFindings(fresh, () => classify(fresh, place, policy, weights), { weights, wholeRepository })
      return allCount ? findings : findings.filter(counts)
    },
    tally,
  }
}

function withoutRepeats(diagnostics: readonly Seen[], earlier: readonly (readonly Seen[])[]): readonly Seen[] {
  if (earlier.length === 0) return diagnostics
  const known = new Set(earlier.flat().map(({ fingerprint }) => fingerprint))
  return diagnostics.filter(({ fingerprint }) => !known.has(fingerprint))
}

/** What decides how a finding is classified, besides the file's path class, which is part of the cache key. */
interface Classifying {
  readonly weights: readonly Weights[]
  readonly wholeRepository: boolean
}

interface SortedFindings extends Classifying {
  readonly findings: readonly Finding[]
}

// Keyed by the arrays that the near cache holds, so that a cached file is classified once for a policy and a kind of check: classifying costs more than all other work for an unchanged file.
const sortedFindingsOf = new WeakMap<readonly Seen[], SortedFindings>()

function sortedFindings(seen: readonly Seen[], classifyAll: () => Finding[], by: Classifying): readonly Finding[] {
  const known = sortedFindingsOf.get(seen)
  if (known?.weights === by.weights && known.wholeRepository === by.wholeRepository) return known.findings
  const findings = orderFindings(classifyAll())
  sortedFindingsOf.set(seen, { ...by, findings })
  return findings
}

// A parser may report a syntax error many lines after the edit that caused it.
const doesNotParse: ReadonlySet<string> = new Set(['oxlint/syntax-error', 'ruff/invalid-syntax'])

/** Whether the finding's range, or a step of its flow, is on a changed line. A syntax error is new wherever it is, if its file was edited at all. */
function isNew({ rule, line, endLine, endColumn, flow = [] }: Finding, changed: ChangedLines): boolean {
  if (doesNotParse.has(rule)) return changed !== notEdited
  // It is about lines that are no longer there.
  if (rule === 'elder/weakened-test') return true
  // The end is exclusive: a range that ends in column 1 does not touch that line.
  const last = endColumn === 1 && endLine > line ? endLine - 1 : endLine
  return touches(changed, line, last) || flow.some((step) => touches(changed, step.line, step.endLine))
}

export const judgedLines = (analysis: Analysis, changed: ChangedLines): number => countChanged(changed, analysis.lines)
