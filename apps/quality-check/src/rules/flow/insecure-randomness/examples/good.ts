import { randomBytes, randomUUID } from 'node:crypto'

export function invite(user: { resetToken?: string; color?: string }) {
  // ok: insecure-randomness
  user.resetToken = randomBytes(32).toString('hex')
  // ok: insecure-randomness
  const sessionId = randomUUID()
  // ok: insecure-randomness
  user.color = colors[Math.floor(Math.random() * colors.length)]
  // ok: insecure-randomness
  const delay = 100 + Math.random() * 50
  return { sessionId, delay }
}

export function unique(body: string): string {
  // ok: insecure-randomness
  const code = `const _${Math.random().toString(36).slice(2)} = ${body}`
  return code
}

export function letter(): number {
  // ok: insecure-randomness
  const code = 97 + Math.floor(Math.random() * 26)
  return code
}
