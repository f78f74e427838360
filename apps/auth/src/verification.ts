import type { Principal } from '@elder/contracts/auth'
import { ServiceError } from '@elder/errors'
import type { Key } from './directory.ts'
import { isUsable } from './key-rules.ts'
import { digestOf, parseKey, sameDigest } from './key-material.ts'

export interface KeyLookup {
  findKeyWithDigest(id: string): Promise<{ key: Key; digest: Uint8Array } | undefined>
}

export type Verification = { readonly principal: Principal; readonly key: Key }
export type VerificationResult = 'ok' | 'KEY_UNKNOWN' | 'KEY_REVOKED' | 'KEY_EXPIRED'

/**
 * Identifies the key in a text. Whether it was revoked or has expired is returned only for the right secret. Any other
 * text, with the form of a key or not, is unknown.
 */
export function createVerifier(store: KeyLookup, pepper: string, now: () => Date, observe: (result: VerificationResult) => void) {
  const refuse = (reason: Exclude<VerificationResult, 'ok'>, message: string): ServiceError => {
    observe(reason)
    return new ServiceError('unauthenticated', message, { reason })
  }
  return async (text: string): Promise<Verification> => {
    const parts = parseKey(text)
    if (!parts) throw refuse('KEY_UNKNOWN', 'this is not a key of this platform; a key reads elder_<8 characters>_<43 characters>')
    const found = await store.findKeyWithDigest(parts.id)
    if (!found || !sameDigest(digestOf(pepper, parts.secret), found.digest)) throw refuse('KEY_UNKNOWN', 'this key is not known here; create one with `elder keys`')
    const { key } = found
    if (key.revokedAt) throw refuse('KEY_REVOKED', `key ${key.id} was revoked at ${key.revokedAt.toISOString()}; create another one`)
    if (!isUsable(key, now())) throw refuse('KEY_EXPIRED', `key ${key.id} expired at ${key.expiresAt?.toISOString()}; create another one`)
    observe('ok')
    return { key, principal: { subject: key.userId, name: key.userName, role: key.role, keyId: key.id } }
  }
}
