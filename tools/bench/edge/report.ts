/** Figures as lines and as a table of ratios. */
import type { LoadResult } from './load.ts'
import type { Scenario } from './scenarios.ts'

export interface Row {
  readonly scenario: string
  readonly target: string
  readonly requestsPerSecond: number
  readonly cpuMicrosPerRequest: number
  readonly firstByteMs: LoadResult['firstByteMs']
  readonly totalMs: LoadResult['totalMs']
  /** Against the same load without anything between. */
  readonly added: { readonly firstByteP50: number; readonly totalP50: number; readonly totalP99: number }
  readonly residentMiB: number
  readonly failed: number
}

export const heading = `${'target'.padEnd(10)}  requests/s  CPU us/req     added p50     added p99    added first byte   memory`

export function lineOf({ target, requestsPerSecond, cpuMicrosPerRequest, added, residentMiB, failed }: Row): string {
  const ms = (value: number) => `${value.toFixed(2)} ms`.padStart(12)
  const trouble = failed > 0 ? `   ${failed} FAILED` : ''
  return `${target.padEnd(10)}  ${requestsPerSecond.toFixed(0).padStart(10)}  ${cpuMicrosPerRequest.toFixed(0).padStart(10)}  ${ms(added.totalP50)}  ${ms(added.totalP99)}  ${ms(added.firstByteP50).padStart(18)}  ${residentMiB.toFixed(0).padStart(4)} MiB${trouble}`
}

/** The rounds of one target and scenario as one row: the median of each figure. */
export function rowOf(scenario: Scenario, target: string, rounds: readonly { result: LoadResult; cpuMicros: number; residentMiB: number }[], direct: Row | undefined): Row {
  const median = (pick: (round: (typeof rounds)[number]) => number) => rounds.map(pick).toSorted((a, b) => a - b)[rounds.length >> 1] ?? 0
  const firstByteMs = { p50: median(({ result }) => result.firstByteMs.p50), p99: median(({ result }) => result.firstByteMs.p99) }
  const totalMs = { p50: median(({ result }) => result.totalMs.p50), p99: median(({ result }) => result.totalMs.p99) }
  return {
    scenario: scenario.name,
    target,
    requestsPerSecond: median(({ result }) => result.perSecond),
    cpuMicrosPerRequest: median(({ result, cpuMicros }) => cpuMicros / Math.max(1, result.requests)),
    firstByteMs,
    totalMs,
    added: {
      firstByteP50: firstByteMs.p50 - (direct?.firstByteMs.p50 ?? firstByteMs.p50),
      totalP50: totalMs.p50 - (direct?.totalMs.p50 ?? totalMs.p50),
      totalP99: totalMs.p99 - (direct?.totalMs.p99 ?? totalMs.p99),
    },
    residentMiB: Math.max(...rounds.map((round) => round.residentMiB)),
    failed: rounds.reduce((sum, { result }) => sum + result.failed, 0),
  }
}

/** How the edge stands to each of the others, scenario by scenario. */
export function ratiosOf(rows: readonly Row[]): string[] {
  const lines: string[] = []
  for (const edge of rows.filter(({ target }) => target === 'edge-proxy')) {
    const others = rows.filter(({ scenario, target }) => scenario === edge.scenario && target !== 'edge-proxy' && target !== 'direct')
    const told = others.map((other) => `${(edge.cpuMicrosPerRequest / other.cpuMicrosPerRequest).toFixed(2)} x the CPU and ${(edge.requestsPerSecond / other.requestsPerSecond).toFixed(2)} x the requests/s of ${other.target}`)
    if (told.length > 0) lines.push(`${edge.scenario}: ${told.join('; ')}`)
  }
  return lines
}
