import type { FlowRule } from './flow-rule.ts'
import type { Span } from './program.ts'
import type { Step, Taint } from './taint.ts'

/** A step of a flow, as offsets. */
export interface ReportStep extends Span {
  readonly message: string
}

/** A finding of a flow rule. */
export interface FlowReport extends Span {
  readonly rule: FlowRule
  readonly message: string
  /** The source expression as written; empty for a rule that needs no tainted data. */
  readonly origin: string
  /** From the source to the sink; empty for a rule that needs no tainted data. */
  readonly steps: readonly ReportStep[]
  /** possible: only data whose trust is unknown reaches the sink: parameters of exported functions, environment variables, files. */
  readonly certainty: 'certain' | 'possible'
}

/** A sink whose arguments a rule has proved harmless. */
export interface HarmlessPlace extends Span {
  readonly rule: FlowRule
}

const maxReports = 500
const maxStepsShown = 8

/** Keeps one report for each rule and position; a certain one replaces a possible one. */
export class Reports {
  readonly #byPlace = new Map<string, FlowReport>()
  readonly #harmless = new Map<string, HarmlessPlace>()
  readonly #doubtful = new Set<string>()

  add(report: FlowReport): void {
    const place = `${report.rule.id}:${report.start}`
    const known = this.#byPlace.get(place)
    if (known !== undefined && (known.certainty === 'certain' || report.certainty === 'possible')) return
    if (known === undefined && this.#byPlace.size >= maxReports) return
    this.#byPlace.set(place, report)
  }

  /** Records that a sink was reached without a finding. `known`: its arguments are known, not just without taint. */
  pass({ rule, start, end }: HarmlessPlace, known: boolean): void {
    const place = `${rule.id}:${start}`
    if (known && this.#harmless.size < maxReports) this.#harmless.set(place, { rule, start, end })
    else this.#doubtful.add(place)
  }

  /** The sinks that were harmless each time they were reached. */
  harmless(): HarmlessPlace[] {
    return [...this.#harmless].flatMap(([place, each]) => (this.#byPlace.has(place) || this.#doubtful.has(place) ? [] : [each]))
  }

  list(): FlowReport[] {
    return [...this.#byPlace.values()].sort((a, b) => a.start - b.start)
  }
}

/** The steps from a source to a sink. The middle of a long flow is left out. */
export function stepsOf({ origin, step }: Taint, from: string, sink: ReportStep): ReportStep[] {
  const way: ReportStep[] = []
  for (let at: Step | undefined = step; at !== undefined; at = at.previous) way.push({ start: at.start, end: at.end, message: at.message })
  way.reverse()
  const room = maxStepsShown - 2
  const middle = way.length <= room ? way : [...way.slice(0, room / 2), ...way.slice(-room / 2)]
  return [{ start: origin.start, end: origin.end, message: from }, ...middle, sink]
}
