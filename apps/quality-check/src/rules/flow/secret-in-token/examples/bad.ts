import jwt from 'jsonwebtoken'

export function issue(user: { id: string; password: string }, key: string) {
  // ruleid: secret-in-token
  return jwt.sign({ id: user.id, password: user.password }, key)
}
