import jwt from 'jsonwebtoken'

export function read(token: string) {
  // ruleid: unverified-token
  return jwt.decode(token, { complete: true })
}
