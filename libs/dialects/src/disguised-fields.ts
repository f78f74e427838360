import { ServiceError } from '@elder/errors'
import type { GenerationRequest } from './request.ts'

/** The top-level fields that policies check, in any format. */
const watched: ReadonlySet<string> = new Set(
  'model models fallbacks stream stream_options n best_of max_tokens max_completion_tokens max_output_tokens n_predict max_new_tokens num_predict thinking messages system instructions input prompt suffix prediction tools temperature'.split(' '),
)

const isPlain = /^[a-z0-9_]*$/

/**
 * Refuses fields that differ from a checked field only in case. Go's JSON decoder ignores case ("Model" sets "model", the last one wins) and
 * folds the long s (ſ) to s and the Kelvin sign (K) to k, so such a field would reach the provider unchecked.
 */
export function refuseDisguisedFields({ value }: GenerationRequest): void {
  for (const field in value) {
    if (isPlain.test(field)) continue
    const meant = field.toUpperCase().toLowerCase()
    if (watched.has(meant)) throw new ServiceError('invalid_argument', `${JSON.stringify(field)} is read as ${meant} by some providers: call it ${meant}, once, so that it can be checked as your policies ask`, { reason: 'INVALID_FIELD', field })
  }
}
