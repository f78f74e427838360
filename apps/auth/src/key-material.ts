import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const shape = /^elder_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{43})$/

export interface KeyParts {
  /** The public part, which lists, logs and audit entries contain. */
  readonly id: string
  readonly secret: string
}

/** Generates a key: 8 random characters as its name and 256 random bits as its secret. */
export function mintKey(): KeyParts {
  const id = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return { id, secret: randomBytes(32).toString('base64url') }
}

/** The complete key, which the owner is shown once. */
export function keyText(parts: KeyParts): string {
  return `elder_${parts.id}_${parts.secret}`
}

/** Undefined when the text does not have the form of a key. */
export function parseKey(text: string): KeyParts | undefined {
  const match = shape.exec(text)
  return match?.[1] && match[2] ? { id: match[1], secret: match[2] } : undefined
}

/** The stored hash of a secret. 256 random bits need no slow hash, and without the pepper a stolen table is worthless. */
export function digestOf(pepper: string, secret: string): Buffer {
  return createHmac('sha256', pepper).update(secret).digest()
}

/** Compares in constant time. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
