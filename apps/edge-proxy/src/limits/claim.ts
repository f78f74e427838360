import { Meter } from '@elder/contracts/auth-usage'
import type { Line } from './plan.ts'
import type { Refusal } from './refusals.ts'

/** What was taken from the limits of a line, by all claims that were granted together. */
export interface Grant {
  /** The counters' keys when it was taken: a window may have ended since. */
  readonly keys: readonly string[]
  /** Where a minute began, 0 for a day or month. */
  readonly beganAtMs: readonly number[]
  /** The number under which tokens and money stand until they are settled; undefined where this edge counted alone. */
  readonly generation: string | undefined
}

/** What one request wants of the limits that hold for it, all of it or nothing, and what became of that. */
export class Claim {
  readonly line: Line
  /** Nothing where they are not limited. */
  readonly tokens: number
  readonly cost: number
  /** Until it is decided, or decided again. */
  pending: Promise<void> | undefined
  /** How often it may yet find that a counter is missing. */
  attempts = 2
  grant: Grant | undefined
  refusals: readonly Refusal[] | undefined
  /** Nobody wants it any longer. */
  isOver = false

  constructor(line: Line, tokens: number, cost: number) {
    this.line = line
    this.tokens = tokens
    this.cost = cost
  }
}

/** What a claim takes by a meter; of a limit that lets nothing through at all it would take something. */
export function takeOf(meter: Meter, { tokens, cost }: Claim): number {
  if (meter === Meter.METER_REQUESTS) return 1
  return Math.max(1, meter === Meter.METER_TOKENS ? tokens : cost)
}
