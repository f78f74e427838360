import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const shape = /^elder_([A-Za-z0-9]{8})_([A-Za-z0-9_-]{43})$/

export interface KeyParts {
  /** Public: stands in lists, logs and audit entries. */
  readonly id: string
  readonly secret: string
}

/** A new key: 8 random characters to name it and 256 random bits to prove it. */
export function mintKey(): KeyParts {
  const id = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return { id, secret: randomBytes(32).toString('base64url') }
}

/** What the owner is shown, once. */
export function keyText(parts: KeyParts): string {
  return `elder_${parts.id}_${parts.secret}`
}

/** Undefined when the text is not in the shape of a key. */
export function parseKey(text: string): KeyParts | undefined {
  const match = shape.exec(text)
  return match?.[1] && match[2] ? { id: match[1], secret: match[2] } : undefined
}

/** What is kept of a secret. 256 random bits need no slow hash; the pepper makes a stolen table worthless. */
export function digestOf(pepper: string, secret: string): Buffer {
  return createHmac('sha256', pepper).update(secret).digest()
}

/** Takes the same time wherever the two differ. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
