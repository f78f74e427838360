import jwt from 'jsonwebtoken'
import simple from 'jwt-simple'

export function read(token: string, key: string) {
  // ruleid: jwt-misuse
  const loose = jwt.verify(token, key, { algorithms: ['HS256', 'none'] })
  // ruleid: jwt-misuse
  const old = jwt.verify(token, key, { ignoreExpiration: true })
  // ruleid: jwt-misuse
  const open = simple.decode(token, key, true)
  // ruleid: jwt-misuse
  return [loose, old, open, jwt.sign({ a: 1 }, key, { algorithm: 'none' })]
}
