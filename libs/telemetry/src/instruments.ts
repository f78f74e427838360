import * as prom from 'prom-client'

// prom-client hashes and copies all labels at each call, which on a busy path costs more than what is counted. These find a series by one
// look-up and tell it at the scrape, under the same names and in the same text.

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
    const sums = new Map<string, Sum<L>>()
    super({
      ...settings,
      labelNames: [...labelNames],
      collect() {
        for (const sum of sums.values()) {
          if (sum.value > 0) count(sum.labels, sum.value)
          sum.value = 0
        }
      },
    })
    const count = this.inc.bind(this) as (labels: Labels<L>, value: number) => void
    this.inc = (labels?: Labels<L> | number | prom.IncreaseDataWithExemplar<L>, value: number = 1) => {
      const [own, by]: [Labels<L>, number] = typeof labels === 'object' ? [labels as Labels<L>, value] : [{}, labels ?? 1]
      sumOf(sums, labelNames, own).value += by
    }
  }
}

/** A gauge as prom-client's, for busy paths. */
export class Gauge<L extends string = never> extends prom.Gauge<L> {
  constructor({ labelNames = [], ...settings }: CounterSettings<L>) {
    const levels = new Map<string, Sum<L>>()
    super({
      ...settings,
      labelNames: [...labelNames],
      collect() {
        for (const { labels, value } of levels.values()) tell(labels, value)
      },
    })
    const tell = this.set.bind(this) as (labels: Labels<L>, value: number) => void
    const change = (labels: Labels<L> | number | undefined, value: number | undefined, sign: 1 | -1) => {
      const [own, by]: [Labels<L>, number] = typeof labels === 'object' ? [labels, value ?? 1] : [{}, labels ?? 1]
      sumOf(levels, labelNames, own).value += by * sign
    }
    this.inc = (labels?: Labels<L> | number, value?: number) => change(labels, value, 1)
    this.dec = (labels?: Labels<L> | number, value?: number) => change(labels, value, -1)
    this.set = (labels: Labels<L> | number, value?: number) => {
      const [own, to]: [Labels<L>, number] = typeof labels === 'object' ? [labels, value ?? 0] : [{}, labels]
      sumOf(levels, labelNames, own).value = to
    }
  }
}

function sumOf<L extends string>(sums: Map<string, Sum<L>>, names: readonly L[], labels: Labels<L>): Sum<L> {
  const key = keyOf(names, labels)
  let sum = sums.get(key)
  if (!sum) sums.set(key, (sum = { labels: { ...labels }, value: 0 }))
  return sum
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
  readonly #series = new Map<string, Series<L>>()
  /** Knows everything but the values. */
  readonly #frame: prom.Histogram<L>
  readonly #names: readonly L[]
  readonly #bounds: readonly number[]

  constructor({ labelNames = [], buckets, ...settings }: HistogramSettings<L>) {
    super({ ...settings, labelNames: [...labelNames], buckets: [...buckets] })
    this.#frame = new prom.Histogram({ ...settings, registers: [] })
    this.#names = labelNames
    this.#bounds = buckets
    this.observe = (labels: Labels<L> | number | prom.ObserveDataWithExemplar<L>, value: number = 0) => this.see(labels as Labels<L>, value)
  }

  /** Observes a value, with the trace it belongs to. */
  see(labels: Labels<L>, value: number, traceId?: string): void {
    const key = keyOf(this.#names, labels)
    let series = this.#series.get(key)
    if (!series) this.#series.set(key, (series = { labels: { ...labels }, counts: new Float64Array(this.#bounds.length + 1), exemplars: [], sum: 0 }))
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
    return { ...frame, values: [...this.#series.values()].flatMap((series) => this.#valuesOf(frame.name, series)) }
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

// Values are few and plain: whoever puts what callers name freely into a label has other worries.
function keyOf<L extends string>(names: readonly L[], labels: Labels<L>): string {
  const [only] = names
  if (only === undefined) return ''
  if (names.length === 1) return String(labels[only] ?? '')
  let key = ''
  for (const name of names) key += `${labels[name] ?? ''}\0`
  return key
}
