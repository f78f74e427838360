import { Meter, Window, type UsagePolicy } from '@elder/contracts/auth-usage'
import type { Caller } from '../identity.ts'
import { isCountable, type Counter, type Counters } from './counters.ts'

/** One limit that holds for a caller. */
export interface Held {
  readonly counter: Counter
  readonly amount: number
}

/** All that holds for a caller: made once, kept as long as the caller is. */
export interface Plan {
  readonly door: Held
  readonly requests: readonly Held[]
  readonly tokens: readonly Held[]
  readonly cost: readonly Held[]
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
  const held = new Map<Counter, number>()
  for (const policy of caller.policies) for (const [counter, amount] of limitsOf(policy, counters)) held.set(counter, Math.min(amount, held.get(counter) ?? amount))
  const all = [...held].map(([counter, amount]) => ({ counter, amount }))
  const metered = (meter: Meter) => all.filter(({ counter }) => counter.meter === meter)
  const bounds = caller.policies.map(({ maxOutputTokens }) => maxOutputTokens).filter((bound) => bound > 0)
  return {
    door: { counter: counters.ofDoor(caller.principal.keyId), amount: caller.requestsPerMinute || defaultRequestsPerMinute },
    requests: metered(Meter.METER_REQUESTS),
    tokens: metered(Meter.METER_TOKENS),
    cost: metered(Meter.METER_COST),
    maxOutputTokens: bounds.length === 0 ? 0 : Math.min(...bounds),
  }
}

function limitsOf({ scope, subject, limits }: UsagePolicy, counters: Counters): [Counter, number][] {
  return limits.filter(({ meter, window }) => isCountable(meter, window)).map(({ meter, window, amount }) => [counters.of(scope, subject, meter, window), clamp(amount)])
}

// What is larger than a number can tell apart is no limit that anybody reaches.
function clamp(amount: bigint): number {
  return amount > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(amount)
}

export const isMinute = (counter: Counter): boolean => counter.window === Window.WINDOW_MINUTE
