import type { Api, GenerationRequest, Usage } from '@elder/dialects'
import { costMicros, type Price } from '@elder/providers'
import { Claim } from './claim.ts'
import { outputSeen, type Estimate } from './estimate.ts'
import type { Line } from './plan.ts'

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

/** The tier of service that a request asks for: it may cost something else. */
export function tierOf({ service_tier: tier }: GenerationRequest['value']): string | undefined {
  return typeof tier === 'string' ? tier : undefined
}

/** What a request may use until it has ended. */
export class Reservation extends Claim {
  // Not the request itself: it may be large, and its answer may last for an hour.
  readonly #api: Api
  readonly #stream: boolean
  readonly #tier: string | undefined
  readonly #estimate: Estimate
  readonly #finish: (reservation: Reservation, use: Use) => void
  #known = nothingUsed
  #guessed = nothingUsed

  constructor(line: Line, { api, stream, value }: GenerationRequest, estimate: Estimate, cost: number, finish: (reservation: Reservation, use: Use) => void) {
    super(line, line.isMetered ? estimate.inputTokens + estimate.outputTokens : 0, cost)
    this.#api = api
    this.#stream = stream
    this.#tier = tierOf(value)
    this.#estimate = estimate
    this.#finish = finish
  }

  /** Somebody wants to know exactly what comes of it. */
  get isMetered(): boolean {
    return this.line.isMetered
  }

  /**
   * Told by whoever asked a provider that may charge for it, once for each that was asked; answers what that one is taken to have used.
   * Usage that was counted adds up; a guess stands only where nothing was counted.
   */
  spend({ usage, price, receivedBytes }: Spent): Charge {
    if (this.#api === 'count_tokens') return free
    const taken = usage ?? this.#guess(receivedBytes)
    const cost = costMicros(price, taken, this.#tier)
    const before = usage ? this.#known : nothingUsed
    const use = { requests: 1, tokens: before.tokens + taken.inputTokens + taken.outputTokens, costMicros: before.costMicros + cost }
    if (usage) this.#known = use
    else this.#guessed = use
    return usage ? { usage, costMicros: cost } : { usage: taken, isEstimated: true, costMicros: cost }
  }

  /** Puts the real use in the place of what was reserved; only the first call counts. Who reached no provider gets everything back. */
  settle(): void {
    if (this.isOver) return
    this.isOver = true
    // What is granted later is given back by whoever grants it.
    if (this.grant) this.#finish(this, this.#known.requests > 0 ? this.#known : this.#guessed)
  }

  // Nobody counted: what was sent is taken at its estimate, and of the answer what came.
  #guess(receivedBytes: number): Usage {
    const { inputTokens, outputTokens } = this.#estimate
    return { inputTokens, outputTokens: outputSeen(receivedBytes, this.#stream, outputTokens), cachedTokens: 0, cacheWriteTokens: 0 }
  }
}
