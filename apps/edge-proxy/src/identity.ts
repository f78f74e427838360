import { hash } from 'node:crypto'
import type { Principal, VerifyKeyResponse } from '@elder/contracts/auth'
import type { UsagePolicy } from '@elder/contracts/auth-usage'
import { ServiceError } from '@elder/errors'
import { CallerCache, type CachedCaller, type CallerEvents } from './caller-cache.ts'
import type { Metrics } from './metrics.ts'
import { createRecentTable } from './recent-table.ts'

/** The authenticated caller and its limits. */
export interface Caller {
  readonly principal: Principal
  /** Empty: no team. */
  readonly teamId: string
  /** The team's display name. */
  readonly teamName: string
  /** 0: the edge's default applies. */
  readonly requestsPerMinute: number
  /** The policies of the key, the user and the team, as far as they have any. All of them apply. */
  readonly policies: readonly UsagePolicy[]
}

export interface IdentitySettings {
  readonly capacity: number
  /** While the broker is away no revocations arrive, so an entry older than this is verified again before it is used. */
  readonly trustedWithoutBrokerMs: number
  /** While auth is away too, an entry is used for at most this long after it was last verified. */
  readonly trustedWithoutAuthMs: number
  readonly refusalMs: number
}

export const identitySettings: IdentitySettings = { capacity: 10_000, trustedWithoutBrokerMs: 30_000, trustedWithoutAuthMs: 15 * 60_000, refusalMs: 5_000 }

const keyShape = /^elder_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}$/

export interface IdentityParts {
  readonly verify: (key: string) => Promise<VerifyKeyResponse>
  readonly broker: CallerEvents
  readonly metrics: Metrics
  readonly now?: () => number
  readonly settings?: IdentitySettings
}

interface Refusal {
  readonly error: ServiceError
  readonly untilMs: number
}

/** Finds out who the caller of a key is. Callers are cached by the key's hash until an event reports a revocation or a role change. */
export class Identity {
  readonly #verify: IdentityParts['verify']
  readonly #metrics: Metrics
  readonly #now: () => number
  readonly #settings: IdentitySettings
  readonly #callers: CallerCache
  readonly #refusals = createRecentTable<Refusal>(1_000)
  readonly #lookups = new Map<string, Promise<CachedCaller>>()

  constructor({ verify, broker, metrics, now = Date.now, settings = identitySettings }: IdentityParts) {
    this.#verify = verify
    this.#metrics = metrics
    this.#now = now
    this.#settings = settings
    this.#callers = new CallerCache(broker, now, settings)
  }

  /** The caller of a key if it is cached and fresh, so that auth need not be asked. */
  known(key: string): Caller | undefined {
    const cached = keyShape.test(key) ? this.#callers.get(digestOf(key)) : undefined
    if (!cached || cached.expiresAtMs <= this.#now() || !this.#callers.isFresh(cached)) return undefined
    this.#metrics.identities.inc({ source: 'cache' })
    return cached.caller
  }

  /** Throws unauthenticated for an invalid key, and unavailable when it cannot be verified. */
  async identify(key: string): Promise<Caller> {
    if (!keyShape.test(key)) throw new ServiceError('unauthenticated', 'this is not an Elder key: it must look like elder_XXXXXXXX_ and 43 more characters', { reason: 'KEY_MALFORMED' })
    const fresh = this.known(key)
    if (fresh) return fresh
    const digest = digestOf(key)
    const cached = this.#callers.get(digest)
    if (cached) this.#refuseExpired(digest, cached)
    this.#refuseKnown(digest)
    try {
      const { caller } = await this.#lookUpOnce(key, digest)
      this.#metrics.identities.inc({ source: 'auth' })
      return caller
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'unauthenticated') throw error
      if (cached && this.#now() - cached.verifiedAtMs <= this.#settings.trustedWithoutAuthMs) {
        this.#metrics.identities.inc({ source: 'stale' })
        return cached.caller
      }
      throw new ServiceError('unavailable', 'who you are cannot be checked right now: the auth service does not answer', { reason: 'AUTH_AWAY', retryAfterMs: 2_000, cause: error })
    }
  }

  stop(): void {
    this.#callers.stop()
  }

  #refuseExpired(digest: string, { caller, expiresAtMs }: CachedCaller): void {
    if (expiresAtMs > this.#now()) return
    this.#callers.delete(digest)
    throw new ServiceError('unauthenticated', `key ${caller.principal.keyId} has expired: create another one`, { reason: 'KEY_EXPIRED' })
  }

  #refuseKnown(digest: string): void {
    const refusal = this.#refusals.get(digest)
    if (!refusal || refusal.untilMs <= this.#now()) return
    this.#metrics.identities.inc({ source: 'refused' })
    throw refusal.error
  }

  /** Concurrent requests with one key share one call to auth. */
  #lookUpOnce(key: string, digest: string): Promise<CachedCaller> {
    const running = this.#lookups.get(digest)
    if (running) return running
    const lookup = this.#lookUp(key, digest).finally(() => this.#lookups.delete(digest))
    this.#lookups.set(digest, lookup)
    return lookup
  }

  async #lookUp(key: string, digest: string): Promise<CachedCaller> {
    const { generation } = this.#callers
    try {
      const { principal, key: details, policies, teamId, teamName } = await this.#verify(key)
      if (!principal) throw new Error('auth verified a key without saying whose it is')
      const verified: CachedCaller = {
        caller: { principal, teamId, teamName, requestsPerMinute: details?.requestsPerMinute ?? 0, policies },
        expiresAtMs: details?.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
        verifiedAtMs: this.#now(),
        isSuspect: false,
      }
      this.#callers.put(digest, verified, generation)
      return verified
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'unauthenticated') {
        this.#callers.delete(digest)
        this.#refusals.set(digest, { error, untilMs: this.#now() + this.#settings.refusalMs })
      }
      throw error
    }
  }
}

const digestOf = (key: string) => hash('sha256', key, 'base64')

/** The key a request carries: Authorization wins, because some tools send other headers as well. */
export function keyOf(headers: { authorization?: string | undefined; 'x-api-key'?: string | string[] | undefined }): string | undefined {
  const { authorization } = headers
  if (authorization !== undefined) {
    const [, key] = /^Bearer +(\S+) *$/i.exec(authorization) ?? []
    if (key === undefined) throw new ServiceError('unauthenticated', 'the Authorization header must read Bearer and an Elder key', { reason: 'KEY_MALFORMED' })
    return key
  }
  const key = headers['x-api-key']
  return Array.isArray(key) ? key[0] : key
}
