import type { Analysis } from '../analysis.ts'
import { countChanged, touches, type ChangedLines } from '../changes/changed-lines.ts'
import { classify } from '../classification.ts'
import { orderFindings, type Finding } from '../finding.ts'
import type { Seen } from '../fingerprint.ts'
import { weightsFor, type GatePolicy } from '../policy.ts'
import { createIgnoring } from './ignoring.ts'

/** What decides which of a file's findings count. */
export interface Terms {
  readonly policy: GatePolicy
  readonly changed: ChangedLines
  /** Fingerprints that were accepted before. */
  readonly accepted: ReadonlySet<string>
  readonly now: Date
}

/** A finding that a comment switches off, and the reason that the comment gives. */
export interface SilencedFinding {
  readonly finding: Finding
  readonly reason: string
}

/** Judges what engines said of one file, as often as they speak. */
export interface Jury {
  /** Those of the diagnostics that count, judged, worst first. Each diagnostic is judged once. */
  judge(diagnostics: readonly Seen[]): Finding[]
  readonly existing: number
  readonly suppressed: number
  /** The first of them. */
  readonly silenced: readonly SilencedFinding[]
}

const mostSilenced = 100

export function createJury(path: string, { fileClass, ignores }: Pick<Analysis, 'fileClass' | 'ignores'>, { policy, changed, accepted, now }: Terms): Jury {
  const weights = weightsFor(policy, path)
  const ignoring = createIgnoring(ignores, policy.suppressions.maxDays, now)
  const judged = new Set<string>()
  let existing = 0
  let suppressed = 0
  const silenced: SilencedFinding[] = []
  return {
    judge(diagnostics) {
      const fresh = diagnostics.filter(({ fingerprint }) => !judged.has(fingerprint))
      for (const { fingerprint } of fresh) judged.add(fingerprint)
      const counting = classify(fresh, fileClass, policy, weights).filter((finding) => {
        const reason = ignoring.reasonFor(finding)
        if (reason !== undefined) {
          suppressed++
          if (silenced.length < mostSilenced) silenced.push({ finding, reason })
        } else if (!isNew(finding, changed) || accepted.has(finding.fingerprint)) existing++
        else return true
        return false
      })
      return orderFindings(counting)
    },
    get existing() {
      return existing
    },
    get suppressed() {
      return suppressed
    },
    silenced,
  }
}

/** The main place, or a step on the way to it, is on a line that was changed. */
function isNew({ line, endLine, endColumn, flow = [] }: Finding, changed: ChangedLines): boolean {
  // A range that ends before the first column of a line has nothing on it.
  const last = endColumn === 1 && endLine > line ? endLine - 1 : endLine
  return touches(changed, line, last) || flow.some((step) => touches(changed, step.line, step.endLine))
}

export const judgedLines = (analysis: Analysis, changed: ChangedLines): number => countChanged(changed, analysis.lines)
