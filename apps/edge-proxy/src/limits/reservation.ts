import { Meter } from '@elder/contracts/auth-usage'
import type { Api, GenerationRequest, Usage } from '@elder/dialects'
import { costMicros, type Price } from '@elder/providers'
import { estimate, outputSeen, type Estimate } from './estimate.ts'
import type { Counter } from './counters.ts'

/** What was taken from one counter for one request. */
export interface Taken {
  readonly counter: Counter
  /** The counter's key when it was taken: the window may have ended since. */
  readonly key: string
  /** `u`, or the number it stands under until it is settled. */
  readonly field: string
  readonly beganAtMs: number
  readonly amount: number
}

/** What became of a request at one provider. */
export interface Spent {
  /** Undefined: the provider did not tell. */
  readonly usage: Usage | undefined
  readonly price: Price | undefined
  /** Of the answer, as far as it came. */
  readonly receivedBytes: number
}

/** What one provider is taken to have used. */
export interface Charge {
  readonly usage: Usage
  readonly isEstimated?: true
  readonly costMicros: number
}

/** What a request really used of each meter. */
export interface Use {
  readonly requests: number
  readonly tokens: number
  readonly costMicros: number
}

// Counting tokens uses none.
const free: Charge = { usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0 }, costMicros: 0 }

export const nothingUsed: Use = { requests: 0, tokens: 0, costMicros: 0 }

/** What is asked for. */
export class Order {
  // Not the request itself: it may be large, and its answer may last for an hour.
  readonly api: Api
  readonly stream: boolean
  readonly estimate: Estimate

  constructor(request: GenerationRequest, bodyBytes: number, defaultOutputTokens: number, bound: number) {
    this.api = request.api
    this.stream = request.stream
    this.estimate = estimate(request, bodyBytes, defaultOutputTokens, bound)
  }
}

/** What a request may use until it has ended. */
export class Reservation {
  readonly #taken: readonly Taken[]
  readonly #order: Order
  readonly #finish: (taken: readonly Taken[], use: Use) => void
  #known = nothingUsed
  #guessed = nothingUsed
  #isSettled = false

  constructor(taken: readonly Taken[], order: Order, finish: (taken: readonly Taken[], use: Use) => void) {
    this.#taken = taken
    this.#order = order
    this.#finish = finish
  }

  /** Somebody wants to know exactly what comes of it. */
  get isMetered(): boolean {
    return this.#taken.some(({ counter }) => counter.meter !== Meter.METER_REQUESTS)
  }

  /**
   * Told by whoever asked a provider that may charge for it, once for each that was asked; answers what that one is taken to have used.
   * Usage that was counted adds up; a guess stands only where nothing was counted.
   */
  spend({ usage, price, receivedBytes }: Spent): Charge {
    if (this.#order.api === 'count_tokens') return free
    const taken = usage ?? this.#guess(receivedBytes)
    const cost = costMicros(price, taken)
    const before = usage ? this.#known : nothingUsed
    const use = { requests: 1, tokens: before.tokens + taken.inputTokens + taken.outputTokens, costMicros: before.costMicros + cost }
    if (usage) this.#known = use
    else this.#guessed = use
    return usage ? { usage, costMicros: cost } : { usage: taken, isEstimated: true, costMicros: cost }
  }

  /** Puts the real use in the place of what was reserved; only the first call counts. Who reached no provider gets everything back. */
  settle(): void {
    if (this.#isSettled) return
    this.#isSettled = true
    if (this.#taken.length > 0) this.#finish(this.#taken, this.#known.requests > 0 ? this.#known : this.#guessed)
  }

  // Nobody counted: what was sent is taken at its estimate, and of the answer what came.
  #guess(receivedBytes: number): Usage {
    const { estimate: reserved, stream } = this.#order
    return { inputTokens: reserved.inputTokens, outputTokens: outputSeen(receivedBytes, stream, reserved.outputTokens), cachedTokens: 0, cacheWriteTokens: 0 }
  }
}
