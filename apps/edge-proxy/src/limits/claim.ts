import { Meter } from '@elder/contracts/auth-usage'
import type { Line } from './plan.ts'
import type { Refusal } from './refusals.ts'

/** What claims that were granted together took from the limits of a line. */
export interface Grant {
  /** The counters' keys at that time; a window may have ended since. */
  readonly keys: readonly string[]
  /** When the minute began; 0 for a day or month. */
  readonly beganAtMs: readonly number[]
  /** The hash field that holds reserved tokens and money until they are settled; undefined if this edge counted without Redis. */
  readonly generation: string | undefined
}

/** What one request takes from its limits, all or nothing, and the decision about it. */
export class Claim {
  readonly line: Line
  /** Zero where they are not limited. */
  readonly tokens: number
  readonly cost: number
  /** Set until it is decided; set again when it has to be decided anew. */
  pending: Promise<void> | undefined
  /** How many more times it may find a counter missing. */
  attempts = 2
  grant: Grant | undefined
  refusals: readonly Refusal[] | undefined
  /** Its request has ended. */
  isOver = false

  constructor(line: Line, tokens: number, cost: number) {
    this.line = line
    this.tokens = tokens
    this.cost = cost
  }
}

/** What a claim takes of a meter: at least 1, so that a limit of 0 refuses it. */
export function takeOf(meter: Meter, { tokens, cost }: Claim): number {
  if (meter === Meter.METER_REQUESTS) return 1
  return Math.max(1, meter === Meter.METER_TOKENS ? tokens : cost)
}
