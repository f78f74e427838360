import type { IncomingHttpHeaders } from 'node:http'
import { AnswerCacheMode } from '@elder/contracts/auth-usage'
import type { GenerationRequest } from '@elder/dialects'
import { isRepeatable, isWhole } from './answer-key.ts'

/** How the answer cache treats a request; the value of X-Elder-Cache if it is neither a hit nor a miss. */
export type CacheUse = 'unasked' | 'off' | 'bypass' | 'use'

export interface CacheControl {
  readonly mayRead: boolean
  readonly mayStore: boolean
  readonly maxAgeMs: number
}

/** The policy overrides the header; without either the cache is not used. */
export function cacheUseOf(mode: AnswerCacheMode, headers: IncomingHttpHeaders, request: GenerationRequest): CacheUse {
  const isAsked = headers['x-elder-cache'] === 'use'
  if (mode === AnswerCacheMode.ANSWER_CACHE_MODE_OFF) return isAsked ? 'off' : 'unasked'
  if (isAsked) return isWhole(request) ? 'use' : 'bypass'
  if (mode !== AnswerCacheMode.ANSWER_CACHE_MODE_ON) return 'unasked'
  return isRepeatable(request) ? 'use' : 'bypass'
}

/** The request's Cache-Control directives that concern stored answers. */
export function cacheControlOf(headers: IncomingHttpHeaders): CacheControl {
  const directives = (headers['cache-control'] ?? '').toLowerCase().split(',').map((directive) => directive.trim())
  const isUnstored = directives.includes('no-store')
  const age = directives.map((directive) => /^max-age="?(\d{1,9})"?$/.exec(directive)?.[1]).find((seconds) => seconds !== undefined)
  return { mayRead: !isUnstored && !directives.includes('no-cache'), mayStore: !isUnstored, maxAgeMs: age === undefined ? Number.POSITIVE_INFINITY : Number(age) * 1_000 }
}
