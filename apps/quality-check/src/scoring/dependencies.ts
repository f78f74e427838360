import type { Finding } from '../finding.ts'
import { blameWorst, evidence, round, type Score } from './criterion.ts'

/** The result of analysing manifests, lock files and imports. Problems with them are findings of the criterion. */
export type DependencyFacts =
  | { readonly state: 'not_evaluated'; /** "no manifest was given". */ readonly reason: string }
  | {
      readonly state: 'measured'
      /** The number of distinct dependencies that are declared or imported. */
      readonly dependencies: number
      /** The number of those with at least one finding above note. */
      readonly flawed: number
      /** The manifests and lock files. */
      readonly sources: readonly string[]
      /** The source of known vulnerabilities; undefined without one, so that the criterion cannot pass. */
      readonly vulnerabilities: string | undefined
    }

/** The highest possible score with a dependency that has a finding above note. */
export const bestFlawedScore = 99.9

/** The share of dependencies that are declared, locked, used and free of known vulnerabilities at the policy's level. */
export function scoreDependencies(findings: readonly Finding[], facts: Extract<DependencyFacts, { state: 'measured' }>): Score {
  const counting = findings.filter(({ severity }) => severity !== 'note')
  const flawed = Math.max(facts.flawed, counting.length > 0 ? 1 : 0)
  const source = facts.sources.join(', ')
  const proof = [evidence('dependencies', facts.dependencies, source), evidence('flawed_dependencies', flawed, source), evidence('findings', counting.length)]
  return {
    score: flawed === 0 ? 100 : round(Math.min(bestFlawedScore, 100 * Math.max(0, 1 - flawed / Math.max(facts.dependencies, 1)))),
    evidence: facts.vulnerabilities === undefined ? proof : [...proof, evidence('vulnerable_dependencies_looked_up', facts.dependencies, facts.vulnerabilities)],
    ...blameWorst(counting),
    blocked: counting.some(({ blocker }) => blocker),
  }
}
