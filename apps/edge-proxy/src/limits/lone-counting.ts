import { takeOf, type Claim } from './claim.ts'
import { beginMinute, turn, type Counter, type Counters } from './counters.ts'
import { isMinute, type Held } from './plan.ts'
import type { Refusal } from './refusals.ts'
import type { RedisLink } from './redis-link.ts'
import type { Replicas } from './replicas.ts'
import type { Seeds } from './seeds.ts'
import { shareOf } from './windows.ts'

/**
 * Counts without Redis: each edge grants its share of what remained when Redis was last reachable. Counters that this edge does not know
 * are asked of auth; those that auth does not know either count as unused, so that two edges together exceed a limit by one share at most.
 */
export async function countAlone(claim: Claim, replicas: Replicas, seeds: Seeds, now: () => number): Promise<void> {
  const { held } = claim.line
  for (const { counter } of held) {
    turn(counter, now())
    beginMinute(counter, now())
  }
  const unknown = held.map(({ counter }) => counter).filter(({ known }) => known === undefined)
  if (unknown.length > 0) {
    const used = await seeds.usedOf(unknown)
    unknown.forEach((counter, index) => (counter.known ??= used[index] ?? 0))
  }
  const refusals = held.flatMap((one) => refusalOf(one, takeOf(one.counter.meter, claim), replicas, now()))
  if (refusals.length > 0) {
    claim.refusals = refusals
    return
  }
  for (const { counter } of held) counter.alone += takeOf(counter.meter, claim)
  claim.grant = { keys: held.map(({ counter }) => counter.key), beganAtMs: held.map(({ counter }) => (isMinute(counter) ? counter.beganAtMs : 0)), generation: undefined }
}

/** Adds what was counted without Redis to its counters, exactly once. */
export function reportAlone(counters: Counters, link: Pick<RedisLink, 'add'>, now: () => number): void {
  const unheard = current(counters, now).filter(({ alone, reported }) => alone !== 0 || reported !== 0)
  report(unheard, link, now, ({ alone, reported }) => [alone - reported, 0])
  for (const counter of unheard) {
    counter.known = (counter.known ?? 0) + counter.alone
    counter.alone = 0
    counter.reported = 0
  }
}

/**
 * Reports all that this edge knows to a Redis that has lost its data. This edge goes on counting alone, from the same `known`. What its running requests have
 * reserved is added when they are settled.
 */
export function reportKnown(counters: Counters, link: Pick<RedisLink, 'add'>, now: () => number): void {
  const seen = current(counters, now).filter(({ known, alone }) => known !== undefined || alone !== 0)
  report(seen, link, now, ({ known = 0, alone, reserved }) => [alone - reserved, known])
  for (const counter of seen) counter.reported = counter.alone
}

function current(counters: Counters, now: () => number): Counter[] {
  const all = counters.all()
  for (const counter of all) turn(counter, now())
  return all
}

const reportedAtOnce = 200

function report(counters: readonly Counter[], link: Pick<RedisLink, 'add'>, now: () => number, amountsOf: (counter: Counter) => [amount: number, known: number]): void {
  for (let at = 0; at < counters.length; at += reportedAtOnce) {
    const some = counters.slice(at, at + reportedAtOnce)
    link.add(
      some.map(({ key }) => key),
      some.flatMap((counter) => [isMinute(counter) ? 'm' : 'c', ...amountsOf(counter), counter.beganAtMs, Math.max(1, Math.ceil(counter.endsAtMs - now()))]),
    )
  }
}

function refusalOf({ counter, amount }: Held, wanted: number, { count, rank }: Replicas, atMs: number): Refusal[] {
  const known = counter.known ?? 0
  const share = shareOf(amount - known, count, rank)
  if (counter.alone + wanted <= share) return []
  const used = known + counter.alone
  return [{ counter, amount, wanted, used, held: Math.max(0, amount - used), isShared: true, endsInMs: counter.endsAtMs - atMs }]
}
