import { Meter, Window, type UsagePolicy } from '@elder/contracts/auth-usage'
import type { Caller } from '../identity.ts'
import { isCountable, type Counter, type Counters } from './counters.ts'
import type { Group } from './round.ts'

/** One limit that applies to a caller. */
export interface Held {
  readonly counter: Counter
  readonly amount: number
}

/** The limits that a request takes from: the key's requests per minute first, then grouped by meter. */
export interface Line {
  readonly held: readonly [Held, ...Held[]]
  /** The same, encoded for the Redis script: for each limit its kind, m(inute), r(eserved) or u(sed), its meter (q, t, c) and its amount. */
  readonly spec: string
  readonly meters: readonly Meter[]
  /** Whether tokens or money are limited. */
  readonly isMetered: boolean
  /** The claims on these limits in this turn of the event loop. */
  group: Group | undefined
}

/** All limits of a caller: computed once and kept as long as the caller object. */
export interface Plan {
  /** The key's requests per minute alone. */
  readonly perMinute: Line
  /** A request without tokens or cost is not checked against their limits, unless those are 0. */
  lineFor(tokens: number, cost: number): Line
  /** All limits of requests, for answers without token counts. */
  readonly requests: Line
  /** The request limits of policies, each on its own. */
  readonly each: readonly Line[]
  readonly isPriced: boolean
  /** 0: no bound. */
  readonly maxOutputTokens: number
}

/** Computes the plan of each caller once. */
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
  const minute: Held = { counter: counters.ofKeyMinute(caller.principal.keyId), amount: caller.requestsPerMinute || defaultRequestsPerMinute }
  const perMinute = lineOf([minute])
  const ofPolicies = metered(Meter.METER_REQUESTS)
  const counted: [Held, ...Held[]] = [minute, ...ofPolicies]
  const requests = counted.length === 1 ? perMinute : lineOf(counted)
  const isMetered = tokens.length + cost.length > 0
  const lineWith = (usesTokens: boolean, costs: boolean) => lineOf([...counted, ...tokens.filter(({ amount }) => usesTokens || amount === 0), ...cost.filter(({ amount }) => costs || amount === 0)])
  const lines = isMetered ? [false, true].map((usesTokens) => [lineWith(usesTokens, false), lineWith(usesTokens, true)]) : []
  return {
    perMinute,
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

// Amounts beyond the safe integers are never reached.
function clamp(amount: bigint): number {
  return amount > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(amount)
}

export const isMinute = (counter: Counter): boolean => counter.window === Window.WINDOW_MINUTE

// Requests are counted at once, and a minute ends before the reservations of a crashed process would matter. Only tokens and money of a day or month are
// reserved until their real number is known.
export function isReserved({ meter, window }: Counter): boolean {
  return meter !== Meter.METER_REQUESTS && window !== Window.WINDOW_MINUTE
}
