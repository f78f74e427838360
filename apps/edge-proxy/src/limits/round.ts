import { takeOf, type Claim, type Grant } from './claim.ts'
import type { Counter } from './counters.ts'
import { isMinute, isReserved, type Held, type Line } from './plan.ts'
import type { Refusal } from './refusals.ts'
import { generationAt } from './scripts.ts'
import { minuteMs } from './windows.ts'

// One round trip to Redis for the claims of one turn of the event loop. Claims that take the same amounts from the same limits are sent as one entry
// with their number; the reply has how many of them fit, and the earliest are granted.

/** Claims on the same limits. */
export interface Group {
  readonly line: Line
  readonly claims: Claim[]
}

/** One request to Redis. */
export interface Question {
  readonly groups: readonly Group[]
  readonly keys: string[]
  readonly values: string[]
  /** The hash field of the reservations that it makes. */
  readonly generation: string
}

/** The reply of the `take` script; see there. */
export type Reply = readonly number[]

/** Claims with equal amounts, and how many of them were granted; -1: a counter is missing. */
export interface Decision {
  readonly group: Group
  readonly from: number
  readonly to: number
  readonly fit: number
  readonly grant: Grant
  /** The index of the group's first limit in the reply. */
  readonly at: number
}

const perKey = 4
/** The retry delay when the window that refused has ended meanwhile. */
const overMs = 1_000

export function question(groups: readonly Group[], atMs: number, patienceEndsAtMs: number): Question {
  const keys: string[] = []
  const values = [String(atMs), String(patienceEndsAtMs)]
  for (const { line, claims } of groups) {
    for (const { counter } of line.held) keys.push(counter.key)
    values.push(`${line.spec} ${runsOf(claims)}`)
  }
  return { groups, keys, values, generation: generationAt(atMs) }
}

function runsOf(claims: readonly Claim[]): string {
  let runs = ''
  for (let from = 0; from < claims.length; ) {
    const to = endOfRun(claims, from)
    const { tokens, cost } = claims[from] as Claim
    runs += `${to - from},${tokens},${cost};`
    from = to
  }
  return runs
}

function endOfRun(claims: readonly Claim[], from: number): number {
  const first = claims[from] as Claim
  let to = from + 1
  for (let next = claims[to]; next && next.tokens === first.tokens && next.cost === first.cost; next = claims[to]) to++
  return to
}

/** Updates the counters from the reply, and calls `decide` for each run of claims. */
export function readReply(asked: Question, reply: Reply, atMs: number, decide: (decision: Decision) => void): void {
  let first = 0
  let fitAt = asked.keys.length * perKey
  for (const group of asked.groups) {
    const { line, claims } = group
    const grant = noteAll(line, asked, first, reply, atMs)
    for (let from = 0; from < claims.length; ) {
      const to = endOfRun(claims, from)
      const fit = reply[fitAt++] ?? 0
      if (fit > 0) noteReserved(line, grant, claims[from] as Claim, fit)
      decide({ group, from, to, fit, grant, at: first * perKey })
      from = to
    }
    first += line.held.length
  }
}

function noteAll({ held }: Line, { keys, generation }: Question, first: number, reply: Reply, atMs: number): Grant {
  const grant = { keys: [] as string[], beganAtMs: [] as number[], generation }
  for (let index = 0; index < held.length; index++) {
    const { counter } = held[index] as Held
    const key = keys[first + index] ?? ''
    const at = (first + index) * perKey
    const used = reply[at] ?? 0
    const beganAtMs = isMinute(counter) ? (reply[at + 2] ?? 0) : 0
    grant.keys.push(key)
    grant.beganAtMs.push(beganAtMs)
    note(counter, key, used < 0 ? undefined : used + (reply[at + 1] ?? 0), beganAtMs, atMs, atMs + (reply[at + 3] ?? 0))
  }
  return grant
}

// The counter's next window may have begun before the reply arrived; the reply does not apply to it.
function note(counter: Counter, key: string, known: number | undefined, beganAtMs: number, atMs: number, endsAtMs: number): void {
  if (known === undefined || counter.key !== key) return
  if (isMinute(counter)) {
    if (beganAtMs === 0) return
    counter.beganAtMs = beganAtMs
    counter.endsAtMs = endsAtMs
  }
  counter.known = known
  counter.seenAtMs = atMs
}

function noteReserved({ held }: Line, { keys }: Grant, claim: Claim, count: number): void {
  for (let index = 0; index < held.length; index++) {
    const { counter } = held[index] as Held
    if (isReserved(counter) && counter.key === keys[index]) counter.reserved += count * takeOf(counter.meter, claim)
  }
}

/** The limits that refuse a claim. */
export function refusalsOf({ group: { line }, grant, at }: Decision, claim: Claim, reply: Reply, atMs: number): Refusal[] {
  return line.held.flatMap(({ counter, amount }, index) => {
    const [used = 0, held = 0, , leftMs = 0] = reply.slice(at + index * perKey, at + (index + 1) * perKey)
    const wanted = takeOf(counter.meter, claim)
    if (used + held + wanted <= amount) return []
    const calendarMs = counter.key === grant.keys[index] ? counter.endsAtMs - atMs : overMs
    return [{ counter, amount, wanted, used, held, endsInMs: isMinute(counter) ? (leftMs > 0 ? leftMs : minuteMs) : calendarMs }]
  })
}

/** The counters of a claim that Redis does not know. */
export function missingFor({ group: { line }, at }: Decision, reply: Reply): Counter[] {
  return line.held.filter((_, index) => (reply[at + index * perKey] ?? 0) < 0).map(({ counter }) => counter)
}

/** Counters whose expired reservations were dropped, and how many. */
export function droppedIn({ groups }: Question, reply: Reply): ReadonlyMap<Counter, number> | undefined {
  let dropped: Map<Counter, number> | undefined
  let at = 2
  for (const { line } of groups) {
    for (const { counter } of line.held) {
      const count = reply[at] ?? 0
      if (count > 0 && isReserved(counter)) (dropped ??= new Map()).set(counter, count)
      at += perKey
    }
  }
  return dropped
}
