import type { Held } from './plan.ts'
import type { Refusal } from './refusals.ts'
import type { Taken } from './reservation.ts'

/** What a request wants of one limit. */
export interface Want extends Held {
  readonly take: number
}

/** What became of a request's wants: all of them, or none. */
export type Outcome = { readonly taken: readonly Taken[] } | { readonly refusals: readonly Refusal[] }

export function isRefused(outcome: Outcome): outcome is { readonly refusals: readonly Refusal[] } {
  return 'refusals' in outcome
}
