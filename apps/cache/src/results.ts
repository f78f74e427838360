import { randomUUID } from 'node:crypto'
import { ServiceError, toServiceError } from '@elder/errors'
import { readLease, writeLease, type Lease, type SharedLease } from './lease.ts'
import type { CacheMetrics } from './metrics.ts'
import type { NearCache, NearEntry } from './near-cache.ts'

export interface Lookup {
  readonly key: string
  readonly tags: readonly string[]
}

export interface Item extends Lookup {
  readonly value: Buffer
  readonly ttlMs: number | undefined
  /** The lease that the caller returns; empty without one. */
  readonly lease: string
}

export type Answer = { readonly found: true; readonly value: Buffer } | { readonly found: false; readonly lease: string }

export interface SharedLookup extends Lookup {
  /** The id of the write whose value is in this instance's memory. */
  readonly known: string | undefined
}

export type SharedAnswer =
  | { readonly outcome: 'same' }
  | { readonly outcome: 'found'; readonly id: string; readonly value: Buffer; readonly ttlMs: number; readonly tags: readonly string[] }
  | { readonly outcome: 'missed'; readonly lease: SharedLease }

export interface SharedItem extends Lookup {
  readonly id: string
  readonly value: Buffer
  readonly ttlMs: number
  /** When absent, it is stored as of now. */
  readonly lease: SharedLease | undefined
}

/** The store that all instances share. Each method is one round trip and throws while the store is unavailable. */
export interface SharedStore {
  get(lookups: readonly SharedLookup[]): Promise<SharedAnswer[]>
  /** Whether each item was stored. */
  set(items: readonly SharedItem[]): Promise<boolean[]>
  invalidate(keys: readonly string[], tags: readonly string[]): Promise<void>
}

export interface ResultsOptions {
  readonly shared: SharedStore
  readonly near: NearCache
  readonly metrics: CacheMetrics
  readonly ttl: { readonly defaultMs: number; readonly maxMs: number; readonly jitterPercent: number }
  /** Announces an invalidation to other instances, without waiting for them. */
  readonly announce: (keys: readonly string[], tags: readonly string[]) => void
  /** Calls back when the shared store begins to fail, and with undefined when it works again. */
  readonly onAvailability: (failure: ServiceError | undefined) => void
  readonly instance: string
}

/**
 * Serves results from the shared store. The store confirms every hit, even if the value is in this instance's memory. So an invalidated entry
 * is served by no instance from that moment on. While the store is unavailable, untagged entries are served from memory
 * as long as invalidation events arrive; everything else is a miss.
 */
export class Results {
  readonly #options: ResultsOptions
  #isFailing = false

  constructor(options: ResultsOptions) {
    this.#options = options
  }

  async get(lookups: readonly Lookup[]): Promise<Answer[]> {
    const { shared, near } = this.#options
    const { generation } = near
    const known = lookups.map(({ key }) => near.get(key))
    const asked = await this.#askShared(() => shared.get(lookups.map(({ key, tags }, index) => ({ key, tags, known: known[index]?.id }))))
    return lookups.map((lookup, index) => {
      if ('failure' in asked) return this.#getNear(lookup, generation)
      return this.#takeShared(lookup, known[index], asked.answer[index] as SharedAnswer, generation)
    })
  }

  /** Returns how many were stored. */
  async set(items: readonly Item[]): Promise<number> {
    const { near, metrics, ttl } = this.#options
    const { generation } = near
    const drafts = items.map((item): Draft => ({ item, id: randomUUID(), ttlMs: drawTtlMs(item.ttlMs, ttl), lease: item.lease === '' ? undefined : readLease(item.lease) }))
    // A lease that was not issued is not current.
    const valid = drafts.filter(({ item, lease }) => item.lease === '' || lease)
    const outcomes = [
      ...(await this.#setShared(valid.filter(({ lease }) => !lease || lease.shared), generation)),
      ...valid.filter(({ lease }) => lease && !lease.shared).map((draft) => this.#setNear(draft)),
    ]
    for (const outcome of outcomes) metrics.set(outcome)
    for (let i = outcomes.length; i < items.length; i++) metrics.set('dropped')
    return outcomes.filter((outcome) => outcome !== 'dropped').length
  }

  async invalidate(keys: readonly string[], tags: readonly string[]): Promise<void> {
    if (keys.length + tags.length === 0) return
    const { shared, near, metrics, announce } = this.#options
    const asked = await this.#askShared(() => shared.invalidate(keys, tags))
    // Announced after the shared store: a concurrent read has an older generation by then, so its result is not stored.
    near.drop(keys, tags)
    metrics.invalidated('failure' in asked ? 'failed' : 'done', keys.length + tags.length)
    if ('failure' in asked)
      throw new ServiceError('unavailable', 'nothing can be invalidated while redis is unavailable: retry', { reason: 'CACHE_STORE_AWAY', retryAfterMs: 1_000, cause: asked.failure })
    announce(keys, tags)
  }

  async #askShared<T>(ask: () => Promise<T>): Promise<{ answer: T } | { failure: ServiceError }> {
    const { onAvailability } = this.#options
    try {
      const answer = await ask()
      if (this.#isFailing) onAvailability(undefined)
      this.#isFailing = false
      return { answer }
    } catch (error) {
      const failure = toServiceError(error)
      if (!this.#isFailing) onAvailability(failure)
      this.#isFailing = true
      return { failure }
    }
  }

  /** Without the shared store. */
  #getNear({ key, tags }: Lookup, generation: number): Answer {
    const { near, metrics, instance } = this.#options
    const entry = near.listening && tags.length === 0 ? near.get(key) : undefined
    if (entry && entry.tags.length === 0) return this.#hit('near_alone', entry.value)
    metrics.lookedUp('away')
    return { found: false, lease: writeLease({ instance, generation, shared: undefined }) }
  }

  #takeShared({ key }: Lookup, known: NearEntry | undefined, answer: SharedAnswer, generation: number): Answer {
    const { near, metrics, instance } = this.#options
    if (answer.outcome === 'same' && known) return this.#hit('near', known.value)
    if (answer.outcome === 'found') {
      near.put(key, answer, answer.ttlMs, generation)
      return this.#hit('shared', answer.value)
    }
    if (known) near.remove(key, known)
    metrics.lookedUp('miss')
    return { found: false, lease: writeLease({ instance, generation, shared: answer.outcome === 'missed' ? answer.lease : undefined }) }
  }

  #hit(outcome: 'near' | 'near_alone' | 'shared', value: Buffer): Answer {
    this.#options.metrics.lookedUp(outcome)
    this.#options.metrics.moved('served', value.byteLength)
    return { found: true, value }
  }

  async #setShared(drafts: readonly Draft[], generation: number): Promise<Outcome[]> {
    if (drafts.length === 0) return []
    const { shared, near } = this.#options
    const asked = await this.#askShared(() => shared.set(drafts.map(({ item, id, ttlMs, lease }) => ({ key: item.key, tags: item.tags, value: item.value, id, ttlMs, lease: lease?.shared }))))
    return drafts.map((draft, index) => {
      if ('failure' in asked) return this.#setNear(draft)
      if (!asked.answer[index]) return 'dropped'
      near.put(draft.item.key, { id: draft.id, value: draft.item.value, tags: draft.item.tags }, draft.ttlMs, generation)
      return 'kept'
    })
  }

  /** Without the shared store: only untagged entries, and none that may have been invalidated meanwhile. */
  #setNear({ item, lease, ttlMs }: Draft): Outcome {
    const { near, instance } = this.#options
    if (item.tags.length > 0 || (lease && !(lease.instance === instance && lease.generation === near.generation))) return 'dropped'
    return near.put(item.key, { id: undefined, value: item.value, tags: [] }, ttlMs, near.generation) ? 'near_alone' : 'dropped'
  }
}

/** A random part is subtracted (jitter), so that entries stored together do not all expire together. */
function drawTtlMs(asked: number | undefined, { defaultMs, maxMs, jitterPercent }: ResultsOptions['ttl']): number {
  return Math.max(1, Math.round(Math.min(asked ?? defaultMs, maxMs) * (1 - (Math.random() * jitterPercent) / 100)))
}

interface Draft {
  readonly item: Item
  readonly id: string
  readonly ttlMs: number
  readonly lease: Lease | undefined
}

type Outcome = 'kept' | 'near_alone' | 'dropped'
