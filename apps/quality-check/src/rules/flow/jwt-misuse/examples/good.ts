import jwt from 'jsonwebtoken'
import simple from 'jwt-simple'

export function read(token: string, key: string) {
  // ok: jwt-misuse
  const claims = jwt.verify(token, key, { algorithms: ['RS256'] })
  // ok: jwt-misuse
  return [claims, simple.decode(token, key), jwt.sign({ a: 1 }, key, { expiresIn: '1h' })]
}
