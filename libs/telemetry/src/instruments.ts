import * as prom from 'prom-client'

// prom-client hashes and copies all labels at each call, which on a busy path costs more than the work that is counted. These instruments find
// a series with one look-up and produce the same output at the scrape.

type Labels<L extends string> = prom.LabelValues<L>

interface CounterSettings<L extends string> {
  readonly name: string
  readonly help: string
  readonly labelNames?: readonly L[]
  readonly registers: prom.Registry[]
}

export interface HistogramSettings<L extends string> extends CounterSettings<L> {
  readonly buckets: readonly number[]
}

interface Sum<L extends string> {
  readonly labels: Labels<L>
  value: number
}

/** A counter as prom-client's, for busy paths. */
export class Counter<L extends string = never> extends prom.Counter<L> {
  constructor({ labelNames = [], ...settings }: CounterSettings<L>) {
    const sums = new SeriesTable<L, Sum<L>>(labelNames, (labels) => ({ labels, value: 0 }))
    super({
      ...settings,
      labelNames: [...labelNames],
      collect() {
        for (const sum of sums.all()) {
          if (sum.value > 0) count(sum.labels, sum.value)
          sum.value = 0
        }
      },
    })
    const count = this.inc.bind(this) as (labels: Labels<L>, value: number) => void
    this.inc = (labels?: Labels<L> | number | prom.IncreaseDataWithExemplar<L>, value: number = 1) => {
      if (typeof labels === 'object') sums.of(labels as Labels<L>).value += value
      else sums.of(undefined).value += labels ?? 1
    }
  }
}

/** A gauge as prom-client's, for busy paths. */
export class Gauge<L extends string = never> extends prom.Gauge<L> {
  constructor({ labelNames = [], ...settings }: CounterSettings<L>) {
    const levels = new SeriesTable<L, Sum<L>>(labelNames, (labels) => ({ labels, value: 0 }))
    super({
      ...settings,
      labelNames: [...labelNames],
      collect() {
        for (const { labels, value } of levels.all()) tell(labels, value)
      },
    })
    const tell = this.set.bind(this) as (labels: Labels<L>, value: number) => void
    const change = (labels: Labels<L> | number | undefined, value: number, sign: 1 | -1) => {
      if (typeof labels === 'object') levels.of(labels).value += value * sign
      else levels.of(undefined).value += (labels ?? 1) * sign
    }
    this.inc = (labels?: Labels<L> | number, value: number = 1) => change(labels, value, 1)
    this.dec = (labels?: Labels<L> | number, value: number = 1) => change(labels, value, -1)
    this.set = (labels: Labels<L> | number, value?: number) => {
      if (typeof labels === 'object') levels.of(labels).value = value ?? 0
      else levels.of(undefined).value = labels
    }
  }
}

type Label = string | number | undefined

interface Branch<S> {
  readonly branches: Map<Label, Branch<S>>
  series: S | undefined
}

/** The series of one instrument. Known labels are found by their values one after the other, with nothing made to look them up by. */
class SeriesTable<L extends string, S> {
  readonly #names: readonly L[]
  readonly #make: (labels: Labels<L>) => S
  readonly #root: Branch<S> = { branches: new Map(), series: undefined }
  readonly #series = new Map<string, S>()

  constructor(names: readonly L[], make: (labels: Labels<L>) => S) {
    this.#names = names
    this.#make = make
  }

  of(labels: Labels<L> | undefined): S {
    let at = this.#root
    if (labels !== undefined) {
      for (let index = 0; index < this.#names.length; index++) {
        const label = labels[this.#names[index] as L]
        at = at.branches.get(label) ?? branchOff(at, label)
      }
    }
    return (at.series ??= this.#begin(labels))
  }

  all(): Iterable<S> {
    return this.#series.values()
  }

  // 200 and "200", or an absent label and an empty one, are one series by two ways.
  #begin(labels: Labels<L> | undefined): S {
    const key = this.#names.map((name) => labels?.[name] ?? '').join('\0')
    const known = this.#series.get(key)
    if (known) return known
    const series = this.#make({ ...labels })
    this.#series.set(key, series)
    return series
  }
}

function branchOff<S>(from: Branch<S>, label: Label): Branch<S> {
  const branch: Branch<S> = { branches: new Map(), series: undefined }
  from.branches.set(label, branch)
  return branch
}

interface Exemplar {
  readonly traceId: string
  readonly value: number
  readonly atMs: number
}

interface Series<L extends string> {
  readonly labels: Labels<L>
  readonly counts: Float64Array
  readonly exemplars: (Exemplar | undefined)[]
  sum: number
}

/** A histogram as prom-client's, for busy paths; the last trace of each bucket is its exemplar. */
export class Histogram<L extends string = never> extends prom.Histogram<L> {
  readonly #series: SeriesTable<L, Series<L>>
  /** Knows everything but the values. */
  readonly #frame: prom.Histogram<L>
  readonly #bounds: readonly number[]

  constructor({ labelNames = [], buckets, ...settings }: HistogramSettings<L>) {
    super({ ...settings, labelNames: [...labelNames], buckets: [...buckets] })
    this.#frame = new prom.Histogram({ ...settings, registers: [] })
    this.#series = new SeriesTable(labelNames, (labels) => ({ labels, counts: new Float64Array(buckets.length + 1), exemplars: [], sum: 0 }))
    this.#bounds = buckets
    this.observe = (labels: Labels<L> | number | prom.ObserveDataWithExemplar<L>, value: number = 0) => this.see(labels as Labels<L>, value)
  }

  /** Observes a value, with the trace it belongs to. */
  see(labels: Labels<L>, value: number, traceId?: string): void {
    const series = this.#series.of(labels)
    let bucket = 0
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] as number)) bucket++
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1
    series.sum += value
    if (traceId !== undefined) series.exemplars[bucket] = { traceId, value, atMs: Date.now() }
  }

  override get(): Promise<prom.MetricObjectWithValues<prom.MetricValueWithName<L>>> {
    return this.getForPromString()
  }

  /** What prom-client's registry asks for first. */
  async getForPromString(): Promise<prom.MetricObjectWithValues<prom.MetricValueWithName<L>>> {
    const frame = await this.#frame.get()
    return { ...frame, values: [...this.#series.all()].flatMap((series) => this.#valuesOf(frame.name, series)) }
  }

  #valuesOf(name: string, { labels, counts, exemplars, sum }: Series<L>): prom.MetricValueWithName<L>[] {
    let total = 0
    const buckets = [...counts].map((count, index) => {
      total += count
      const exemplar = exemplars[index]
      const told = exemplar && { labelSet: { trace_id: exemplar.traceId }, value: exemplar.value, timestamp: exemplar.atMs / 1_000 }
      return { labels: { le: this.#bounds[index] ?? '+Inf', ...labels }, value: total, metricName: `${name}_bucket`, ...(told && { exemplar: told }) }
    })
    return [...buckets, { labels, value: sum, metricName: `${name}_sum` }, { labels, value: total, metricName: `${name}_count` }]
  }
}
