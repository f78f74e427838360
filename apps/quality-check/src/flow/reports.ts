import type { FlowRule } from './flow-rule.ts'
import type { Span } from './program.ts'
import type { Step, Taint } from './taint.ts'

/** A place on the way, as offsets. */
export interface ReportStep extends Span {
  readonly message: string
}

/** What a flow rule found. */
export interface FlowReport extends Span {
  readonly rule: FlowRule
  readonly message: string
  /** From the source to the sink; empty where no data is needed for the harm. */
  readonly steps: readonly ReportStep[]
  /** possible: nothing that is somebody else's for sure reaches the place, only what callers of an exported function, the environment or files hold. */
  readonly certainty: 'certain' | 'possible'
}

/** A place where a rule looked and knows that what arrives does no harm. */
export interface HarmlessPlace extends Span {
  readonly rule: FlowRule
}

const maxReports = 500
const maxStepsShown = 8

/** One report for each rule and place; what is certain replaces what is possible. */
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

  /** Of a place where nothing is to be reported this time: because it is known what arrives there, or because it is not. */
  pass({ rule, start, end }: HarmlessPlace, known: boolean): void {
    const place = `${rule.id}:${start}`
    if (known && this.#harmless.size < maxReports) this.#harmless.set(place, { rule, start, end })
    else this.#doubtful.add(place)
  }

  /** Places that were harmless each time. */
  harmless(): HarmlessPlace[] {
    return [...this.#harmless].flatMap(([place, each]) => (this.#byPlace.has(place) || this.#doubtful.has(place) ? [] : [each]))
  }

  list(): FlowReport[] {
    return [...this.#byPlace.values()].sort((a, b) => a.start - b.start)
  }
}

/** The way from a source to a sink, its middle left out where it is long. */
export function stepsOf({ origin, step }: Taint, from: string, sink: ReportStep): ReportStep[] {
  const way: ReportStep[] = []
  for (let at: Step | undefined = step; at !== undefined; at = at.previous) way.push({ start: at.start, end: at.end, message: at.message })
  way.reverse()
  const room = maxStepsShown - 2
  const middle = way.length <= room ? way : [...way.slice(0, room / 2), ...way.slice(-room / 2)]
  return [{ start: origin.start, end: origin.end, message: from }, ...middle, sink]
}
