import { ServiceError } from '@elder/errors'
import type { GenerationRequest } from './request.ts'

/** What policies look at: at the top of a request of any format. */
const watched: ReadonlySet<string> = new Set(
  'model models fallbacks stream stream_options n best_of max_tokens max_completion_tokens max_output_tokens n_predict max_new_tokens num_predict thinking messages system instructions input prompt suffix prediction tools temperature'.split(' '),
)

const isPlain = /^[a-z0-9_]*$/

/**
 * Refuses fields that are what policies look at in another case. Servers written in Go take "Model" for "model", the last one wins, and
 * to them the long s and the sign of Kelvin are an s and a k.
 */
export function refuseDisguised({ value }: GenerationRequest): void {
  for (const field in value) {
    if (isPlain.test(field)) continue
    const meant = field.toUpperCase().toLowerCase()
    if (watched.has(meant)) throw new ServiceError('invalid_argument', `${JSON.stringify(field)} is read as ${meant} by some providers: call it ${meant}, once, so that it can be checked as your policies ask`, { reason: 'INVALID_FIELD', field })
  }
}
