import { Meter } from '@elder/contracts/auth-usage'
import type { GenerationRequest } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import { costMicros, type Route } from '@elder/providers'
import type { Redis } from '@elder/redis'
import type { Logger } from '@elder/telemetry'
import type { Caller } from '../identity.ts'
import { createCounters, turn, type Counter } from './counters.ts'
import { isRefused, type Want } from './counting.ts'
import type { LimitMetrics } from './limit-metrics.ts'
import { countAlone } from './lone-counting.ts'
import { isMinute, planner, type Held, type Plan } from './plan.ts'
import { linkRedis, type LinkSettings } from './redis-link.ts'
import { refuse } from './refusals.ts'
import { nothingUsed, Order, Reservation, type Taken, type Use } from './reservation.ts'
import { createSeeds, type AskUsage } from './seeds.ts'
import { countingShared } from './shared-counting.ts'

export interface LimitSettings {
  /** For keys that name no limit of their own. */
  readonly requestsPerMinute: number
  /** Reserved for an answer whose request names no maximum. */
  readonly defaultOutputTokens: number
}

/** What is left of the key's minute, as headers in the words that OpenAI's clients know. */
export type LimitHeaders = Readonly<Record<string, string>>

/** Whoever may be asked: the dearest of them is reserved for. */
type Priced = Pick<Route, 'price'>

export interface Limits {
  /** Takes one request from the key's minute and from every limit of requests, or from none. A Redis that is away is not an error. */
  take(caller: Caller): Promise<LimitHeaders>
  /** The same where only the key's minute may refuse: limits of policies count it as far as they have room. */
  takeAnyway(caller: Caller): Promise<LimitHeaders>
  /** Refuses at once when the key's minute is known to be spent, before anything is read for it. */
  admit(caller: Caller): void
  /** Counts a request that ended before anything was taken for it, wherever there is room. Nobody waits for that. */
  count(caller: Caller): void
  /** Takes one request from everything that holds for the caller, and the tokens and the money it may need. */
  reserve(caller: Caller, request: GenerationRequest, bodyBytes: number, routes: readonly Priced[]): Promise<{ readonly headers: LimitHeaders; readonly reservation: Reservation }>
  /** What is used and reserved of limits in the windows that run, as far as this edge can tell: undefined where it cannot. */
  usedOf(limits: readonly Limited[]): Promise<(number | undefined)[]>
  close(): Promise<void>
}

/** Whose limit it is, and of what. */
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

/** Everything that may be used, counted in Redis for all edges, by this edge alone while Redis is away. */
export function createLimits({ redis, ask, metrics, logger, settings, now = Date.now, link: linkSettings }: LimitsParts): Limits {
  const counters = createCounters()
  const planOf = planner(counters, settings.requestsPerMinute)
  const seeds = createSeeds(ask, metrics, logger)
  const link = linkRedis({ redis, logger, metrics, onBack: tellAlone, settings: linkSettings })
  const countShared = countingShared({ link, seeds, metrics, logger, now, putBack: (taken) => settle(taken, nothingUsed) })

  /** What was counted alone is added to what Redis holds, once. */
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

  async function obtain(caller: Caller, wants: readonly Want[]): Promise<readonly Taken[]> {
    const shared = link.isUp ? await countShared(wants) : undefined
    const limiter = shared ? 'redis' : 'local'
    const outcome = shared ?? (await countAlone(wants, link.replicas, seeds, now))
    if (isRefused(outcome)) {
      const [first] = outcome.refusals
      if (first) metrics.decide(limiter, 'refused', first.counter.meter)
      throw refuse(outcome.refusals, caller)
    }
    eachMeter(wants, ({ counter, take }) => {
      metrics.decide(limiter, 'allowed', counter.meter)
      if (counter.meter !== Meter.METER_REQUESTS) metrics.reserve(counter.meter, take)
    })
    return outcome.taken
  }

  // What Redis said of a minute can only have become more since.
  function refuseKnown(caller: Caller, { counter, amount }: Held): void {
    const endsInMs = counter.endsAtMs - now()
    if (!link.isUp || counter.known === undefined || endsInMs <= 0 || counter.known < amount) return
    metrics.decide('redis', 'refused', counter.meter)
    throw refuse([{ counter, amount, wanted: 1, used: counter.known, held: 0, endsInMs }], caller)
  }

  // One by one: a limit that is spent keeps no other from counting. Whether it was too many shows with the next request.
  function countEach(limits: readonly Held[]): void {
    for (const held of limits) {
      const wants = [{ ...held, take: 1 }]
      const counting = link.isUp ? countShared(wants) : countAlone(wants, link.replicas, seeds, now)
      counting.catch((error: unknown) => logger.error({ err: error }, 'a request could not be counted'))
    }
  }

  function headersOf({ counter, amount }: Held): Record<string, string> {
    const left = amount - (counter.known ?? 0) - counter.alone
    return {
      'x-ratelimit-limit-requests': String(amount),
      'x-ratelimit-remaining-requests': String(Math.max(0, left)),
      'x-ratelimit-reset-requests': `${Math.max(1, Math.ceil((counter.endsAtMs - now()) / 1_000))}s`,
    }
  }

  function settle(taken: readonly Taken[], use: Use): void {
    const keys: string[] = []
    const values: (string | number)[] = []
    for (const one of taken) {
      const used = usedOf(one.counter.meter, use)
      if (isSettledHere(one, used)) continue
      keys.push(one.key)
      values.push(one.field, one.beganAtMs, one.amount, used)
    }
    if (keys.length > 0) link.settle(keys, values)
    eachMeter(taken, ({ counter: { meter } }) => meter !== Meter.METER_REQUESTS && metrics.settle(meter, usedOf(meter, use)))
  }

  /** Corrects what this edge knows. True when Redis need not hear of it: nothing changed, or it has not heard that anything was taken. */
  function isSettledHere({ counter, key, field, beganAtMs, amount }: Taken, used: number): boolean {
    if (field === 'u' && used === amount) return true
    const isNow = counter.key === key && (!isMinute(counter) || counter.beganAtMs === beganAtMs)
    const isUnheard = field === 'u' && !link.isUp
    if (isNow && field !== 'u') counter.reserved -= amount
    if (isNow && isUnheard) counter.alone += used - amount
    else if (isNow && counter.known !== undefined) counter.known += used - amount
    return isUnheard || (isMinute(counter) && !isNow)
  }

  return {
    async take(caller) {
      const plan = planOf(caller)
      refuseKnown(caller, plan.door)
      await obtain(caller, wantsOf(plan, undefined, []))
      return headersOf(plan.door)
    },
    async takeAnyway(caller) {
      const { door, requests } = planOf(caller)
      refuseKnown(caller, door)
      await obtain(caller, [{ ...door, take: 1 }])
      countEach(requests)
      return headersOf(door)
    },
    admit: (caller) => refuseKnown(caller, planOf(caller).door),
    count(caller) {
      const { door, requests } = planOf(caller)
      countEach([door, ...requests])
    },
    async reserve(caller, request, bodyBytes, routes) {
      const plan = planOf(caller)
      const order = new Order(request, bodyBytes, settings.defaultOutputTokens, plan.maxOutputTokens)
      const [, ...taken] = await obtain(caller, wantsOf(plan, order, routes))
      return { headers: headersOf(plan.door), reservation: new Reservation(taken, order, settle) }
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
    close: () => link.close(),
  }
}

function usedAlone({ known, alone }: Counter): number | undefined {
  return known === undefined ? undefined : known + alone
}

/** The door's minute first, then everything else, one meter after the other. Without an order nothing but requests. */
function wantsOf({ door, requests, tokens, cost }: Plan, order: Order | undefined, routes: readonly Priced[]): Want[] {
  const wants = [{ ...door, take: 1 }]
  for (const held of requests) wants.push({ ...held, take: 1 })
  if (!order || tokens.length + cost.length === 0) return wants
  const { inputTokens, outputTokens } = order.estimate
  add(wants, tokens, inputTokens + outputTokens)
  const usage = { inputTokens, outputTokens, cachedTokens: 0, cacheWriteTokens: 0 }
  if (cost.length > 0) add(wants, cost, Math.max(...routes.map(({ price }) => costMicros(price, usage))))
  return wants
}

// What costs nothing is not stopped by a budget, unless that lets nothing through at all.
function add(wants: Want[], limits: readonly Held[], take: number): void {
  for (const held of limits) if (take > 0 || held.amount === 0) wants.push({ ...held, take: Math.max(1, take) })
}

function usedOf(meter: Meter, use: Use): number {
  if (meter === Meter.METER_TOKENS) return use.tokens
  return meter === Meter.METER_COST ? use.costMicros : use.requests
}

/** Calls once for each meter, whose counters stand beside one another. */
function eachMeter<T extends { readonly counter: Counter }>(list: readonly T[], call: (first: T) => void): void {
  let meter: Meter = Meter.METER_UNSPECIFIED
  for (const one of list) {
    if (one.counter.meter !== meter) call(one)
    meter = one.counter.meter
  }
}
