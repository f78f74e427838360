import { AnswerCacheMode } from '@elder/contracts/auth-usage'
import { Outcome } from '@elder/contracts/edge-events'
import type { GenerationRequest } from '@elder/dialects'
import { ServiceError } from '@elder/errors'
import type { ResultCache } from '@elder/result-cache'
import { serviceCall } from '@elder/rpc'
import type { Exchange } from '../exchange.ts'
import { addTap } from '../generation/answer-tap.ts'
import { leftOutHeaders } from '../generation/provider-answers.ts'
import { repeatsKey } from '../guardrails/json-scan.ts'
import { answerKey } from './answer-key.ts'
import { cacheControlOf, cacheUseOf } from './cache-control.ts'
import { createFlights, type Turn } from './flights.ts'
import type { AnswerCacheMetrics } from './metrics.ts'
import { Recorder } from './recorder.ts'
import { decodeAnswer, encodeAnswer, inForm, storable, type StoredAnswer } from './stored-answer.ts'

/** A stored answer, in the form that this request asks for. */
export interface Hit {
  readonly body: Buffer
  readonly provider: string
  readonly usage: NonNullable<ReturnType<typeof decodeAnswer>>['usage']
}

export interface AnswerCacheParts {
  readonly cache: ResultCache
  readonly settings: { readonly ttlMs: number; readonly lookupMs: number }
  readonly metrics: AnswerCacheMetrics
  readonly now?: () => number
}

const storeWithinMs = 2_000
/** After waiting this long for another request's answer, a request asks a provider itself. */
const maxWaitMs = 30_000

/** An entry that the cache does not have yet. */
interface MissingEntry {
  readonly key: string
  readonly tags: string[]
  readonly lease?: string
}

/** The cache of answers. An unavailable cache counts as empty. */
export class AnswerCache {
  readonly #cache: ResultCache
  readonly #settings: AnswerCacheParts['settings']
  readonly #metrics: AnswerCacheMetrics
  readonly #now: () => number
  readonly #flights: ReturnType<typeof createFlights<StoredAnswer>>

  constructor({ cache, settings, metrics, now = Date.now }: AnswerCacheParts) {
    this.#cache = cache
    this.#settings = settings
    this.#metrics = metrics
    this.#now = now
    this.#flights = createFlights<StoredAnswer>(now)
  }

  /** Undefined, without waiting, for a request that does not use the cache. After a miss the answer of the provider is stored. */
  find(mode: AnswerCacheMode | undefined, exchange: Exchange, request: GenerationRequest, body: Buffer): Promise<Hit | undefined> | undefined {
    const { headers } = exchange.request
    const setMode = mode ?? AnswerCacheMode.ANSWER_CACHE_MODE_UNSPECIFIED
    if (setMode === AnswerCacheMode.ANSWER_CACHE_MODE_UNSPECIFIED && headers['x-elder-cache'] === undefined) return undefined
    const use = cacheUseOf(setMode, headers, request)
    // Parsers disagree about duplicate keys: the answer may belong to another reading than the one that the key is made of.
    if (use === 'use') return repeatsKey(body) ? this.#reportOutcome(exchange, 'bypass') : this.#lookUp(exchange, request)
    return use === 'unasked' ? undefined : this.#reportOutcome(exchange, use)
  }

  async #lookUp(exchange: Exchange, request: GenerationRequest): Promise<Hit | undefined> {
    const scope = scopeOf(exchange)
    const key = scope === undefined ? undefined : answerKey(request, scope, exchange.request.headers)
    if (key === undefined) return this.#reportOutcome(exchange, 'bypass')
    const { mayRead, mayStore, maxAgeMs } = cacheControlOf(exchange.request.headers)
    const tags = [`edge:answers:${scope}`]
    const [found] = mayRead ? await this.#cache.getMany([{ key, tags }], serviceCall('edge-proxy', this.#settings.lookupMs, exchange.signal)) : []
    const stored = found && 'value' in found ? decodeAnswer(found.value) : undefined
    const ageMs = stored ? Math.max(0, this.#now() - stored.storedAtMs) : 0
    const body = stored && ageMs <= maxAgeMs ? inForm(request, stored) : undefined
    if (stored && body) return this.#hit(exchange, stored, body, ageMs)
    const { answer, land } = mayRead && mayStore ? await this.#join(exchange, key) : {}
    const shared = answer && inForm(request, answer)
    if (shared) return this.#hit(exchange, answer, shared, 0)
    if (mayStore) this.#storeLater(exchange, request, { key, tags, ...(found && 'lease' in found && { lease: found.lease }) }, land)
    return this.#reportOutcome(exchange, mayRead ? 'miss' : 'bypass')
  }

  /** Waits for a running request that asks the same. At most half of the client's time-out is spent on this, so that a provider can still be asked. */
  async #join(exchange: Exchange, key: string): Promise<Turn<StoredAnswer>> {
    const until = this.#now() + Math.min(maxWaitMs, (exchange.timeoutMs ?? Number.POSITIVE_INFINITY) / 2)
    const turn = await this.#flights.join(key, until, exchange.signal)
    if (!exchange.hasLeft) return turn
    turn.land?.(undefined)
    throw new ServiceError('cancelled', 'the client left')
  }

  #storeLater(exchange: Exchange, request: GenerationRequest, entry: MissingEntry, land?: (answer: StoredAnswer | undefined) => void): void {
    let recorder: Recorder | undefined
    addTap(exchange, () => (recorder = new Recorder()))
    void exchange.closed.then(() => {
      const answer = completeAnswer(exchange, request, recorder?.answer, this.#now())
      land?.(answer)
      if (!answer) return
      this.#metrics('stored')
      void this.#cache.setMany([{ ...entry, value: encodeAnswer(answer), ttlMs: this.#settings.ttlMs }], serviceCall('edge-proxy', storeWithinMs))
    })
  }

  #hit(exchange: Exchange, stored: StoredAnswer, body: Buffer, ageMs: number): Hit {
    exchange.headers.age = String(Math.floor(ageMs / 1_000))
    Object.assign(exchange.headers, leftOutHeaders(stored.leftOut))
    this.#reportOutcome(exchange, 'hit')
    return { body, provider: stored.provider, usage: stored.usage }
  }

  #reportOutcome(exchange: Exchange, outcome: 'hit' | 'miss' | 'bypass' | 'off'): undefined {
    exchange.headers['x-elder-cache'] = outcome
    this.#metrics(outcome)
  }
}

/** Only an answer that was sent whole and without an error may be stored. */
function completeAnswer({ completion, response, leftOut }: Exchange, request: GenerationRequest, sent: Buffer | undefined, now: number): StoredAnswer | undefined {
  if (!sent || completion?.outcome !== Outcome.OUTCOME_OK || !response.writableFinished || response.statusCode !== 200) return undefined
  return storable(request, sent, { provider: completion.provider ?? '', leftOut, storedAtMs: now })
}

/** The scope of stored answers: the team, else the user. */
function scopeOf({ caller }: Exchange): string | undefined {
  if (!caller) return undefined
  return caller.teamId === '' ? `user:${caller.principal.subject}` : `team:${caller.teamId}`
}
