import jwt from 'jsonwebtoken'

export function issue(user: { id: string; name: string }, key: string) {
  // ok: secret-in-token
  return jwt.sign({ id: user.id, name: user.name }, key)
}
