import { ServiceError } from '@elder/errors'
import type { Logger } from '@elder/telemetry'
import { takeOf, type Claim, type Grant } from './claim.ts'
import { CounterSeeding } from './counter-seeding.ts'
import { turn, type Counter } from './counters.ts'
import type { LimitMetrics } from './limit-metrics.ts'
import type { RedisLink } from './redis-link.ts'
import { droppedIn, missingFor, question, readReply, refusalsOf, type Decision, type Group, type Question, type Reply } from './round.ts'
import type { Seeds } from './seeds.ts'

// Redis does nothing else while it counts one round: at a few microseconds a limit this is a millisecond.
const limitsAtOnce = 400
// What was known of a counter for longer may be out of date: other edges count too.
const knownForMs = 60_000

export interface SharedParts {
  readonly link: RedisLink
  readonly seeds: Seeds
  readonly metrics: LimitMetrics
  readonly logger: Pick<Logger, 'warn'>
  readonly now: () => number
  /** Gives back what was granted after the request had ended. */
  readonly putBack: (claim: Claim, grant: Grant) => void
}

interface Round extends PromiseWithResolvers<void> {
  groups: Group[]
  limits: number
}

/**
 * Counts in Redis, for all edges: a claim that joins is pending until it is granted or refused. If it is neither afterwards, Redis
 * could not count it, and this edge counts it on its own.
 */
export class SharedCounting {
  readonly #link: RedisLink
  readonly #seeding: CounterSeeding
  readonly #metrics: LimitMetrics
  readonly #now: () => number
  readonly #putBack: (claim: Claim, grant: Grant) => void
  #open: Round | undefined
  #isScheduled = false

  constructor({ link, seeds, metrics, logger, now, putBack }: SharedParts) {
    this.#link = link
    this.#seeding = new CounterSeeding({ link, seeds, metrics, logger })
    this.#metrics = metrics
    this.#now = now
    this.#putBack = putBack
  }

  /** Adds a claim to the round that is sent at the end of this turn of the event loop. */
  join(claim: Claim): void {
    claim.pending = undefined
    if (!this.#link.isUp) return
    const open = (this.#open ??= Object.assign(Promise.withResolvers<void>(), { groups: [], limits: 0 }))
    if (!this.#isScheduled) {
      this.#isScheduled = true
      setImmediate(this.#sendOpen)
    }
    claim.pending = open.promise
    const { line } = claim
    for (const { counter } of line.held) counter.asked += takeOf(counter.meter, claim)
    if (line.group) line.group.claims.push(claim)
    else open.groups.push((line.group = { line, claims: [claim] }))
    open.limits += line.held.length
    if (open.limits >= limitsAtOnce) this.#send(open)
  }

  /**
   * Whether a pending claim will be granted as far as this edge can know: at most half of each limit is used or asked for, even if every other edge has as much
   * under way. A single edge then never errs; with several, the others must have used the other half since Redis last answered.
   */
  hasRoom({ line, pending }: Claim): boolean {
    if (!pending) return false
    const atMs = this.#now()
    const edges = this.#link.replicas.count
    for (const { counter, amount } of line.held) {
      const { known, asked, endsAtMs, seenAtMs } = counter
      if (known === undefined || atMs >= endsAtMs || atMs - seenAtMs > knownForMs || (known + edges * asked) * 2 > amount) return false
    }
    return true
  }

  // One function for all rounds.
  readonly #sendOpen = (): void => {
    this.#isScheduled = false
    if (this.#open) this.#send(this.#open)
  }

  #send(round: Round): void {
    this.#open = undefined
    const atMs = this.#now()
    for (const { line } of round.groups) {
      line.group = undefined
      for (const { counter } of line.held) turn(counter, atMs)
    }
    const asked = question(round.groups, atMs, this.#link.patienceEndsAtMs)
    this.#link.run('reserve', asked.keys, asked.values, (late) => this.#takeBack(asked, late as Reply)).then(
      (reply) => conclude(round, () => this.#answer(asked, reply as Reply)),
      (error: unknown) => conclude(round, () => letCountAlone(asked, error)),
    )
  }

  #answer(asked: Question, reply: Reply): void {
    const atMs = this.#now()
    readReply(asked, reply, atMs, (decision) => {
      if (decision.fit < 0) this.#seedFor(decision, missingFor(decision, reply))
      else this.#decide(decision, reply, atMs)
    })
    const dropped = droppedIn(asked, reply)
    if (dropped) this.#seeding.raise(dropped)
  }

  #decide(decision: Decision, reply: Reply, atMs: number): void {
    const { group, from, to, fit, grant } = decision
    const first = group.claims[from] as Claim
    const refusals = fit < to - from ? refusalsOf(decision, first, reply, atMs) : undefined
    for (let index = from; index < to; index++) {
      const claim = group.claims[index] as Claim
      claim.pending = undefined
      if (index < from + fit) claim.grant = grant
      else claim.refusals = refusals
    }
    if (fit > 0) this.#metrics.allow('redis', first, fit)
    if (refusals?.[0]) this.#metrics.refuse('redis', refusals[0].counter.meter, to - from - fit)
  }

  // Claims that timed out were counted by this edge on its own.
  #takeBack(asked: Question, reply: Reply): void {
    readReply(asked, reply, this.#now(), ({ group, from, fit, grant }) => {
      for (let index = from; index < from + fit; index++) this.#putBack(group.claims[index] as Claim, grant)
    })
  }

  /** A claim whose counters are missing waits until they are seeded and joins another round, but only a limited number of times. */
  #seedFor({ group, from, to }: Decision, missing: readonly Counter[]): void {
    const claims = group.claims.slice(from, to)
    for (const claim of claims) claim.pending = undefined
    const waiting = claims.filter((claim) => claim.attempts-- > 0)
    if (waiting.length === 0) return
    const seeded = this.#seeding.seed(missing).then(
      () => waiting.forEach((claim) => this.join(claim)),
      (error: unknown) => {
        if (!(error instanceof ServiceError)) throw error
        for (const claim of waiting) claim.pending = undefined
      },
    )
    for (const claim of waiting) claim.pending = seeded
  }
}

function conclude(round: Round, work: () => void): void {
  for (const { line, claims } of round.groups) for (const claim of claims) for (const { counter } of line.held) counter.asked -= takeOf(counter.meter, claim)
  try {
    work()
    round.resolve()
  } catch (error) {
    round.reject(error)
  }
}

function letCountAlone({ groups }: Question, error: unknown): void {
  if (!(error instanceof ServiceError)) throw error
  for (const { claims } of groups) for (const claim of claims) claim.pending = undefined
}
