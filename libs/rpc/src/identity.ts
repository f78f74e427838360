import { jwtVerify, SignJWT } from 'jose'
import type { Metadata } from '@grpc/grpc-js'
import type { AuthServiceDefinition, Principal, Role } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import { serviceCall } from './call.ts'
import type { RpcClient } from './client.ts'

/** Resolves with the principal that owns a key, or throws unauthenticated. */
export type VerifyKey = (key: string, signal: AbortSignal) => Promise<Principal>

export const principalKey = 'elder-principal'
// Longer than any deadline between services, so that a token never dies under a running call.
const tokenLifetimeSeconds = 300
const reuseMs = 60_000
const maxRemembered = 1_000
const claims = { issuer: 'elder', audience: 'elder-internal' }

/** Signs the principal for the next service. The signing key never leaves the platform. */
export function principalSigner(service: string, secret: string): (principal: Principal) => Promise<string> {
  const key = new TextEncoder().encode(secret)
  const sign = ({ subject, name, role, keyId }: Principal) =>
    new SignJWT({ name, role, keyId, via: service })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(subject)
      .setIssuer(claims.issuer)
      .setAudience(claims.audience)
      .setExpirationTime(`${tokenLifetimeSeconds}s`)
      .sign(key)
  // A signature costs as much as the rest of a small call, so the same caller's is reused for a minute.
  const recent = remember<Promise<string>>()
  return (principal) => recent(JSON.stringify(principal), Date.now() + reuseMs, () => sign(principal))
}

/** Identifies the caller: a service that forwards a signed principal, or a client with an API key. */
export function identifyCaller(secret: string, verifyKey: VerifyKey): (metadata: Metadata, signal: AbortSignal) => Promise<Caller> {
  const key = new TextEncoder().encode(secret)
  const recent = remember<Promise<Caller>>()
  return async (metadata, signal) => {
    const token = first(metadata, principalKey)
    // Cached for less than the remaining lifetime of a forwarded token.
    if (token !== undefined) return recent(token, Date.now() + reuseMs, () => verifyToken(token, key))
    const [scheme, credential] = first(metadata, 'authorization')?.split(' ') ?? []
    if (scheme?.toLowerCase() === 'bearer' && credential) return { principal: await verifyKey(credential, signal), via: '' }
    throw new ServiceError('unauthenticated', 'no identity: send "authorization: Bearer <key>" metadata', { reason: 'IDENTITY_MISSING' })
  }
}

interface Caller {
  readonly principal: Principal
  readonly via: string
}

async function verifyToken(token: string, key: Uint8Array): Promise<Caller> {
  try {
    const { payload } = await jwtVerify(token, key, { ...claims, algorithms: ['HS256'] })
    const { sub = '', name, role, keyId, via } = payload as { sub?: string; name: string; role: Role; keyId: string; via: string }
    return { principal: { subject: sub, name, role, keyId }, via }
  } catch (error) {
    throw new ServiceError('unauthenticated', 'the signed principal is not valid', { reason: 'PRINCIPAL_INVALID', cause: error })
  }
}

/** Caches the principals of the most recent keys until they expire. Failures are not cached. */
function remember<T extends Promise<unknown>>(): (key: string, until: number, make: () => T) => T {
  const kept = new Map<string, { value: T; until: number }>()
  return (key, until, make) => {
    const found = kept.get(key)
    if (found && found.until > Date.now()) return found.value
    const value = make()
    value.catch(() => kept.delete(key))
    kept.delete(key)
    kept.set(key, { value, until })
    const oldest = kept.keys().next()
    if (kept.size > maxRemembered && !oldest.done) kept.delete(oldest.value)
    return value
  }
}

/** Verifies direct callers' keys at auth, on every call: a revoked key is refused at once. */
export function verifyKeyBy(auth: RpcClient<AuthServiceDefinition>, service: string): VerifyKey {
  return async (key, signal) => {
    const { principal } = await auth.verifyKey({ key }, serviceCall(service, 5_000, signal))
    if (!principal) throw new ServiceError('internal', 'auth answered without a principal')
    return principal
  }
}

function first(metadata: Metadata, name: string): string | undefined {
  const value = metadata.get(name)[0]
  return typeof value === 'string' ? value : undefined
}
