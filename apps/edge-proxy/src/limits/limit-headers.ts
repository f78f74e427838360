import type { Line } from './plan.ts'

/** The state of the key's requests per minute, as the headers that OpenAI clients know. */
export type LimitHeaders = Record<string, string>

export function setLimitHeaders({ held: [minute] }: Line, headers: LimitHeaders, nowMs: number): void {
  const { counter, amount } = minute
  const left = amount - (counter.known ?? 0) - counter.alone
  headers['x-ratelimit-limit-requests'] = String(amount)
  headers['x-ratelimit-remaining-requests'] = String(Math.max(0, left))
  headers['x-ratelimit-reset-requests'] = `${Math.max(1, Math.ceil((counter.endsAtMs - nowMs) / 1_000))}s`
}
