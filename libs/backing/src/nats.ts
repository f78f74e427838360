import { join } from 'node:path'
import { obtainBinary, type Binary, type BinaryOptions, type BinarySource } from './binary.ts'
import { makePrivateFolder, writePrivately } from './disk.ts'
import { awaitFreePort, converse } from './port.ts'
import { readOrCreateSecret } from './secrets.ts'
import type { PreparedServer, ServerOptions } from './server.ts'

const source: BinarySource = {
  name: 'nats-server',
  oldest: [2, 9],
  version: /v(\d+\.\d+\.\d+)/,
  debian: { packages: ['nats-server'], program: 'usr/sbin/nats-server' },
  homebrew: 'nats-server',
}

const user = 'elder'
const defaultMaxStoreBytes = 4 * 1024 ** 3

export function obtainNats(options: BinaryOptions): Promise<Binary> {
  return obtainBinary(source, options)
}

/** Makes a NATS server with JetStream ready to start. */
export async function prepareNats(options: ServerOptions & { maxStoreBytes?: number }): Promise<PreparedServer> {
  const { folder, port, maxStoreBytes = defaultMaxStoreBytes } = options
  const binary = await obtainNats(options)
  makePrivateFolder(folder)
  const password = readOrCreateSecret(folder, 'nats-password')
  const place = join(folder, 'jetstream')
  const file = join(folder, 'nats.conf')
  writePrivately(file, configuration({ port, password, place, maxStoreBytes }))
  return {
    url: `nats://${user}:${password}@127.0.0.1:${port}`,
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

function configuration(settings: { port: number; password: string; place: string; maxStoreBytes: number }): string {
  return `listen: "127.0.0.1:${settings.port}"
server_name: "elder-${settings.port}"
authorization { user: "${user}", password: "${settings.password}" }
jetstream {
  store_dir: ${JSON.stringify(settings.place)}
  max_memory_store: ${256 * 1024 ** 2}
  max_file_store: ${settings.maxStoreBytes}
}
`
}

/** True when a server with JetStream answers there and takes our password. */
function probeNats(port: number, password: string): Promise<boolean> {
  const connectLine = `CONNECT ${JSON.stringify({ user, pass: password, verbose: false, pedantic: false, lang: 'probe', version: '1' })}\r\nPING\r\n`
  return converse(port, [{ expect: /^INFO .*"jetstream":true.*\r\n/ }, { send: connectLine, expect: /PONG\r\n/ }])
}
