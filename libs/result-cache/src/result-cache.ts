import { GetRequest, InvalidateRequest, SetRequest, type CacheServiceDefinition } from '@elder/contracts/cache'
import { toServiceError } from '@elder/errors'
import type { Policy } from '@elder/resilience'
import type { Call, RpcClient } from '@elder/rpc'
import type { Telemetry } from '@elder/telemetry'
import { inBatches } from './batches.ts'
import { resultCacheMetrics } from './metrics.ts'

export interface CacheLookup {
  /** The owner's prefix first: "quality:file:<hash>". */
  readonly key: string
  /** The tags that the entry would carry. */
  readonly tags?: readonly string[]
}

/** A value, or the lease under which a value computed now may be kept; undefined: the cache is away, keep nothing. */
export type CacheResult = { readonly value: Uint8Array } | { readonly lease: string } | undefined

export interface CacheItem extends CacheLookup {
  readonly value: Uint8Array
  /** Absent: the cache service's default. */
  readonly ttlMs?: number
  /** Of the miss that this value answers. Without one the value is kept as of now, whatever was invalidated while it was computed. */
  readonly lease?: string
}

export interface Invalidation {
  readonly keys?: readonly string[]
  readonly tags?: readonly string[]
}

export interface ResultCache {
  /** One result a lookup, in order. Never throws: a cache that is away is a cache that is empty. */
  getMany(lookups: readonly CacheLookup[], call: Call): Promise<CacheResult[]>
  /** Keeps what it can. Never throws. */
  setMany(items: readonly CacheItem[], call: Call): Promise<void>
  /** Once it resolves, no instance serves the invalidated entries. Throws when that is not certain; the caller should retry. */
  invalidate(what: Invalidation, call: Call): Promise<void>
}

/** Creates a client of the cache service. The policy limits how long a lookup may delay the work that it could save. */
export function createResultCache(client: RpcClient<CacheServiceDefinition>, policy: Policy, telemetry: Telemetry): ResultCache {
  const metrics = resultCacheMetrics(telemetry.metrics)
  let away = false

  async function ask<T>(call: Call, method: (call: Call) => Promise<T>): Promise<T> {
    const answer = await policy.execute((signal) => method({ ...call, signal }), call.signal)
    if (away) telemetry.logger.info('the cache answers again')
    away = false
    return answer
  }

  // Logged once per outage; every failure is counted.
  function noteFailure(method: 'get' | 'set', thrown: unknown, call: Call): void {
    metrics.failed(method)
    if (away || call.signal.aborted) return
    away = true
    const { code, message } = toServiceError(thrown)
    telemetry.logger.warn({ method, code, err: thrown }, `the cache does not answer, going on without it: ${message}`)
  }

  async function getBatch(lookups: CacheLookup[], call: Call): Promise<CacheResult[]> {
    try {
      const request = GetRequest.fromPartial({ lookups: lookups.map(({ key, tags = [] }) => ({ key, tags: [...tags] })) })
      const { entries } = await ask(call, (each) => client.get(request, each))
      const hits = entries.filter(({ found }) => found).length
      metrics.lookedUp('hit', hits)
      metrics.lookedUp('miss', entries.length - hits)
      return lookups.map((_, index) => {
        const entry = entries[index]
        if (entry === undefined) return undefined
        return entry.found ? { value: entry.value } : { lease: entry.lease }
      })
    } catch (error) {
      noteFailure('get', error, call)
      metrics.lookedUp('away', lookups.length)
      return lookups.map(() => undefined)
    }
  }

  async function setBatch(items: CacheItem[], call: Call): Promise<void> {
    try {
      const request = SetRequest.fromPartial({
        items: items.map(({ key, tags = [], value, ttlMs = 0, lease = '' }) => ({ key, tags: [...tags], value, ttlMillis: BigInt(Math.round(ttlMs)), lease })),
      })
      await ask(call, (each) => client.set(request, each))
    } catch (error) {
      noteFailure('set', error, call)
    }
  }

  return {
    getMany: async (lookups, call) => (await Promise.all(inBatches(lookups).map((batch) => getBatch(batch, call)))).flat(),
    async setMany(items, call) {
      const batches = inBatches(items.filter(({ value }) => value.byteLength <= maxValueBytes), ({ value }) => value.byteLength)
      await Promise.all(batches.map((batch) => setBatch(batch, call)))
    },
    async invalidate({ keys = [], tags = [] }, call) {
      try {
        const batches = [...inBatches(keys).map((batch) => ({ keys: batch })), ...inBatches(tags).map((batch) => ({ tags: batch }))]
        await Promise.all(batches.map((batch) => ask(call, (each) => client.invalidate(InvalidateRequest.fromPartial(batch), each))))
      } catch (error) {
        metrics.failed('invalidate')
        throw toServiceError(error)
      }
    },
  }
}

// A larger value is not worth its transport; the cache service would refuse the whole call.
const maxValueBytes = 4 * 1024 * 1024
