import type { GenerationRequest } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import { costMicros, type Route } from '@elder/providers'
import type { Redis } from '@elder/redis'
import { isRecorded, type Logger } from '@elder/telemetry'
import type { Caller } from '../identity.ts'
import { Claim } from './claim.ts'
import { createCorrections, type Corrections } from './corrections.ts'
import { createCounters, turn, type Counter } from './counters.ts'
import { estimate, type Estimate } from './estimate.ts'
import { setLimitHeaders, type LimitHeaders } from './limit-headers.ts'
import type { LimitMetrics } from './limit-metrics.ts'
import { countAlone, reportAlone, reportKnown } from './lone-counting.ts'
import { planner, type Held, type Line, type Plan } from './plan.ts'
import { linkRedis, type LinkSettings, type RedisLink } from './redis-link.ts'
import { refuse } from './refusals.ts'
import { nothingUsed, Reservation, tierOf, type Use } from './reservation.ts'
import { createSeeds, type AskUsage, type Seeds } from './seeds.ts'
import { SharedCounting } from './shared-counting.ts'

export interface LimitSettings {
  /** For keys without a limit of their own. */
  readonly requestsPerMinute: number
  /** Reserved for an answer whose request names no maximum. */
  readonly defaultOutputTokens: number
}

/** Routes that may be asked; the price of the most expensive one is reserved. */
type Priced = Pick<Route, 'price'>

/** The holder of a reservation, which settles it at its end, granted or not. */
export interface Holder {
  readonly headers: LimitHeaders
  reservation: Reservation | undefined
}

/** Whose limit it is, of which meter and window. */
export type Limited = Pick<Counter, 'scope' | 'subject' | 'meter' | 'window'>

export interface LimitsParts {
  readonly redis: Redis
  readonly ask: AskUsage
  readonly metrics: LimitMetrics
  readonly logger: Pick<Logger, 'warn' | 'info' | 'error'>
  readonly settings: LimitSettings
  readonly now?: () => number
  readonly link: LinkSettings
}

/** Usage limits, counted in Redis for all edges. While Redis is away each edge counts on its own. What remains is reported in headers. */
export class Limits {
  readonly #settings: LimitSettings
  readonly #redis: Redis
  readonly #metrics: LimitMetrics
  readonly #logger: Pick<Logger, 'error'>
  readonly #now: () => number
  readonly #counters = createCounters()
  readonly #planOf: (caller: Caller) => Plan
  readonly #seeds: Seeds
  readonly #link: RedisLink
  readonly #corrections: Corrections
  readonly #shared: SharedCounting

  constructor({ redis, ask, metrics, logger, settings, now = Date.now, link: linkSettings }: LimitsParts) {
    this.#settings = settings
    this.#redis = redis
    this.#metrics = metrics
    this.#logger = logger
    this.#now = now
    this.#planOf = planner(this.#counters, settings.requestsPerMinute)
    this.#seeds = createSeeds(ask, metrics, logger)
    this.#link = linkRedis({ redis, logger, metrics, onEmptied: () => reportKnown(this.#counters, this.#link, now), onBack: () => reportAlone(this.#counters, this.#link, now), settings: linkSettings })
    this.#corrections = createCorrections({ link: this.#link, metrics, gatherMs: linkSettings.gatherMs })
    this.#shared = new SharedCounting({ link: this.#link, seeds: this.#seeds, metrics, logger, now, putBack: (claim, grant) => this.#corrections.correct(claim, grant, nothingUsed, 0) })
  }

  /** Takes one request from the key's requests per minute and from every other limit of requests, or from none. */
  async take(caller: Caller, headers: LimitHeaders): Promise<void> {
    const { perMinute, requests } = this.#planOf(caller)
    this.#refuseKnown(caller, perMinute.held[0])
    await this.#obtain(caller, new Claim(requests, 0, 0), headers)
  }

  /** The same, but only the key's requests per minute can refuse; limits of policies count it if they are not exhausted. */
  async takeAnyway(caller: Caller, headers: LimitHeaders): Promise<void> {
    const { perMinute, each } = this.#planOf(caller)
    this.#refuseKnown(caller, perMinute.held[0])
    await this.#obtain(caller, new Claim(perMinute, 0, 0), headers)
    this.#countEach(each)
  }

  /** Refuses at once, before the body is read, when the key's requests per minute are known to be exhausted. */
  admit(caller: Caller): void {
    this.#refuseKnown(caller, this.#planOf(caller).perMinute.held[0])
  }

  /** Counts a request that ended before anything was taken for it, in every limit that is not exhausted. Runs in the background. */
  count(caller: Caller): void {
    const { perMinute, each } = this.#planOf(caller)
    this.#countEach([perMinute, ...each])
  }

  /** Takes one request from all of the caller's limits, and the tokens and the money that it may need. */
  reserve(caller: Caller, request: GenerationRequest, bodyBytes: number, routes: readonly Priced[], holder: Holder): Promise<void> {
    const plan = this.#planOf(caller)
    const expected = estimate(request, bodyBytes, this.#settings.defaultOutputTokens, plan.maxOutputTokens)
    const cost = plan.isPriced ? dearest(routes, expected, tierOf(request.value)) : 0
    holder.reservation = new Reservation(plan.lineFor(expected.inputTokens + expected.outputTokens, cost), request, expected, cost, this.#settle)
    return this.#obtain(caller, holder.reservation, holder.headers)
  }

  /** Whether a reservation that is not decided yet will be granted as far as this edge can know. */
  hasRoom(reservation: Reservation): boolean {
    return this.#shared.hasRoom(reservation)
  }

  /** What is used and reserved of limits in the current windows; undefined where this edge does not know. */
  async usedOf(limits: readonly Limited[]): Promise<(number | undefined)[]> {
    const asked = limits.map(({ scope, subject, meter, window }) => this.#counters.of(scope, subject, meter, window))
    for (const counter of asked) turn(counter, this.#now())
    if (!this.#link.isUp || asked.length === 0) return asked.map(usedAlone)
    try {
      const seen = (await this.#link.run('peek', asked.map(({ key }) => key), [])) as number[]
      return asked.map((counter, index) => ((seen[index] ?? -1) < 0 ? usedAlone(counter) : seen[index]))
    } catch (error) {
      if (error instanceof ServiceError) return asked.map(usedAlone)
      throw error
    }
  }

  async close(): Promise<void> {
    this.#corrections.deliver()
    await this.#link.close()
  }

  // One function for all reservations.
  readonly #settle = (reservation: Reservation, use: Use): void => this.#corrections.correct(reservation, reservation.grant, use, 1)

  /** Waits until a claim is granted or refused. Kept as one async function, since each further one would cost every request. */
  async #obtain(caller: Caller, claim: Claim, headers: LimitHeaders): Promise<void> {
    this.#shared.join(claim)
    if (claim.pending && isRecorded()) await this.#redis.follow('EVALSHA', () => decided(claim))
    while (claim.pending) await claim.pending
    if (!claim.grant && !claim.refusals) await this.#obtainAlone(claim)
    if (claim.refusals) throw refuse(claim.refusals, caller)
    setLimitHeaders(claim.line, headers, this.#now())
    if (claim.isOver) this.#corrections.correct(claim, claim.grant, nothingUsed, 1)
  }

  async #obtainAlone(claim: Claim): Promise<void> {
    await countAlone(claim, this.#link.replicas, this.#seeds, this.#now)
    if (claim.grant) this.#metrics.allow('local', claim, 1)
    const [first] = claim.refusals ?? []
    if (first) this.#metrics.refuse('local', first.counter.meter, 1)
  }

  // The count of a minute only grows, so a refusal by the last known value is safe.
  #refuseKnown(caller: Caller, { counter, amount }: Held): void {
    const endsInMs = counter.endsAtMs - this.#now()
    if (!this.#link.isUp || counter.known === undefined || endsInMs <= 0 || counter.known < amount) return
    this.#metrics.refuse('redis', counter.meter, 1)
    throw refuse([{ counter, amount, wanted: 1, used: counter.known, held: 0, endsInMs }], caller)
  }

  // One by one, so that an exhausted limit does not keep the others from counting. The next request is refused if it was one too many.
  #countEach(lines: readonly Line[]): void {
    for (const line of lines) this.#countOne(new Claim(line, 0, 0)).catch((error: unknown) => this.#logger.error({ err: error }, 'a request could not be counted'))
  }

  async #countOne(claim: Claim): Promise<void> {
    this.#shared.join(claim)
    await decided(claim)
    if (!claim.grant && !claim.refusals) await this.#obtainAlone(claim)
  }
}

async function decided(claim: Claim): Promise<void> {
  while (claim.pending) await claim.pending
}

function dearest(routes: readonly Priced[], { inputTokens, outputTokens }: Estimate, tier: string | undefined): number {
  const usage = { inputTokens, outputTokens, cachedTokens: 0, cacheWriteTokens: 0 }
  return routes.reduce((most, { price }) => Math.max(most, costMicros(price, usage, tier)), 0)
}

function usedAlone({ known, alone }: Counter): number | undefined {
  return known === undefined ? undefined : known + alone
}
