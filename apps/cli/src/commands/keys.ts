import { defineCommand, usageError, wholeNumber } from '../command.ts'
import { withEdge } from '../credentials.ts'
import { fetchAll } from '../pages.ts'
import { localTime } from '../terminal.ts'
import { noArguments, onlyArgument, secondWord } from '../words.ts'

interface Key {
  readonly id: string
  readonly userName: string
  readonly role: string
  readonly label?: string
  readonly createdAt: string
  readonly expiresAt?: string
  readonly revokedAt?: string
}

const roles = ['admin', 'lead', 'developer']
const dayMs = 86_400_000

export const command = defineCommand({
  usage: 'keys create [--user NAME] [--role ROLE] [--label TEXT] [--expires DAYS] | keys list | keys revoke ID',
  about: 'Creates, lists and revokes API keys. A new key is shown only once. A revoked key is refused everywhere within a second.',
  options: {
    user: { type: 'string', value: 'NAME', help: 'create: the owner of the key (default: developer); a new user is created' },
    role: { type: 'string', value: 'ROLE', help: "create: admin, lead or developer (default: the role of the user; required for a new user)" },
    label: { type: 'string', value: 'TEXT', help: 'create: a description' },
    expires: { type: 'string', value: 'DAYS', help: 'create: days until it expires (default: never)' },
    'requests-per-minute': { type: 'string', value: 'N', help: 'create: limit of this key (default: the limit of the platform)' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  async run({ values, positionals: [word, ...rest] }, context) {
    const action = secondWord('keys', ['create', 'list', 'revoke'], word)
    const { terminal } = context
    if (action !== 'revoke') noArguments(`keys ${action}`, rest)
    if (action === 'list') {
      const items = (await withEdge(context, (edge) => fetchAll(edge, '/v1/keys'), 'admin')) as Key[]
      if (values.json) terminal.json({ items })
      else terminal.table(['id', 'user', 'role', 'created', 'expires', 'state', 'label'], items.map((key) => [key.id, key.userName, key.role, localTime(key.createdAt), localTime(key.expiresAt), key.revokedAt === undefined ? 'valid' : `revoked ${localTime(key.revokedAt)}`, key.label ?? '']))
      return 0
    }
    if (action === 'revoke') {
      const id = onlyArgument(command, 'key id', rest)
      const key = await withEdge(context, (edge) => edge.request<Key>('DELETE', `/v1/keys/${encodeURIComponent(id)}`), 'admin')
      if (values.json) terminal.json(key)
      else terminal.print(`revoked ${key.id} of ${key.userName}`)
      return 0
    }
    if (values.role !== undefined && !roles.includes(values.role)) throw usageError(`--role must be one of ${roles.join(', ')}, got ${JSON.stringify(values.role)}`)
    const body = {
      userName: values.user ?? 'developer',
      ...(values.role === undefined ? {} : { role: values.role }),
      ...(values.label === undefined ? {} : { label: values.label }),
      ...(values.expires === undefined ? {} : { expiresAt: new Date(Date.now() + dayMs * wholeNumber('--expires', values.expires, 1, 36_500)).toISOString() }),
      ...(values['requests-per-minute'] === undefined ? {} : { requestsPerMinute: wholeNumber('--requests-per-minute', values['requests-per-minute'], 1, 100_000_000) }),
    }
    const created = await withEdge(context, (edge) => edge.request<{ key: Key; secret: string }>('POST', '/v1/keys', { body }), 'admin')
    if (values.json) terminal.json(created)
    else {
      terminal.note(`key ${created.key.id} of ${created.key.userName} (${created.key.role}); it is shown only once:`)
      terminal.print(created.secret)
    }
    return 0
  },
})
