/** Prints the figures as a table and as ratios. */
import type { LoadResult } from './load.ts'

/** One target in one round, with the interference from other programs. */
export interface Round {
  readonly result: LoadResult
  readonly cpuMicros: number
  readonly residentMiB: number
  /** Percent of the round in which the target's main thread, or the load generator's, was runnable without a core, and in which the hypervisor took a core. */
  readonly waited: number
  readonly loadWaited: number
  readonly stolen: number
}

export interface Row {
  readonly scenario: string
  readonly target: string
  readonly requestsPerSecond: number
  readonly cpuMicrosPerRequest: number
  /** Difference to the same load without a relay, in the same round. */
  readonly added: { readonly p50: number; readonly p99: number; readonly firstByteP50: number; readonly firstByteP99: number }
  /** p99 of the time to the first byte, divided by the bare relay's in the same round; undefined without a bare relay. */
  readonly byBareP99: number | undefined
  readonly waited: number
  readonly loadWaited: number
  readonly stolen: number
  readonly residentMiB: number
  readonly failed: number
  readonly rounds: readonly Round[]
}

export const heading = `${'target'.padEnd(12)}  requests/s  CPU us/req   added p50   added p99  first byte p50  first byte p99  p99 x bare  waited  load's  stolen   memory`

export function lineOf({ target, requestsPerSecond, cpuMicrosPerRequest, added, byBareP99, waited, loadWaited, stolen, residentMiB, failed }: Row): string {
  const ms = (value: number, width: number) => `${value.toFixed(2)} ms`.padStart(width)
  const percent = (value: number) => `${value.toFixed(1)} %`.padStart(6)
  const trouble = failed > 0 ? `   ${failed} FAILED` : ''
  return [
    target.padEnd(12),
    requestsPerSecond.toFixed(0).padStart(10),
    cpuMicrosPerRequest.toFixed(0).padStart(10),
    ms(added.p50, 10),
    ms(added.p99, 10),
    ms(added.firstByteP50, 14),
    ms(added.firstByteP99, 14),
    (byBareP99?.toFixed(1) ?? '').padStart(10),
    percent(waited),
    percent(loadWaited),
    percent(stolen),
    `${residentMiB.toFixed(0).padStart(4)} MiB${trouble}`,
  ].join('  ')
}

/** The rounds of one target and scenario as one row: the median of each figure, and the mean interference. */
export function rowOf(scenario: string, target: string, rounds: readonly Round[], direct: readonly Round[], bare: readonly Round[]): Row {
  const medianOf = (pick: (round: Round, place: number) => number) => rounds.map(pick).toSorted((a, b) => a - b)[rounds.length >> 1] ?? 0
  const meanOf = (pick: (round: Round) => number) => rounds.reduce((sum, round) => sum + pick(round), 0) / rounds.length
  const addedTo = (pick: (result: LoadResult) => number) => medianOf(({ result }, place) => pick(result) - pick((direct[place] ?? { result }).result))
  return {
    scenario,
    target,
    requestsPerSecond: medianOf(({ result }) => result.perSecond),
    cpuMicrosPerRequest: medianOf(({ result, cpuMicros }) => cpuMicros / Math.max(1, result.requests)),
    added: {
      p50: addedTo(({ totalMs }) => totalMs.p50),
      p99: addedTo(({ totalMs }) => totalMs.p99),
      firstByteP50: addedTo(({ firstByteMs }) => firstByteMs.p50),
      firstByteP99: addedTo(({ firstByteMs }) => firstByteMs.p99),
    },
    byBareP99: bare.length === 0 ? undefined : medianOf(({ result }, place) => result.firstByteMs.p99 / (bare[place]?.result.firstByteMs.p99 ?? 0)),
    waited: meanOf(({ waited }) => waited),
    loadWaited: meanOf(({ loadWaited }) => loadWaited),
    stolen: meanOf(({ stolen }) => stolen),
    residentMiB: Math.max(...rounds.map((round) => round.residentMiB)),
    failed: rounds.reduce((sum, { result }) => sum + result.failed, 0),
    rounds,
  }
}

/** The edge relative to each other target, for each scenario: median and quartiles of the ratios of single rounds, because the speed of the machine changes between rounds. */
export function ratiosOf(rows: readonly Row[]): string[] {
  const lines: string[] = []
  for (const edge of rows.filter(({ target }) => target === 'edge-proxy')) {
    const others = rows.filter(({ scenario, target }) => scenario === edge.scenario && target !== 'edge-proxy' && target !== 'direct')
    if (others.length > 0) lines.push(`${edge.scenario}:`, ...others.map((other) => `  ${ratioOf(edge, other)}`))
  }
  return lines
}

function ratioOf(edge: Row, other: Row): string {
  const text = (pick: (round: Round) => number) => {
    const ratios = edge.rounds.flatMap((round, place) => (other.rounds[place] ? [pick(round) / pick(other.rounds[place])] : [])).toSorted((a, b) => a - b)
    const [low, median, high] = [0.25, 0.5, 0.75].map((part) => (ratios[Math.floor(ratios.length * part)] ?? 0).toFixed(2))
    return `${median} [${low}, ${high}]`
  }
  const cpu = text(({ cpuMicros, result }) => cpuMicros / Math.max(1, result.requests))
  return `${cpu} x the CPU and ${text(({ result }) => result.perSecond)} x the requests/s of ${other.target}`
}
