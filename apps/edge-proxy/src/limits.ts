import { LRUCache } from 'lru-cache'
import { ServiceError } from '@elder/errors'
import type { Redis } from '@elder/redis'
import type { Policy } from '@elder/resilience'
import type { Metrics } from './metrics.ts'

export interface Allowance {
  readonly limit: number
  readonly remaining: number
  readonly resetMs: number
}

export interface Limits {
  /** Takes one request from the key's minute. Throws resource_exhausted when none is left; a Redis that is away is not an error. */
  take(keyId: string, limit: number): Promise<Allowance>
}

const windowMs = 60_000

// A minute begins with its first request, so that a boundary of the clock gives nobody a second share.
const takeScript = `local taken = redis.call('INCR', KEYS[1])
if taken == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { taken, redis.call('PTTL', KEYS[1]) }`

interface Window {
  readonly taken: number
  readonly resetMs: number
}

export interface LimitsParts {
  readonly redis: Pick<Redis, 'eval' | 'status'>
  readonly policy: Policy
  readonly metrics: Metrics
  readonly now?: () => number
}

/** Requests a minute, counted in Redis for all edges, by this edge alone while Redis is away. */
export function createLimits({ redis, policy, metrics, now = Date.now }: LimitsParts): Limits {
  const takeHere = localWindows(now)

  async function takeShared(keyId: string): Promise<Window | undefined> {
    if (redis.status !== 'ready') return undefined
    try {
      const [taken, resetMs] = (await policy.execute(() => redis.eval(takeScript, 1, `limit:${keyId}`, windowMs))) as [number, number]
      return { taken, resetMs: resetMs > 0 ? resetMs : windowMs }
    } catch (error) {
      if (error instanceof ServiceError) return undefined
      throw error
    }
  }

  async function take(keyId: string, limit: number): Promise<Allowance> {
    const shared = await takeShared(keyId)
    const { taken, resetMs } = shared ?? takeHere(keyId)
    const limiter = shared ? 'redis' : 'local'
    if (taken > limit) {
      metrics.limited.inc({ limiter, decision: 'refused' })
      throw new ServiceError('resource_exhausted', `key ${keyId} may send ${limit} requests a minute: try again in ${Math.ceil(resetMs / 1_000)} s`, { reason: 'RATE_LIMIT_EXCEEDED', retryAfterMs: resetMs })
    }
    metrics.limited.inc({ limiter, decision: 'allowed' })
    return { limit, remaining: limit - taken, resetMs }
  }
  return { take }
}

function localWindows(now: () => number): (keyId: string) => Window {
  const windows = new LRUCache<string, { taken: number; endsAtMs: number }>({ max: 10_000 })
  return (keyId) => {
    let window = windows.get(keyId)
    if (!window || window.endsAtMs <= now()) windows.set(keyId, (window = { taken: 0, endsAtMs: now() + windowMs }))
    window.taken++
    return { taken: window.taken, resetMs: window.endsAtMs - now() }
  }
}

/** In the words that OpenAI's clients know. */
export function limitHeaders({ limit, remaining, resetMs }: Allowance): Record<string, string> {
  return {
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-reset-requests': `${Math.ceil(resetMs / 1_000)}s`,
  }
}
