import { Meter, Window, type UsagePolicy } from '@elder/contracts/auth-usage'
import type { Caller } from '../identity.ts'
import { isCountable, type Counter, type Counters } from './counters.ts'
import type { Group } from './round.ts'

/** One limit that holds for a caller. */
export interface Held {
  readonly counter: Counter
  readonly amount: number
}

/** The limits that a request takes from, the door's minute first, then one meter after the other. */
export interface Line {
  readonly held: readonly [Held, ...Held[]]
  /** The same for Redis: of each whether it is a m(inute), r(eserved) or u(sed), its meter (q, t, c) and its amount. */
  readonly spec: string
  readonly meters: readonly Meter[]
  /** Tokens or money are among them. */
  readonly isMetered: boolean
  /** Those of this turn of the event loop who take from it. */
  group: Group | undefined
}

/** All that holds for a caller: made once, kept as long as the caller is. */
export interface Plan {
  readonly door: Line
  /** What costs nothing is not stopped by a budget, unless that lets nothing through at all. */
  lineFor(tokens: number, cost: number): Line
  /** All limits of requests, for an answer whose tokens nobody counts. */
  readonly requests: Line
  /** Those of policies, each for itself. */
  readonly each: readonly Line[]
  readonly isPriced: boolean
  /** 0: no bound. */
  readonly maxOutputTokens: number
}

/** Reads a caller's policies once; the next one who asks for the same caller gets what was read. */
export function planner(counters: Counters, defaultRequestsPerMinute: number): (caller: Caller) => Plan {
  const plans = new WeakMap<Caller, Plan>()
  return (caller) => {
    let plan = plans.get(caller)
    if (!plan) plans.set(caller, (plan = planFor(caller, counters, defaultRequestsPerMinute)))
    return plan
  }
}

function planFor(caller: Caller, counters: Counters, defaultRequestsPerMinute: number): Plan {
  const all = heldBy(caller, counters)
  const metered = (meter: Meter) => all.filter(({ counter }) => counter.meter === meter)
  const [tokens, cost] = [metered(Meter.METER_TOKENS), metered(Meter.METER_COST)]
  const bounds = caller.policies.map(({ maxOutputTokens }) => maxOutputTokens).filter((bound) => bound > 0)
  const minute: Held = { counter: counters.ofDoor(caller.principal.keyId), amount: caller.requestsPerMinute || defaultRequestsPerMinute }
  const door = lineOf([minute])
  const ofPolicies = metered(Meter.METER_REQUESTS)
  const counted: [Held, ...Held[]] = [minute, ...ofPolicies]
  const requests = counted.length === 1 ? door : lineOf(counted)
  const isMetered = tokens.length + cost.length > 0
  const lineWith = (usesTokens: boolean, costs: boolean) => lineOf([...counted, ...tokens.filter(({ amount }) => usesTokens || amount === 0), ...cost.filter(({ amount }) => costs || amount === 0)])
  const lines = isMetered ? [false, true].map((usesTokens) => [lineWith(usesTokens, false), lineWith(usesTokens, true)]) : []
  return {
    door,
    lineFor: (inTokens, inMoney) => lines[Number(inTokens > 0)]?.[Number(inMoney > 0)] ?? requests,
    requests,
    each: ofPolicies.map((held) => lineOf([held])),
    isPriced: cost.length > 0,
    maxOutputTokens: bounds.length === 0 ? 0 : Math.min(...bounds),
  }
}

function heldBy({ policies }: Caller, counters: Counters): Held[] {
  const held = new Map<Counter, number>()
  for (const policy of policies) for (const [counter, amount] of limitsOf(policy, counters)) held.set(counter, Math.min(amount, held.get(counter) ?? amount))
  return [...held].map(([counter, amount]) => ({ counter, amount }))
}

function limitsOf({ scope, subject, limits }: UsagePolicy, counters: Counters): [Counter, number][] {
  return limits.filter(({ meter, window }) => isCountable(meter, window)).map(({ meter, window, amount }) => [counters.of(scope, subject, meter, window), clamp(amount)])
}

const meterLetters: Readonly<Record<number, string>> = { [Meter.METER_REQUESTS]: 'q', [Meter.METER_TOKENS]: 't', [Meter.METER_COST]: 'c' }

function lineOf(held: readonly [Held, ...Held[]]): Line {
  const meters = [...new Set(held.map(({ counter }) => counter.meter))]
  const spec = held.map(({ counter, amount }) => `${isMinute(counter) ? 'm' : isReserved(counter) ? 'r' : 'u'}${meterLetters[counter.meter]}${amount}`).join('')
  return { held, spec, meters, isMetered: meters.some((meter) => meter !== Meter.METER_REQUESTS), group: undefined }
}

// What is larger than a number can tell apart is no limit that anybody reaches.
function clamp(amount: bigint): number {
  return amount > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(amount)
}

export const isMinute = (counter: Counter): boolean => counter.window === Window.WINDOW_MINUTE

// A request is over when it was counted, and a minute before a process that died could be missed: only tokens and money of a day or month are held until their real number is known.
export function isReserved({ meter, window }: Counter): boolean {
  return meter !== Meter.METER_REQUESTS && window !== Window.WINDOW_MINUTE
}
