import { evidence, round, type Score } from './criterion.ts'

/** The coverage of the judged lines by the test reports. */
export type CoverageFacts =
  | { readonly state: 'not_evaluated'; /** "no coverage report was given", "coverage/lcov.info is older than src/a.ts". */ readonly reason: string }
  | {
      readonly state: 'measured'
      readonly coverableLines: number
      readonly coveredLines: number
      /** Two for each condition. Reports call them branches. */
      readonly conditionOutcomes: number
      readonly coveredConditionOutcomes: number
      /** "src/a.ts:12", up to a limit. */
      readonly uncovered: readonly string[]
      /** The paths of the reports. */
      readonly sources: readonly string[]
    }

/** SonarQube's formula: (conditions true + conditions false + covered lines) / (2 x conditions + coverable lines). Without coverable lines the score is 100. */
export function scoreCoverage(facts: Extract<CoverageFacts, { state: 'measured' }>): Score {
  const { coverableLines, coveredLines, conditionOutcomes, coveredConditionOutcomes, uncovered, sources } = facts
  const source = sources.join(', ')
  const all = coverableLines + conditionOutcomes
  const share = all === 0 ? 1 : (coveredLines + coveredConditionOutcomes) / all
  return {
    score: share === 1 ? 100 : Math.min(99.9, round(100 * Math.max(0, Math.min(1, share)))),
    evidence: [
      evidence('coverable_lines', coverableLines, source),
      evidence('covered_lines', coveredLines, source),
      evidence('condition_outcomes', conditionOutcomes, source),
      evidence('covered_condition_outcomes', coveredConditionOutcomes, source),
    ],
    blame: uncovered.length === 0 ? '' : `not covered by tests: ${uncovered.slice(0, 3).join(', ')}${uncovered.length > 3 ? ` and ${uncovered.length - 3} more` : ''}`,
    blocked: false,
  }
}
