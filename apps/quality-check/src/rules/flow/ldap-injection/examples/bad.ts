import ldap from 'ldapjs'
import type { Request, Response } from 'express'

const client = ldap.createClient({ url: 'ldaps://directory.example.com' })

export function find(req: Request, res: Response) {
  const options = { filter: `(uid=${req.query.user})`, scope: 'sub' }
  // ruleid: ldap-injection
  client.search('ou=people,dc=example,dc=com', options, (error, found) => res.json(found))
  // ruleid: ldap-injection
  client.bind('uid=' + req.body.user + ',dc=example,dc=com', req.body.password, () => undefined)
}
