import { keyRevoked, teamRenamed, usagePolicyChanged, userRoleChanged, userTeamChanged } from '@elder/contracts'
import { PolicyScope } from '@elder/contracts/auth-usage'
import type { Broker } from '@elder/messaging'
import type { Caller } from './identity.ts'
import { createRecentTable } from './recent-table.ts'

export type CallerEvents = Pick<Broker, 'connected' | 'onConnectionChange' | 'subscribe'>

export interface CachedCaller {
  readonly caller: Caller
  readonly expiresAtMs: number
  readonly verifiedAtMs: number
  /** Set when the broker comes back, because revocations may have been missed meanwhile. */
  isSuspect: boolean
}

export interface CallerCacheSettings {
  readonly capacity: number
  readonly trustedWithoutBrokerMs: number
}

/** The callers of keys by the key's hash. Events about a caller remove it. */
export class CallerCache {
  readonly #callers: ReturnType<typeof createRecentTable<CachedCaller>>
  readonly #events: CallerEvents
  readonly #now: () => number
  readonly #trustedWithoutBrokerMs: number
  readonly #stops: (() => void)[]
  #generation = 0

  constructor(events: CallerEvents, now: () => number, { capacity, trustedWithoutBrokerMs }: CallerCacheSettings) {
    this.#callers = createRecentTable<CachedCaller>(capacity)
    this.#events = events
    this.#now = now
    this.#trustedWithoutBrokerMs = trustedWithoutBrokerMs
    this.#stops = [
      events.subscribe(keyRevoked, ({ keyId }) => this.#forget(({ principal }) => principal.keyId === keyId)),
      events.subscribe(userRoleChanged, ({ userId }) => this.#forget(({ principal }) => principal.subject === userId)),
      events.subscribe(userTeamChanged, ({ userId }) => this.#forget(({ principal }) => principal.subject === userId)),
      events.subscribe(teamRenamed, ({ teamId }) => this.#forget((caller) => caller.teamId === teamId)),
      events.subscribe(usagePolicyChanged, ({ scope, subject }) => this.#forget((caller) => appliesTo(caller, scope, subject))),
      events.onConnectionChange((connected) => {
        if (connected) this.#suspectAll()
      }),
    ]
  }

  /** Grows with each event: an answer of auth that was requested in an earlier generation may be outdated, and is not cached. */
  get generation(): number {
    return this.#generation
  }

  get(digest: string): CachedCaller | undefined {
    return this.#callers.get(digest)
  }

  isFresh(cached: CachedCaller): boolean {
    return !cached.isSuspect && (this.#events.connected || this.#now() - cached.verifiedAtMs <= this.#trustedWithoutBrokerMs)
  }

  /** Caches a caller that auth was asked for in this generation. */
  put(digest: string, cached: CachedCaller, generation: number): void {
    if (generation === this.#generation) this.#callers.set(digest, cached)
  }

  delete(digest: string): void {
    this.#callers.delete(digest)
  }

  stop(): void {
    for (const stop of this.#stops) stop()
  }

  #forget(matches: (caller: Caller) => boolean): void {
    this.#generation++
    // Collected first, because the cache must not be changed while it is iterated.
    const gone = [...this.#callers].filter(([, { caller }]) => matches(caller))
    for (const [digest] of gone) this.#callers.delete(digest)
  }

  #suspectAll(): void {
    this.#generation++
    for (const cached of this.#callers.values()) cached.isSuspect = true
  }
}

function appliesTo({ principal, teamId }: Caller, scope: PolicyScope, subject: string): boolean {
  if (scope === PolicyScope.POLICY_SCOPE_TEAM) return teamId === subject
  return (scope === PolicyScope.POLICY_SCOPE_USER ? principal.subject : principal.keyId) === subject
}
