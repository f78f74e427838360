import jwt from 'jsonwebtoken'

export function invite(user: { resetToken?: string }) {
  // ruleid: insecure-randomness
  user.resetToken = Math.random().toString(36).slice(2)
  // ruleid: insecure-randomness
  const sessionId = `s-${Math.random()}`
  // ruleid: insecure-randomness
  const password = Math.random().toString(36).slice(-8) + '!'
  // ruleid: insecure-randomness
  return jwt.sign({ sessionId, password }, String(Math.random()))
}

export function newResetToken(): string {
  // ruleid: insecure-randomness
  return Math.random().toString(36).slice(2)
}

export function newInvitation(email: string) {
  // ruleid: insecure-randomness
  const code = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`
  return { email, code }
}
