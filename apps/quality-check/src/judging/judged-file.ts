import type { Analysis } from '../analysis.ts'
import { countChanged, notEdited, touches, type ChangedLines } from '../changes/changed-lines.ts'
import { classify } from '../classification.ts'
import { orderFindings, type Finding } from '../finding.ts'
import type { Seen } from '../fingerprint.ts'
import { weightsFor, type GatePolicy } from '../policy.ts'
import type { Weights } from '../policy/settings.ts'
import { createIgnoring } from './ignoring.ts'

/** What decides which of a file's findings count. */
export interface Terms {
  readonly policy: GatePolicy
  readonly changed: ChangedLines
  /** Fingerprints that were accepted before. */
  readonly accepted: ReadonlySet<string>
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
  /** The first of them. */
  readonly silenced: SilencedFinding[]
}

const mostSilenced = 100

export function createFileJudge(path: string, { fileClass, ignores }: Pick<Analysis, 'fileClass' | 'ignores'>, { policy, changed, accepted, now }: Terms): FileJudge {
  const weights = weightsFor(policy, path)
  const ignoring = createIgnoring(ignores, policy.suppressions.maxDays, now)
  const allCount = changed === 'all' && accepted.size === 0 && ignores.length === 0
  const heard: (readonly Seen[])[] = []
  const tally: Tally = { existing: 0, suppressed: 0, silenced: [] }

  function counts(finding: Finding): boolean {
    const reason = ignoring.reasonFor(finding)
    if (reason !== undefined) {
      tally.suppressed++
      if (tally.silenced.length < mostSilenced) tally.silenced.push({ finding, reason })
    } else if (!isNew(finding, changed) || accepted.has(finding.fingerprint)) tally.existing++
    else return true
    return false
  }

  return {
    judge(diagnostics) {
      if (diagnostics.length === 0) return []
      const fresh = unheard(diagnostics, heard)
      heard.push(fresh)
      const findings = inOrder(fresh, () => classify(fresh, fileClass, policy, weights), weights)
      return allCount ? findings : findings.filter(counts)
    },
    tally,
  }
}

function unheard(diagnostics: readonly Seen[], heard: readonly (readonly Seen[])[]): readonly Seen[] {
  if (heard.length === 0) return diagnostics
  const known = new Set(heard.flat().map(({ fingerprint }) => fingerprint))
  return diagnostics.filter(({ fingerprint }) => !known.has(fingerprint))
}

interface Classified {
  readonly weights: readonly Weights[]
  readonly findings: readonly Finding[]
}

// What the near cache holds is judged once by each policy: that costs more than all else that is done for an unchanged file.
const classified = new WeakMap<readonly Seen[], Classified>()

function inOrder(seen: readonly Seen[], classifyAll: () => Finding[], weights: readonly Weights[]): readonly Finding[] {
  const known = classified.get(seen)
  if (known?.weights === weights) return known.findings
  const findings = orderFindings(classifyAll())
  classified.set(seen, { weights, findings })
  return findings
}

// A parser stumbles where it can go no further, lines behind the edit that broke the file.
const doesNotParse: ReadonlySet<string> = new Set(['oxlint/syntax-error', 'ruff/invalid-syntax'])

/** The main place, or a step on the way to it, is on a line that was changed; anywhere in an edited file that does not parse. */
function isNew({ rule, line, endLine, endColumn, flow = [] }: Finding, changed: ChangedLines): boolean {
  if (doesNotParse.has(rule)) return changed !== notEdited
  // A range that ends before the first column of a line has nothing on it.
  const last = endColumn === 1 && endLine > line ? endLine - 1 : endLine
  return touches(changed, line, last) || flow.some((step) => touches(changed, step.line, step.endLine))
}

export const judgedLines = (analysis: Analysis, changed: ChangedLines): number => countChanged(changed, analysis.lines)
