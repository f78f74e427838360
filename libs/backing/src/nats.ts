import { join } from 'node:path'
import { brokerUsers, type BrokerUser } from '@elder/contracts'
import { obtainBinary, type Binary, type BinaryOptions, type BinarySource } from './binary.ts'
import { makePrivateFolder, writePrivately } from './disk.ts'
import { permissionsOf } from './nats-users.ts'
import { awaitFreePort, converse } from './port.ts'
import { readOrCreatePassword } from './secrets.ts'
import type { PreparedServer, ServerOptions } from './server.ts'

const source: BinarySource = {
  name: 'nats-server',
  oldest: [2, 9],
  version: /v(\d+\.\d+\.\d+)/,
  debian: { packages: ['nats-server'], program: 'usr/sbin/nats-server' },
  homebrew: 'nats-server',
}

/** May do everything: for the administrator of the server. No service has its password. */
const operator = 'elder'
const defaultMaxStoreBytes = 4 * 1024 ** 3

export function obtainNats(options: BinaryOptions): Promise<Binary> {
  return obtainBinary(source, options)
}

export interface PreparedNats extends PreparedServer {
  /** For each service, as a user who may do on this server what the contracts let the service do. */
  urls: Record<BrokerUser, string>
}

/** Makes a NATS server with JetStream ready to start. Its `url` is the operator's, who may do everything. */
export async function prepareNats(options: ServerOptions & { maxStoreBytes?: number }): Promise<PreparedNats> {
  const { folder, port, maxStoreBytes = defaultMaxStoreBytes } = options
  const binary = await obtainNats(options)
  makePrivateFolder(folder)
  const password = readOrCreatePassword(folder, 'nats-password')
  const passwords = brokerUsers.map((user) => [user, readOrCreatePassword(folder, `nats-password-${user}`)] as const)
  const place = join(folder, 'jetstream')
  const file = join(folder, 'nats.conf')
  writePrivately(file, configuration({ port, users: [`{ user: "${operator}", password: "${password}" }`, ...passwords.map(serviceUser)], place, maxStoreBytes }))
  const urlOf = (user: string, secret: string) => `nats://${user}:${secret}@127.0.0.1:${port}`
  return {
    url: urlOf(operator, password),
    urls: Object.fromEntries(passwords.map(([user, secret]) => [user, urlOf(user, secret)])) as Record<BrokerUser, string>,
    place,
    spec: {
      name: 'nats',
      command: binary.path,
      args: ['-c', file, '-a', '127.0.0.1'],
      env: binary.env,
      stopSignal: 'SIGTERM',
      beforeStart: () => awaitFreePort('nats', port),
      probe: () => probeNats(port, password),
    },
  }
}

function serviceUser([user, password]: readonly [BrokerUser, string]): string {
  const { publish, subscribe } = permissionsOf(user)
  return `{ user: "${user}", password: "${password}", permissions: { publish: ${JSON.stringify(publish)}, subscribe: ${JSON.stringify(subscribe)} } }`
}

function configuration(settings: { port: number; users: readonly string[]; place: string; maxStoreBytes: number }): string {
  return `listen: "127.0.0.1:${settings.port}"
server_name: "elder-${settings.port}"
authorization {
  users: [
    ${settings.users.join('\n    ')}
  ]
}
jetstream {
  store_dir: ${JSON.stringify(settings.place)}
  max_memory_store: ${256 * 1024 ** 2}
  max_file_store: ${settings.maxStoreBytes}
}
`
}

/** True when a server with JetStream answers there and takes our password. */
function probeNats(port: number, password: string): Promise<boolean> {
  const connectLine = `CONNECT ${JSON.stringify({ user: operator, pass: password, verbose: false, pedantic: false, lang: 'probe', version: '1' })}\r\nPING\r\n`
  return converse(port, [{ expect: /^INFO .*"jetstream":true.*\r\n/ }, { send: connectLine, expect: /PONG\r\n/ }])
}
