import type { Api, GenerationRequest, Usage } from '@elder/dialects'
import { costMicros, type Price } from '@elder/providers'
import { Claim } from './claim.ts'
import { outputSeen, type Estimate } from './estimate.ts'
import type { Line } from './plan.ts'

/** The usage of a request at one provider. */
export interface Spent {
  /** Undefined: the provider did not report it. */
  readonly usage: Usage | undefined
  readonly price: Price | undefined
  readonly received: Received
}

/** The received part of an answer. */
export interface Received {
  readonly bytes: number
  /** The provider sent it as a stream, whatever the client asked for. */
  readonly asEvents: boolean
}

/** The usage and cost attributed to one provider. */
export interface Charge {
  readonly usage: Usage
  readonly isEstimated?: true
  readonly costMicros: number
}

/** The real usage of a request by meter. */
export interface Use {
  readonly requests: number
  readonly tokens: number
  readonly costMicros: number
}

// Requests that only count tokens use none.
const free: Charge = { usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0 }, costMicros: 0 }

export const nothingUsed: Use = { requests: 0, tokens: 0, costMicros: 0 }

/** The service tier that a request asks for, which may have another price. */
export function tierOf({ service_tier: tier }: GenerationRequest['value']): string | undefined {
  return typeof tier === 'string' ? tier : undefined
}

/** The usage reserved for a request until it has ended. */
export class Reservation extends Claim {
  // The request itself is not kept: it may be large, and its answer may take an hour.
  readonly #api: Api
  readonly #tier: string | undefined
  readonly #estimate: Estimate
  readonly #finish: (reservation: Reservation, use: Use) => void
  #known = nothingUsed
  #guessed = nothingUsed

  constructor(line: Line, { api, value }: GenerationRequest, estimate: Estimate, cost: number, finish: (reservation: Reservation, use: Use) => void) {
    super(line, line.isMetered ? estimate.inputTokens + estimate.outputTokens : 0, cost)
    this.#api = api
    this.#tier = tierOf(value)
    this.#estimate = estimate
    this.#finish = finish
  }

  /** Whether its exact usage is needed. */
  get isMetered(): boolean {
    return this.line.isMetered
  }

  /**
   * Adds the usage of one provider that may charge for its attempt, and returns what is attributed to it. Reported usage adds up;
   * an estimate is used only while none was reported.
   */
  spend({ usage, price, received }: Spent): Charge {
    if (this.#api === 'count_tokens') return free
    const taken = usage ?? this.guess(received)
    const cost = costMicros(price, taken, this.#tier)
    const before = usage ? this.#known : nothingUsed
    const use = { requests: 1, tokens: before.tokens + taken.inputTokens + taken.outputTokens, costMicros: before.costMicros + cost }
    if (usage) this.#known = use
    else this.#guessed = use
    return usage ? { usage, costMicros: cost } : { usage: taken, isEstimated: true, costMicros: cost }
  }

  /** The usage of an attempt for which the provider reports none: the estimate of the request, and of the received part of the answer. */
  guess({ bytes, asEvents }: Received): Usage {
    const { inputTokens, outputTokens } = this.#estimate
    return { inputTokens, outputTokens: outputSeen(bytes, asEvents, outputTokens), cachedTokens: 0, cacheWriteTokens: 0 }
  }

  /** Replaces the reservation by the real usage; only the first call counts. Without a provider attempt everything is given back. */
  settle(): void {
    if (this.isOver) return
    this.isOver = true
    // If it is granted later, the code that grants it gives it back.
    if (this.grant) this.#finish(this, this.#known.requests > 0 ? this.#known : this.#guessed)
  }
}
