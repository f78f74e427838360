import type { Usage } from '@elder/dialects'

/** What a million tokens cost, in the currency that the settings are kept in. */
export interface Price {
  readonly input: number
  readonly output: number
  /** Input that the provider read from its prompt cache. */
  readonly cachedInput: number
  /** Input that it wrote there. */
  readonly cacheWrite: number
  /** By the tier of service that a request asks for, where that costs something else. */
  readonly tiers?: Readonly<Record<string, Price>> | undefined
}

/** What an answer cost, in millionths of the currency; 0 where no price is known. A tier without its own price costs the standard one. */
export function costMicros(plainPrice: Price | undefined, usage: Usage, tier?: string): number {
  if (!plainPrice) return 0
  const price = priceIn(plainPrice, tier)
  const plain = Math.max(0, usage.inputTokens - usage.cachedTokens - usage.cacheWriteTokens)
  return Math.ceil(plain * price.input + usage.cachedTokens * price.cachedInput + usage.cacheWriteTokens * price.cacheWrite + usage.outputTokens * price.output)
}

function priceIn(plain: Price, tier: string | undefined): Price {
  const { tiers } = plain
  if (tier === undefined || tiers === undefined || !Object.hasOwn(tiers, tier)) return plain
  return tiers[tier] ?? plain
}
