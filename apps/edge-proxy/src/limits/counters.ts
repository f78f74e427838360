import { Meter, PolicyScope, Window } from '@elder/contracts/auth-usage'
import { createRecentTable } from '../recent-table.ts'
import { minuteMs, periodAt } from './windows.ts'

/** What one key, user or team used of one meter in the current window, as far as this edge knows. */
export interface Counter {
  readonly scope: PolicyScope
  readonly subject: string
  readonly meter: Meter
  readonly window: Window
  readonly prefix: string
  key: string
  beganAtMs: number
  endsAtMs: number
  /** The last value from Redis or auth; undefined: none in this window yet. */
  known: number | undefined
  /** When Redis last answered about it. */
  seenAtMs: number
  /** What this edge has asked Redis for and is not yet decided. */
  asked: number
  /** The part of `known` that running requests of this edge have reserved. */
  reserved: number
  /** Counted without Redis and not yet added to `known`. */
  alone: number
  /** The part of `alone` that was reported to a Redis without data, which this edge does not count in yet. */
  reported: number
}

export interface Counters {
  /** The counter of a key's requests per minute. */
  ofKeyMinute(keyId: string): Counter
  of(scope: PolicyScope, subject: string, meter: Meter, window: Window): Counter
  all(): Counter[]
}

const scopeLetters: Readonly<Record<number, string>> = { [PolicyScope.POLICY_SCOPE_KEY]: 'key', [PolicyScope.POLICY_SCOPE_USER]: 'user', [PolicyScope.POLICY_SCOPE_TEAM]: 'team' }
const meterLetters: Readonly<Record<number, string>> = { [Meter.METER_REQUESTS]: 'requests', [Meter.METER_TOKENS]: 'tokens', [Meter.METER_COST]: 'cost' }
const windowLetters: Readonly<Record<number, string>> = { [Window.WINDOW_MINUTE]: 'minute', [Window.WINDOW_DAY]: 'day', [Window.WINDOW_MONTH]: 'month' }

/** Whether this edge knows how to count it. */
export function isCountable(meter: Meter, window: Window): boolean {
  return meter in meterLetters && window in windowLetters
}

export function createCounters(capacity = 50_000): Counters {
  const counters = createRecentTable<Counter>(capacity)
  function named(prefix: string, scope: PolicyScope, subject: string, meter: Meter, window: Window): Counter {
    const known = counters.get(prefix)
    if (known) return known
    const counter: Counter = { scope, subject, meter, window, prefix, key: prefix, beganAtMs: 0, endsAtMs: 0, known: undefined, seenAtMs: 0, asked: 0, reserved: 0, alone: 0, reported: 0 }
    counters.set(prefix, counter)
    return counter
  }
  return {
    ofKeyMinute: (keyId) => named(`limit:door:${keyId}`, PolicyScope.POLICY_SCOPE_KEY, keyId, Meter.METER_REQUESTS, Window.WINDOW_MINUTE),
    of: (scope, subject, meter, window) => named(`limit:${scopeLetters[scope]}:${subject}:${meterLetters[meter]}:${windowLetters[window]}`, scope, subject, meter, window),
    all: () => [...counters.values()],
  }
}

/** Moves a counter to the current window. A new minute begins with its first request. */
export function turn(counter: Counter, nowMs: number): void {
  if (nowMs < counter.endsAtMs) return
  counter.known = undefined
  counter.reserved = 0
  counter.alone = 0
  counter.reported = 0
  if (counter.window === Window.WINDOW_MINUTE) return
  const { suffix, endsAtMs } = periodAt(counter.window, nowMs)
  counter.key = counter.prefix + suffix
  counter.endsAtMs = endsAtMs
}

/** Begins a minute that is not known from Redis. */
export function beginMinute(counter: Counter, nowMs: number): void {
  if (counter.window !== Window.WINDOW_MINUTE || nowMs < counter.endsAtMs) return
  counter.beganAtMs = nowMs
  counter.endsAtMs = nowMs + minuteMs
  counter.known = 0
}
