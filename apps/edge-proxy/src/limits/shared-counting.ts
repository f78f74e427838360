import { Meter, Window } from '@elder/contracts/auth-usage'
import { ServiceError } from '@elder/errors'
import type { Logger } from '@elder/telemetry'
import { turn, type Counter } from './counters.ts'
import type { Outcome, Want } from './counting.ts'
import type { LimitMetrics } from './limit-metrics.ts'
import { isMinute } from './plan.ts'
import type { RedisLink } from './redis-link.ts'
import type { Refusal } from './refusals.ts'
import type { Taken } from './reservation.ts'
import type { Seeds } from './seeds.ts'
import { minuteMs } from './windows.ts'

/** Reservations of so long a time stand under one number, and live for so many of them: longer than answers do. */
const generationMs = 5 * 60_000
const liveGenerations = 4
/** Counters outlive their day or month: what is settled late finds them. */
const keptAfterEndSeconds = 2 * 86_400

export interface SharedParts {
  readonly link: RedisLink
  readonly seeds: Seeds
  readonly metrics: LimitMetrics
  readonly logger: Pick<Logger, 'warn'>
  readonly now: () => number
  /** Gives back what was granted too late to be used. */
  readonly putBack: (taken: readonly Taken[]) => void
}

/** Counts in Redis, for all edges. Undefined: Redis does not answer, and this edge has to count alone. */
export type CountShared = (wants: readonly Want[]) => Promise<Outcome | undefined>

interface Sent {
  readonly wants: readonly Want[]
  readonly keys: readonly string[]
  readonly generation: string
}

type Reply = readonly number[]

export function countingShared({ link, seeds, metrics, logger, now, putBack }: SharedParts): CountShared {
  const beginnings = new Map<string, Promise<void>>()

  /** Whoever finds a counter missing waits for the one who began it first. */
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

  // A Redis that lost its data is told what this edge heard of it, when auth has not heard as much yet. What is reserved is added when it is settled.
  async function beginWith(missing: readonly Counter[]): Promise<void> {
    const used = await seeds.usedOf(missing)
    const values = missing.flatMap((counter, index) => [Math.max(used[index] ?? 0, (counter.known ?? 0) - counter.reserved), Math.ceil(counter.endsAtMs / 1_000) + keptAfterEndSeconds])
    await link.run('seed', missing.map(({ key }) => key), values)
  }

  // What an edge that died had reserved was dropped; auth may know what came of it.
  function learn(wants: readonly Want[], dropped: number): void {
    metrics.dropped.inc(dropped)
    const counters = wants.map(({ counter }) => counter).filter(isReserved)
    const learning = async () => link.run('raise', counters.map(({ key }) => key), await seeds.usedOf(counters))
    learning().catch((error: unknown) => logger.warn({ err: error }, 'what an edge used before it died could not be learned'))
  }

  async function ask(wants: readonly Want[]): Promise<{ reply: Reply; sent: Sent }> {
    const atMs = now()
    const generation = Math.floor(atMs / generationMs)
    const keys: string[] = []
    const values: (string | number)[] = [atMs, generation, generation - liveGenerations]
    for (const { counter, amount, take } of wants) {
      turn(counter, atMs)
      keys.push(counter.key)
      values.push(isMinute(counter) ? 'm' : 'c', amount, take, isReserved(counter) ? 'r' : 'u')
    }
    const sent = { wants, keys, generation: String(generation) }
    // Who waited in vain was counted alone.
    const reply = await link.run('reserve', keys, values, (late) => (late as Reply)[0] === 0 && putBack(takenIn(late as Reply, sent, now())))
    return { reply: reply as Reply, sent }
  }

  async function count(wants: readonly Want[], attempts: number): Promise<Outcome | undefined> {
    const { reply, sent } = await ask(wants)
    const [kind, dropped = 0] = reply
    if (dropped > 0) learn(wants, dropped)
    if (kind === 0) return { taken: takenIn(reply, sent, now()) }
    if (kind === 1) return { refusals: refusalsIn(reply, wants, now()) }
    if (attempts === 0) return undefined
    await begin(reply.slice(2).map((index) => (wants[index] as Want).counter))
    return count(wants, attempts - 1)
  }

  return async (wants) => {
    try {
      return await count(wants, 2)
    } catch (error) {
      if (error instanceof ServiceError) return undefined
      throw error
    }
  }
}

// A request is over when it was counted, and a minute before a process that died could be missed: only tokens and money of a day or month are held until their real number is known.
function isReserved({ meter, window }: Counter): boolean {
  return meter !== Meter.METER_REQUESTS && window !== Window.WINDOW_MINUTE
}

function takenIn(reply: Reply, { wants, keys, generation }: Sent, atMs: number): Taken[] {
  return wants.map(({ counter, take }, index) => {
    const at = 2 + 3 * index
    const beganAtMs = reply[at + 1] ?? 0
    note(counter, reply[at] ?? 0, beganAtMs, reply[at + 2] ?? 0, atMs)
    if (isReserved(counter)) counter.reserved += take
    return { counter, key: keys[index] ?? counter.key, field: isReserved(counter) ? generation : 'u', beganAtMs, amount: take }
  })
}

function refusalsIn(reply: Reply, wants: readonly Want[], atMs: number): Refusal[] {
  const refusals: Refusal[] = []
  for (let at = 2; at < reply.length; at += 4) {
    const [index = 0, used = 0, held = 0, leftMs = 0] = reply.slice(at, at + 4)
    const { counter, amount, take } = wants[index] as Want
    const minuteEndsInMs = leftMs > 0 ? leftMs : minuteMs
    if (isMinute(counter)) note(counter, used, counter.beganAtMs, minuteEndsInMs, atMs)
    else counter.known = used + held
    refusals.push({ counter, amount, wanted: take, used, held, endsInMs: isMinute(counter) ? minuteEndsInMs : counter.endsAtMs - atMs })
  }
  return refusals
}

function note(counter: Counter, known: number, beganAtMs: number, leftMs: number, atMs: number): void {
  counter.known = known
  if (!isMinute(counter)) return
  counter.beganAtMs = beganAtMs
  counter.endsAtMs = atMs + leftMs
}
