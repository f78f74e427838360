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

/** A value, or the lease under which a value computed now may be stored; undefined: the cache is unavailable, store nothing. */
export type CacheResult = { readonly value: Uint8Array } | { readonly lease: string } | undefined

export interface CacheItem extends CacheLookup {
  readonly value: Uint8Array
  /** Absent: the cache service's default. */
  readonly ttlMs?: number
  /** Of the lookup that missed. Without one the value is stored even if its key was invalidated while it was computed. */
  readonly lease?: string
}

export interface Invalidation {
  readonly keys?: readonly string[]
  readonly tags?: readonly string[]
}

export interface ResultCache {
  /** One result per lookup, in order. Never throws: an unavailable cache counts as empty. */
  getMany(lookups: readonly CacheLookup[], call: Call): Promise<CacheResult[]>
  /** Stores what it can. Never throws. */
  setMany(items: readonly CacheItem[], call: Call): Promise<void>
  /** Once it resolves, no instance serves the invalidated entries. Throws when that is not certain; the caller should retry. */
  invalidate(what: Invalidation, call: Call): Promise<void>
}

// A larger value is not worth its transport; the cache service would refuse the whole call.
const maxValueBytes = 4 * 1024 * 1024

/** Creates a client of the cache service. The policy limits how long a lookup may delay the work that it could save. */
export function createResultCache(client: RpcClient<CacheServiceDefinition>, policy: Policy, telemetry: Telemetry): ResultCache {
  return new RemoteResultCache(client, policy, telemetry)
}

class RemoteResultCache implements ResultCache {
  readonly #client: RpcClient<CacheServiceDefinition>
  readonly #policy: Policy
  readonly #logger: Telemetry['logger']
  readonly #metrics: ReturnType<typeof resultCacheMetrics>
  #isAway = false

  constructor(client: RpcClient<CacheServiceDefinition>, policy: Policy, { logger, metrics }: Telemetry) {
    this.#client = client
    this.#policy = policy
    this.#logger = logger
    this.#metrics = resultCacheMetrics(metrics)
  }

  async getMany(lookups: readonly CacheLookup[], call: Call): Promise<CacheResult[]> {
    return (await Promise.all(inBatches(lookups).map((batch) => this.#getBatch(batch, call)))).flat()
  }

  async setMany(items: readonly CacheItem[], call: Call): Promise<void> {
    const batches = inBatches(items.filter(({ value }) => value.byteLength <= maxValueBytes), ({ value }) => value.byteLength)
    await Promise.all(batches.map((batch) => this.#setBatch(batch, call)))
  }

  async invalidate({ keys = [], tags = [] }: Invalidation, call: Call): Promise<void> {
    try {
      const batches = [...inBatches(keys).map((batch) => ({ keys: batch })), ...inBatches(tags).map((batch) => ({ tags: batch }))]
      await Promise.all(batches.map((batch) => this.#ask(call, (each) => this.#client.invalidate(InvalidateRequest.fromPartial(batch), each))))
    } catch (error) {
      this.#metrics.failed('invalidate')
      throw toServiceError(error)
    }
  }

  async #getBatch(lookups: CacheLookup[], call: Call): Promise<CacheResult[]> {
    try {
      const request = GetRequest.fromPartial({ lookups: lookups.map(({ key, tags = [] }) => ({ key, tags: [...tags] })) })
      const { entries } = await this.#ask(call, (each) => this.#client.get(request, each))
      const hits = entries.filter(({ found }) => found).length
      this.#metrics.lookedUp('hit', hits)
      this.#metrics.lookedUp('miss', entries.length - hits)
      return lookups.map((_, index) => {
        const entry = entries[index]
        if (entry === undefined) return undefined
        return entry.found ? { value: entry.value } : { lease: entry.lease }
      })
    } catch (error) {
      this.#noteFailure('get', error, call)
      this.#metrics.lookedUp('away', lookups.length)
      return lookups.map(() => undefined)
    }
  }

  async #setBatch(items: CacheItem[], call: Call): Promise<void> {
    try {
      const request = SetRequest.fromPartial({
        items: items.map(({ key, tags = [], value, ttlMs = 0, lease = '' }) => ({ key, tags: [...tags], value, ttlMillis: BigInt(Math.round(ttlMs)), lease })),
      })
      await this.#ask(call, (each) => this.#client.set(request, each))
    } catch (error) {
      this.#noteFailure('set', error, call)
    }
  }

  async #ask<T>(call: Call, method: (call: Call) => Promise<T>): Promise<T> {
    const answer = await this.#policy.execute((signal) => method({ ...call, signal }), call.signal)
    if (this.#isAway) this.#logger.info('the cache answers again')
    this.#isAway = false
    return answer
  }

  // Logged once per outage; every failure is counted.
  #noteFailure(method: 'get' | 'set', thrown: unknown, call: Call): void {
    this.#metrics.failed(method)
    if (this.#isAway || call.signal.aborted) return
    this.#isAway = true
    const { code, message } = toServiceError(thrown)
    this.#logger.warn({ method, code, err: thrown }, `the cache does not answer, continuing without it: ${message}`)
  }
}
