import type { Logger } from '@elder/telemetry'
import type { Counter } from './counters.ts'
import type { LimitMetrics } from './limit-metrics.ts'
import type { RedisLink } from './redis-link.ts'
import type { Seeds } from './seeds.ts'

/** Counters are kept beyond their day or month, for late settlements. */
const keptAfterEndSeconds = 2 * 86_400

export interface CounterSeedingParts {
  readonly link: Pick<RedisLink, 'run'>
  readonly seeds: Seeds
  readonly metrics: LimitMetrics
  readonly logger: Pick<Logger, 'warn'>
}

/** Brings usage that Redis has lost, or never had, into its counters. */
export class CounterSeeding {
  readonly #link: Pick<RedisLink, 'run'>
  readonly #seeds: Seeds
  readonly #metrics: LimitMetrics
  readonly #logger: Pick<Logger, 'warn'>
  readonly #running = new Map<string, Promise<void>>()

  constructor({ link, seeds, metrics, logger }: CounterSeedingParts) {
    this.#link = link
    this.#seeds = seeds
    this.#metrics = metrics
    this.#logger = logger
  }

  /** Resolves once the missing counters are in Redis. Each is seeded once, however many claims wait for it. Throws ServiceError when Redis does not answer. */
  async seed(missing: readonly Counter[]): Promise<void> {
    const unseeded = missing.filter(({ key }) => !this.#running.has(key))
    const seeding = unseeded.length > 0 ? this.#seedNow(unseeded) : Promise.resolve()
    for (const { key } of unseeded) this.#running.set(key, seeding)
    try {
      await Promise.all(missing.map(({ key }) => this.#running.get(key) ?? seeding))
    } finally {
      for (const { key } of unseeded) this.#running.delete(key)
    }
  }

  /** Reservations of a crashed edge were dropped from these counters: auth may know what it really used. Runs in the background. */
  raise(dropped: ReadonlyMap<Counter, number>): void {
    this.#metrics.dropped.inc([...dropped.values()].reduce((sum, count) => sum + count))
    this.#raiseNow([...dropped.keys()]).catch((error: unknown) => this.#logger.warn({ err: error }, 'what an edge used before it died could not be learned'))
  }

  // After Redis has lost its data, the last value known to this edge is used if auth knows less. Reservations are added when they are settled.
  async #seedNow(missing: readonly Counter[]): Promise<void> {
    const keys = missing.map(({ key }) => key)
    const used = await this.#seeds.usedOf(missing)
    const values = missing.flatMap((counter, index) => [Math.max(used[index] ?? 0, (counter.known ?? 0) - counter.reserved), Math.ceil(counter.endsAtMs / 1_000) + keptAfterEndSeconds])
    await this.#link.run('seed', keys, values)
  }

  async #raiseNow(counters: readonly Counter[]): Promise<void> {
    const keys = counters.map(({ key }) => key)
    await this.#link.run('raise', keys, await this.#seeds.usedOf(counters))
  }
}
