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
import { countingShared } from './shared-counting.ts'

export interface LimitSettings {
  /** For keys that name no limit of their own. */
  readonly requestsPerMinute: number
  /** Reserved for an answer whose request names no maximum. */
  readonly defaultOutputTokens: number
}

/** What is told of the key's minute: headers in the words that OpenAI's clients know. */
export type LimitHeaders = Record<string, string>

/** Whoever may be asked: the dearest of them is reserved for. */
type Priced = Pick<Route, 'price'>

/** Whoever holds a reservation, and settles it when everything is over, granted or not. */
export interface Holder {
  readonly headers: LimitHeaders
  reservation: Reservation | undefined
}

/** What is left is told in the headers. A Redis that is away is not an error. */
export interface Limits {
  /** Takes one request from the key's minute and from every limit of requests, or from none. */
  take(caller: Caller, headers: LimitHeaders): Promise<void>
  /** The same where only the key's minute may refuse: limits of policies count it as far as they have room. */
  takeAnyway(caller: Caller, headers: LimitHeaders): Promise<void>
  /** Refuses at once when the key's minute is known to be spent, before anything is read for it. */
  admit(caller: Caller): void
  /** Counts a request that ended before anything was taken for it, wherever there is room. Nobody waits for that. */
  count(caller: Caller): void
  /** Takes one request from everything that holds for the caller, and the tokens and the money it may need. */
  reserve(caller: Caller, request: GenerationRequest, bodyBytes: number, routes: readonly Priced[], holder: Holder): Promise<void>
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
  const { correct, deliver } = createCorrections({ link, metrics, gatherMs: linkSettings.gatherMs })
  const join = countingShared({ link, seeds, metrics, logger, now, putBack: (claim, grant) => correct(claim, grant, nothingUsed, 0) })

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

  async function decided(claim: Claim): Promise<void> {
    while (claim.pending) await claim.pending
  }

  /** Waits until a claim is granted or refused. One function with all it awaits: each more of them would cost every request. */
  async function obtain(caller: Caller, claim: Claim, headers: LimitHeaders): Promise<void> {
    join(claim)
    if (claim.pending && isRecorded()) await redis.follow('EVALSHA', () => decided(claim))
    while (claim.pending) await claim.pending
    if (!claim.grant && !claim.refusals) await obtainAlone(claim)
    if (claim.refusals) throw refuse(claim.refusals, caller)
    tellLeft(claim.line, headers)
    if (claim.isOver) correct(claim, claim.grant, nothingUsed, 1)
  }

  async function obtainAlone(claim: Claim): Promise<void> {
    await countAlone(claim, link.replicas, seeds, now)
    if (claim.grant) metrics.allow('local', claim, 1)
    const [first] = claim.refusals ?? []
    if (first) metrics.refuse('local', first.counter.meter, 1)
  }

  // What Redis said of a minute can only have become more since.
  function refuseKnown(caller: Caller, { counter, amount }: Held): void {
    const endsInMs = counter.endsAtMs - now()
    if (!link.isUp || counter.known === undefined || endsInMs <= 0 || counter.known < amount) return
    metrics.refuse('redis', counter.meter, 1)
    throw refuse([{ counter, amount, wanted: 1, used: counter.known, held: 0, endsInMs }], caller)
  }

  // One by one: a limit that is spent keeps no other from counting. Whether it was too many shows with the next request.
  function countEach(lines: readonly Line[]): void {
    for (const line of lines) countOne(new Claim(line, 0, 0)).catch((error: unknown) => logger.error({ err: error }, 'a request could not be counted'))
  }

  async function countOne(claim: Claim): Promise<void> {
    join(claim)
    await decided(claim)
    if (!claim.grant && !claim.refusals) await obtainAlone(claim)
  }

  function tellLeft({ held: [door] }: Line, headers: LimitHeaders): void {
    const { counter, amount } = door
    const left = amount - (counter.known ?? 0) - counter.alone
    headers['x-ratelimit-limit-requests'] = String(amount)
    headers['x-ratelimit-remaining-requests'] = String(Math.max(0, left))
    headers['x-ratelimit-reset-requests'] = `${Math.max(1, Math.ceil((counter.endsAtMs - now()) / 1_000))}s`
  }

  const settleReservation = (reservation: Reservation, use: Use): void => correct(reservation, reservation.grant, use, 1)

  return {
    async take(caller, headers) {
      const { door, requests } = planOf(caller)
      refuseKnown(caller, door.held[0])
      await obtain(caller, new Claim(requests, 0, 0), headers)
    },
    async takeAnyway(caller, headers) {
      const { door, each } = planOf(caller)
      refuseKnown(caller, door.held[0])
      await obtain(caller, new Claim(door, 0, 0), headers)
      countEach(each)
    },
    admit: (caller) => refuseKnown(caller, planOf(caller).door.held[0]),
    count(caller) {
      const { door, each } = planOf(caller)
      countEach([door, ...each])
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
