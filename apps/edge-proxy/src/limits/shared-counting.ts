import { ServiceError } from '@elder/errors'
import type { Logger } from '@elder/telemetry'
import type { Claim, Grant } from './claim.ts'
import { turn, type Counter } from './counters.ts'
import type { LimitMetrics } from './limit-metrics.ts'
import type { RedisLink } from './redis-link.ts'
import { droppedIn, missingFor, question, readReply, refusalsOf, type Decision, type Group, type Question, type Reply } from './round.ts'
import type { Seeds } from './seeds.ts'

/** Counters are kept beyond their day or month, for late settlements. */
const keptAfterEndSeconds = 2 * 86_400
// Redis does nothing else while it counts one round: at a few microseconds a limit this is a millisecond.
const limitsAtOnce = 400

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
export function countingShared({ link, seeds, metrics, logger, now, putBack }: SharedParts): (claim: Claim) => void {
  const beginnings = new Map<string, Promise<void>>()
  let open: Round | undefined
  let isScheduled = false

  function join(claim: Claim): void {
    claim.pending = undefined
    if (!link.isUp) return
    open ??= Object.assign(Promise.withResolvers<void>(), { groups: [], limits: 0 })
    if (!isScheduled) {
      isScheduled = true
      setImmediate(sendOpen)
    }
    claim.pending = open.promise
    const { line } = claim
    if (line.group) line.group.claims.push(claim)
    else open.groups.push((line.group = { line, claims: [claim] }))
    open.limits += line.held.length
    if (open.limits >= limitsAtOnce) send(open)
  }

  function sendOpen(): void {
    isScheduled = false
    if (open) send(open)
  }

  function send(round: Round): void {
    open = undefined
    const atMs = now()
    for (const { line } of round.groups) {
      line.group = undefined
      for (const { counter } of line.held) turn(counter, atMs)
    }
    const asked = question(round.groups, atMs, link.patienceEndsAtMs)
    link.run('reserve', asked.keys, asked.values, (late) => takeBack(asked, late as Reply)).then(
      (reply) => conclude(round, () => answer(asked, reply as Reply)),
      (error: unknown) => conclude(round, () => letCountAlone(asked, error)),
    )
  }

  function conclude(round: Round, work: () => void): void {
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

  function answer(asked: Question, reply: Reply): void {
    const atMs = now()
    readReply(asked, reply, atMs, (decision) => {
      if (decision.fit < 0) beginFor(decision, missingFor(decision, reply))
      else decide(decision, reply, atMs)
    })
    const dropped = droppedIn(asked, reply)
    if (dropped) learn(dropped)
  }

  function decide(decision: Decision, reply: Reply, atMs: number): void {
    const { group, from, to, fit, grant } = decision
    const first = group.claims[from] as Claim
    const refusals = fit < to - from ? refusalsOf(decision, first, reply, atMs) : undefined
    for (let index = from; index < to; index++) {
      const claim = group.claims[index] as Claim
      claim.pending = undefined
      if (index < from + fit) claim.grant = grant
      else claim.refusals = refusals
    }
    if (fit > 0) metrics.allow('redis', first, fit)
    if (refusals?.[0]) metrics.refuse('redis', refusals[0].counter.meter, to - from - fit)
  }

  // Claims that timed out were counted by this edge on its own.
  function takeBack(asked: Question, reply: Reply): void {
    readReply(asked, reply, now(), ({ group, from, fit, grant }) => {
      for (let index = from; index < from + fit; index++) putBack(group.claims[index] as Claim, grant)
    })
  }

  /** A claim whose counters are missing waits until they are seeded and joins another round, but only a limited number of times. */
  function beginFor({ group, from, to }: Decision, missing: readonly Counter[]): void {
    const claims = group.claims.slice(from, to)
    for (const claim of claims) claim.pending = undefined
    const waiting = claims.filter((claim) => claim.attempts-- > 0)
    if (waiting.length === 0) return
    const begun = begin(missing).then(
      () => waiting.forEach(join),
      (error: unknown) => {
        if (!(error instanceof ServiceError)) throw error
        for (const claim of waiting) claim.pending = undefined
      },
    )
    for (const claim of waiting) claim.pending = begun
  }

  /** Seeds a missing counter once; other claims on it wait for that. */
  async function begin(missing: readonly Counter[]): Promise<void> {
    const unbegun = missing.filter(({ key }) => !beginnings.has(key))
    const beginning = unbegun.length > 0 ? beginWith(unbegun) : Promise.resolve()
    for (const { key } of unbegun) beginnings.set(key, beginning)
    try {
      await Promise.all(missing.map(({ key }) => beginnings.get(key) ?? beginning))
    } finally {
      for (const { key } of unbegun) beginnings.delete(key)
    }
  }

  // After Redis has lost its data, the last value known to this edge is used if auth knows less. Reservations are added when they are settled.
  async function beginWith(missing: readonly Counter[]): Promise<void> {
    const keys = missing.map(({ key }) => key)
    const used = await seeds.usedOf(missing)
    const values = missing.flatMap((counter, index) => [Math.max(used[index] ?? 0, (counter.known ?? 0) - counter.reserved), Math.ceil(counter.endsAtMs / 1_000) + keptAfterEndSeconds])
    await link.run('seed', keys, values)
  }

  // Reservations of a crashed edge were dropped; auth may know the real usage.
  function learn(dropped: ReadonlyMap<Counter, number>): void {
    const counters = [...dropped.keys()]
    metrics.dropped.inc([...dropped.values()].reduce((sum, count) => sum + count))
    const learning = async () => link.run('raise', counters.map(({ key }) => key), await seeds.usedOf(counters))
    learning().catch((error: unknown) => logger.warn({ err: error }, 'what an edge used before it died could not be learned'))
  }

  return join
}
