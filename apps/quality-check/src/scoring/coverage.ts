import { evidence, round, type Score } from './criterion.ts'

/** What test runs left behind says of the lines that are judged. */
export type CoverageFacts =
  | { readonly state: 'not_evaluated'; /** "no coverage report was given", "coverage/lcov.info is older than src/a.ts". */ readonly reason: string }
  | {
      readonly state: 'measured'
      readonly coverableLines: number
      readonly coveredLines: number
      /** Outcomes that conditions have: two each. Reports call them branches. */
      readonly conditionOutcomes: number
      readonly coveredConditionOutcomes: number
      /** "src/a.ts:12", as many as are worth telling. */
      readonly uncovered: readonly string[]
      /** The reports' paths. */
      readonly sources: readonly string[]
    }

/** SonarQube's: (conditions true + conditions false + covered lines) / (2 x conditions + coverable lines). Nothing to cover is covered. */
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
