import { join } from 'node:path'
import { obtainBinary, type Binary, type BinaryOptions, type BinarySource } from './binary.ts'
import { makePrivateFolder, writePrivately } from './disk.ts'
import { awaitFreePort, converse } from './port.ts'
import { readOrCreatePassword } from './secrets.ts'
import type { PreparedServer, ServerOptions } from './server.ts'

const source: BinarySource = {
  name: 'redis-server',
  oldest: [6, 2],
  version: /v=(\d+\.\d+\.\d+)/,
  debian: { packages: ['redis-server', 'redis-tools'], program: 'usr/bin/redis-server' },
  homebrew: 'redis',
}

const defaultMaxMemoryBytes = 256 * 1024 ** 2

export function obtainRedis(options: BinaryOptions): Promise<Binary> {
  return obtainBinary(source, options)
}

/** Makes a Redis server ready to start. It holds nothing that must survive: a restart begins empty. */
export async function prepareRedis(options: ServerOptions & { maxMemoryBytes?: number }): Promise<PreparedServer> {
  const { folder, port, maxMemoryBytes = defaultMaxMemoryBytes } = options
  const binary = await obtainRedis(options)
  makePrivateFolder(folder)
  const password = readOrCreatePassword(folder, 'redis-password')
  const file = join(folder, 'redis.conf')
  writePrivately(file, configuration({ port, password, folder, maxMemoryBytes }))
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    place: folder,
    spec: {
      name: 'redis',
      command: binary.path,
      args: [file],
      env: binary.env,
      stopSignal: 'SIGTERM',
      beforeStart: () => awaitFreePort('redis', port),
      probe: () => converse(port, [{ send: `AUTH ${password}\r\nPING\r\n`, expect: /^\+OK\r\n\+PONG\r\n/ }]),
    },
  }
}

function configuration(settings: { port: number; password: string; folder: string; maxMemoryBytes: number }): string {
  // volatile-lru: sessions and limiter counters expire too, but entries without an expiry are never the ones to go.
  return `bind 127.0.0.1
port ${settings.port}
requirepass ${settings.password}
daemonize no
dir ${JSON.stringify(settings.folder)}
save ""
appendonly no
maxmemory ${settings.maxMemoryBytes}
maxmemory-policy volatile-lru
`
}
