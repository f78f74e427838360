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
