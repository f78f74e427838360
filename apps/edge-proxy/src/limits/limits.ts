import type { GenerationRequest } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import { costMicros, type Route } from '@elder/providers'
import type { Redis } from '@elder/redis'
import { isRecorded, type Logger } from '@elder/telemetry'
import type { Caller } from '../identity.ts'
import { Claim } from './claim.ts'
import { createCorrections } from './corrections.ts'
import { createCounters, turn, type Counter } from './counters.ts'
import { estimate, type Estimate } from './estimate.ts'
import type { LimitMetrics } from './limit-metrics.ts'
import { countAlone } from './lone-counting.ts'
import { isMinute, planner, type Held, type Line } from './plan.ts'
import { linkRedis, type LinkSettings } from './redis-link.ts'
import { refuse } from './refusals.ts'
import { nothingUsed, Reservation, tierOf, type Use } from './reservation.ts'
import { createSeeds, type AskUsage } from './seeds.ts'
import { SharedCounting } from './shared-counting.ts'

export interface LimitSettings {
  /** For keys without a limit of their own. */
  readonly requestsPerMinute: number
  /** Reserved for an answer whose request names no maximum. */
  readonly defaultOutputTokens: number
}

/** The state of the key's requests per minute, as the headers that OpenAI clients know. */
export type LimitHeaders = Record<string, string>

/** Routes that may be asked; the price of the most expensive one is reserved. */
type Priced = Pick<Route, 'price'>

/** The holder of a reservation, which settles it at its end, granted or not. */
export interface Holder {
  readonly headers: LimitHeaders
  reservation: Reservation | undefined
}

/** Usage limits. What remains is reported in headers. An unavailable Redis is not an error. */
export interface Limits {
  /** Takes one request from the key's requests per minute and from every other limit of requests, or from none. */
  take(caller: Caller, headers: LimitHeaders): Promise<void>
  /** The same, but only the key's requests per minute can refuse; limits of policies count it if they are not exhausted. */
  takeAnyway(caller: Caller, headers: LimitHeaders): Promise<void>
  /** Refuses at once, before the body is read, when the key's requests per minute are known to be exhausted. */
  admit(caller: Caller): void
  /** Counts a request that ended before anything was taken for it, in every limit that is not exhausted. Runs in the background. */
  count(caller: Caller): void
  /** Takes one request from all of the caller's limits, and the tokens and the money that it may need. */
  reserve(caller: Caller, request: GenerationRequest, bodyBytes: number, routes: readonly Priced[], holder: Holder): Promise<void>
  /** What is used and reserved of limits in the current windows; undefined where this edge does not know. */
  usedOf(limits: readonly Limited[]): Promise<(number | undefined)[]>
  close(): Promise<void>
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

const flushedAtOnce = 200

/** Counts usage in Redis, shared by all edges; while Redis is away each edge counts on its own. */
export function createLimits({ redis, ask, metrics, logger, settings, now = Date.now, link: linkSettings }: LimitsParts): Limits {
  const counters = createCounters()
  const planOf = planner(counters, settings.requestsPerMinute)
  const seeds = createSeeds(ask, metrics, logger)
  const link = linkRedis({ redis, logger, metrics, onBack: tellAlone, settings: linkSettings })
  const { correct, deliver } = createCorrections({ link, metrics, gatherMs: linkSettings.gatherMs })
  const shared = new SharedCounting({ link, seeds, metrics, logger, now, putBack: (claim, grant) => correct(claim, grant, nothingUsed, 0) })

  /** Adds what was counted without Redis, exactly once. */
  function tellAlone(): void {
    const unheard = counters.unheard()
    for (const counter of unheard) turn(counter, now())
    const live = unheard.filter(({ alone }) => alone !== 0)
    for (let at = 0; at < live.length; at += flushedAtOnce) {
      const some = live.slice(at, at + flushedAtOnce)
      link.add(
        some.map(({ key }) => key),
        some.flatMap((counter) => [isMinute(counter) ? 'm' : 'c', counter.alone, counter.beganAtMs, Math.max(1, Math.ceil(counter.endsAtMs - now()))]),
      )
      for (const counter of some) {
        counter.known = (counter.known ?? 0) + counter.alone
        counter.alone = 0
      }
    }
  }

  async function decided(claim: Claim): Promise<void> {
    while (claim.pending) await claim.pending
  }

  /** Waits until a claim is granted or refused. Kept as one async function, since each further one would cost every request. */
  async function obtain(caller: Caller, claim: Claim, headers: LimitHeaders): Promise<void> {
    shared.join(claim)
    if (claim.pending && isRecorded()) await redis.follow('EVALSHA', () => decided(claim))
    while (claim.pending) await claim.pending
    if (!claim.grant && !claim.refusals) await obtainAlone(claim)
    if (claim.refusals) throw refuse(claim.refusals, caller)
    setLimitHeaders(claim.line, headers)
    if (claim.isOver) correct(claim, claim.grant, nothingUsed, 1)
  }

  async function obtainAlone(claim: Claim): Promise<void> {
    await countAlone(claim, link.replicas, seeds, now)
    if (claim.grant) metrics.allow('local', claim, 1)
    const [first] = claim.refusals ?? []
    if (first) metrics.refuse('local', first.counter.meter, 1)
  }

  // The count of a minute only grows, so a refusal by the last known value is safe.
  function refuseKnown(caller: Caller, { counter, amount }: Held): void {
    const endsInMs = counter.endsAtMs - now()
    if (!link.isUp || counter.known === undefined || endsInMs <= 0 || counter.known < amount) return
    metrics.refuse('redis', counter.meter, 1)
    throw refuse([{ counter, amount, wanted: 1, used: counter.known, held: 0, endsInMs }], caller)
  }

  // One by one, so that an exhausted limit does not keep the others from counting. The next request is refused if it was one too many.
  function countEach(lines: readonly Line[]): void {
    for (const line of lines) countOne(new Claim(line, 0, 0)).catch((error: unknown) => logger.error({ err: error }, 'a request could not be counted'))
  }

  async function countOne(claim: Claim): Promise<void> {
    shared.join(claim)
    await decided(claim)
    if (!claim.grant && !claim.refusals) await obtainAlone(claim)
  }

  function setLimitHeaders({ held: [minute] }: Line, headers: LimitHeaders): void {
    const { counter, amount } = minute
    const left = amount - (counter.known ?? 0) - counter.alone
    headers['x-ratelimit-limit-requests'] = String(amount)
    headers['x-ratelimit-remaining-requests'] = String(Math.max(0, left))
    headers['x-ratelimit-reset-requests'] = `${Math.max(1, Math.ceil((counter.endsAtMs - now()) / 1_000))}s`
  }

  const settleReservation = (reservation: Reservation, use: Use): void => correct(reservation, reservation.grant, use, 1)

  return {
    async take(caller, headers) {
      const { perMinute, requests } = planOf(caller)
      refuseKnown(caller, perMinute.held[0])
      await obtain(caller, new Claim(requests, 0, 0), headers)
    },
    async takeAnyway(caller, headers) {
      const { perMinute, each } = planOf(caller)
      refuseKnown(caller, perMinute.held[0])
      await obtain(caller, new Claim(perMinute, 0, 0), headers)
      countEach(each)
    },
    admit: (caller) => refuseKnown(caller, planOf(caller).perMinute.held[0]),
    count(caller) {
      const { perMinute, each } = planOf(caller)
      countEach([perMinute, ...each])
    },
    reserve(caller, request, bodyBytes, routes, holder) {
      const plan = planOf(caller)
      const expected = estimate(request, bodyBytes, settings.defaultOutputTokens, plan.maxOutputTokens)
      const cost = plan.isPriced ? dearest(routes, expected, tierOf(request.value)) : 0
      holder.reservation = new Reservation(plan.lineFor(expected.inputTokens + expected.outputTokens, cost), request, expected, cost, settleReservation)
      return obtain(caller, holder.reservation, holder.headers)
    },
    async usedOf(limits) {
      const asked = limits.map(({ scope, subject, meter, window }) => counters.of(scope, subject, meter, window))
      for (const counter of asked) turn(counter, now())
      if (!link.isUp || asked.length === 0) return asked.map(usedAlone)
      try {
        const seen = (await link.run('peek', asked.map(({ key }) => key), [])) as number[]
        return asked.map((counter, index) => ((seen[index] ?? -1) < 0 ? usedAlone(counter) : seen[index]))
      } catch (error) {
        if (error instanceof ServiceError) return asked.map(usedAlone)
        throw error
      }
    },
    async close() {
      deliver()
      await link.close()
    },
  }
}

function dearest(routes: readonly Priced[], { inputTokens, outputTokens }: Estimate, tier: string | undefined): number {
  const usage = { inputTokens, outputTokens, cachedTokens: 0, cacheWriteTokens: 0 }
  return routes.reduce((most, { price }) => Math.max(most, costMicros(price, usage, tier)), 0)
}

function usedAlone({ known, alone }: Counter): number | undefined {
  return known === undefined ? undefined : known + alone
}
