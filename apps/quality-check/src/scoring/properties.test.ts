import { expect, test } from 'vitest'
import { severities, type Finding } from '../finding.ts'
import { scoreCoverage } from './coverage.ts'
import { scoreDependencies } from './dependencies.ts'
import { scoreMaintainability } from './maintainability.ts'
import { scorePerformance } from './performance.ts'
import { scoreRootCause } from './root-cause.ts'
import { scoreSecurity } from './security.ts'

// A generator of its own, so that a failure can be seen again.
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function randomFinding(next: (below: number) => number): Finding {
  const severity = severities[next(3)] ?? 'note'
  const minutes = next(2) === 0 ? {} : { minutes: next(300) }
  return { engine: 'elder', rule: 'elder/x', category: 'security', severity, cwe: '', message: '', fix: '', securitySeverity: next(101) / 10, blocker: severity === 'error' && next(2) === 0, line: 1, column: 1, endLine: 1, endColumn: 2, fingerprint: '', ...minutes }
}

const dependencies = (findings: readonly Finding[]) => scoreDependencies(findings, { state: 'measured', dependencies: 30, flawed: Math.min(30, findings.filter(({ severity }) => severity !== 'note').length), sources: [], vulnerabilities: 'osv' })
const scores: Record<string, (findings: readonly Finding[], lines: number) => { score: number }> = { scoreRootCause, scoreSecurity, scorePerformance, scoreMaintainability, dependencies }

test.each(Object.entries(scores))('%s: one more finding never raises the score, and it stays from 0 to 100', (_name, score) => {
  for (let seed = 1; seed <= 200; seed++) {
    const next = numbers(seed)
    const lines = [0, 1, 50, 100, 101, 3_000, 1_000_000][next(7)] ?? 0
    const findings: Finding[] = []
    let last = score(findings, lines).score
    expect(last).toBe(100)
    for (let count = 0; count < 40; count++) {
      findings.push(randomFinding(next))
      const { score: now } = score(findings, lines)
      expect(now, `seed ${seed}, finding ${count}`).toBeLessThanOrEqual(last)
      expect(now).toBeGreaterThanOrEqual(0)
      last = now
    }
  }
})

test.each(Object.entries(scores))('%s: more lines around the same findings never lower the score', (_name, score) => {
  for (let seed = 1; seed <= 200; seed++) {
    const next = numbers(seed)
    const findings = Array.from({ length: 1 + next(20) }, () => randomFinding(next))
    const results = [1, 90, 150, 1_000, 100_000].map((lines) => score(findings, lines).score)
    expect(results).toEqual(results.toSorted((a, b) => a - b))
  }
})

test('coverage: one more covered line or outcome never lowers the score, and only all of them make 100', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const next = numbers(seed)
    const [coverableLines, conditionOutcomes] = [1 + next(5_000), next(200)]
    const [coveredLines, coveredConditionOutcomes] = [next(coverableLines), next(conditionOutcomes + 1)]
    const facts = { state: 'measured', coverableLines, coveredLines, conditionOutcomes, coveredConditionOutcomes, uncovered: [], sources: [] } as const
    const { score } = scoreCoverage(facts)
    expect(score).toBeGreaterThanOrEqual(0)
    expect(score).toBeLessThan(100)
    expect(scoreCoverage({ ...facts, coveredLines: coveredLines + 1 }).score).toBeGreaterThanOrEqual(score)
  }
})
