import ldap from 'ldapjs'
import { filter } from 'ldap-escape'
import type { Request, Response } from 'express'

const client = ldap.createClient({ url: 'ldaps://directory.example.com' })

export function find(req: Request, res: Response) {
  const equals = new ldap.EqualityFilter({ attribute: 'uid', value: req.query.user })
  // ok: ldap-injection
  client.search('ou=people,dc=example,dc=com', { filter: equals }, (error, found) => res.json(found))
  const text = '(uid=' + filter`${req.query.user}` + ')'
  // ok: ldap-injection
  client.search('ou=people,dc=example,dc=com', { filter: '(objectClass=person)' }, () => text)
}
