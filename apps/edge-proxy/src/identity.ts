import { hash } from 'node:crypto'
import { keyRevoked, teamRenamed, usagePolicyChanged, userRoleChanged, userTeamChanged } from '@elder/contracts'
import type { Principal, VerifyKeyResponse } from '@elder/contracts/auth'
import { PolicyScope, type UsagePolicy } from '@elder/contracts/auth-usage'
import { ServiceError } from '@elder/errors'
import type { Broker } from '@elder/messaging'
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

export interface Identity {
  /** The caller of a key if it is cached and fresh, so that auth need not be asked. */
  known(key: string): Caller | undefined
  /** Throws unauthenticated for an invalid key, and unavailable when it cannot be verified. */
  identify(key: string): Promise<Caller>
  stop(): void
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

interface Entry {
  readonly caller: Caller
  readonly expiresAtMs: number
  readonly verifiedAtMs: number
  /** Set when the broker comes back, because revocations may have been missed meanwhile. */
  suspect: boolean
}

const keyShape = /^elder_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}$/

export interface IdentityParts {
  readonly verify: (key: string) => Promise<VerifyKeyResponse>
  readonly broker: Pick<Broker, 'connected' | 'onConnectionChange' | 'subscribe'>
  readonly metrics: Metrics
  readonly now?: () => number
  readonly settings?: IdentitySettings
}

/** Caches the callers of keys, by the key's hash, until an event reports a revocation or a role change. */
export function createIdentity({ verify, broker, metrics, now = Date.now, settings = identitySettings }: IdentityParts): Identity {
  const entries = createRecentTable<Entry>(settings.capacity)
  const refusals = createRecentTable<{ error: ServiceError; untilMs: number }>(1_000)
  const lookups = new Map<string, Promise<Entry>>()
  // Counts the events received: an answer of auth that was requested before the latest event may be outdated, and is not cached.
  let heard = 0

  const forget = (matches: (caller: Caller) => boolean) => {
    heard++
    // Collected first, because the cache must not be changed while it is iterated.
    const gone = [...entries].filter(([, { caller }]) => matches(caller))
    for (const [digest] of gone) entries.delete(digest)
  }
  const stops = [
    broker.subscribe(keyRevoked, ({ keyId }) => forget(({ principal }) => principal.keyId === keyId)),
    broker.subscribe(userRoleChanged, ({ userId }) => forget(({ principal }) => principal.subject === userId)),
    broker.subscribe(userTeamChanged, ({ userId }) => forget(({ principal }) => principal.subject === userId)),
    broker.subscribe(teamRenamed, ({ teamId }) => forget((caller) => caller.teamId === teamId)),
    broker.subscribe(usagePolicyChanged, ({ scope, subject }) => forget((caller) => appliesTo(caller, scope, subject))),
    broker.onConnectionChange((connected) => {
      if (!connected) return
      heard++
      for (const entry of entries.values()) entry.suspect = true
    }),
  ]

  function isFresh(entry: Entry): boolean {
    return !entry.suspect && (broker.connected || now() - entry.verifiedAtMs <= settings.trustedWithoutBrokerMs)
  }

  async function lookUp(key: string, digest: string): Promise<Entry> {
    const before = heard
    try {
      const { principal, key: details, policies, teamId, teamName } = await verify(key)
      if (!principal) throw new Error('auth verified a key without saying whose it is')
      const entry: Entry = {
        caller: { principal, teamId, teamName, requestsPerMinute: details?.requestsPerMinute ?? 0, policies },
        expiresAtMs: details?.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
        verifiedAtMs: now(),
        suspect: false,
      }
      if (heard === before) entries.set(digest, entry)
      return entry
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'unauthenticated') {
        entries.delete(digest)
        refusals.set(digest, { error, untilMs: now() + settings.refusalMs })
      }
      throw error
    }
  }

  /** Concurrent requests with one key share one call to auth. */
  function lookUpOnce(key: string, digest: string): Promise<Entry> {
    const running = lookups.get(digest)
    if (running) return running
    const lookup = lookUp(key, digest).finally(() => lookups.delete(digest))
    lookups.set(digest, lookup)
    return lookup
  }

  function known(key: string): Caller | undefined {
    const entry = keyShape.test(key) ? entries.get(digestOf(key)) : undefined
    if (!entry || entry.expiresAtMs <= now() || !isFresh(entry)) return undefined
    metrics.identities.inc({ source: 'cache' })
    return entry.caller
  }

  async function identify(key: string): Promise<Caller> {
    if (!keyShape.test(key)) throw new ServiceError('unauthenticated', 'this is not an Elder key: it must look like elder_XXXXXXXX_ and 43 more characters', { reason: 'KEY_MALFORMED' })
    const fresh = known(key)
    if (fresh) return fresh
    const digest = digestOf(key)
    const entry = entries.get(digest)
    if (entry && entry.expiresAtMs <= now()) {
      entries.delete(digest)
      throw new ServiceError('unauthenticated', `key ${entry.caller.principal.keyId} has expired: create another one`, { reason: 'KEY_EXPIRED' })
    }
    const refusal = refusals.get(digest)
    if (refusal && refusal.untilMs > now()) {
      metrics.identities.inc({ source: 'refused' })
      throw refusal.error
    }
    try {
      const { caller } = await lookUpOnce(key, digest)
      metrics.identities.inc({ source: 'auth' })
      return caller
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'unauthenticated') throw error
      if (entry && now() - entry.verifiedAtMs <= settings.trustedWithoutAuthMs) {
        metrics.identities.inc({ source: 'stale' })
        return entry.caller
      }
      throw new ServiceError('unavailable', 'who you are cannot be checked right now: the auth service does not answer', { reason: 'AUTH_AWAY', retryAfterMs: 2_000, cause: error })
    }
  }

  return { known, identify, stop: () => stops.forEach((stop) => stop()) }
}

const digestOf = (key: string) => hash('sha256', key, 'base64')

function appliesTo({ principal, teamId }: Caller, scope: PolicyScope, subject: string): boolean {
  if (scope === PolicyScope.POLICY_SCOPE_TEAM) return teamId === subject
  return (scope === PolicyScope.POLICY_SCOPE_USER ? principal.subject : principal.keyId) === subject
}

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
