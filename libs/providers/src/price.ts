import type { Usage } from '@elder/dialects'

/** What a million tokens cost, in the currency that the settings are kept in. */
export interface Price {
  readonly input: number
  readonly output: number
  /** Input that the provider read from its prompt cache. */
  readonly cachedInput: number
  /** Input that it wrote there. */
  readonly cacheWrite: number
}

/** What an answer cost, in millionths of the currency; 0 where no price is known. */
export function costMicros(price: Price | undefined, usage: Usage): number {
  if (!price) return 0
  const plain = Math.max(0, usage.inputTokens - usage.cachedTokens - usage.cacheWriteTokens)
  return Math.ceil(plain * price.input + usage.cachedTokens * price.cachedInput + usage.cacheWriteTokens * price.cacheWrite + usage.outputTokens * price.output)
}
