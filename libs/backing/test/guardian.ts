import { prepareRedis, preparePostgres, prepareNats, runProcess, type PreparedServer } from '../src/index.ts'

// A parent: starts the servers it is told to, says their process numbers, and stays until it is ended.
const { servers, folder, cacheFolder, ports } = JSON.parse(process.argv[2] as string) as { servers: string[]; folder: string; cacheFolder: string; ports: number[] }

const makers: Record<string, (port: number) => Promise<PreparedServer>> = {
  nats: (port) => prepareNats({ folder: `${folder}/nats`, port, cacheFolder }),
  redis: (port) => prepareRedis({ folder: `${folder}/redis`, port, cacheFolder }),
  postgres: async (port) => preparePostgres({ folder: `${folder}/postgres`, port, checkout: folder }),
  stubborn: async () => ({
    url: '',
    place: '',
    spec: { name: 'stubborn', command: '/bin/sh', args: ['-c', "trap '' INT TERM; while :; do sleep 0.1; done"], stopSignal: 'SIGTERM', probe: async () => true },
  }),
}

const pids: number[] = []
for (const [index, name] of servers.entries()) {
  const prepared = await (makers[name] as (port: number) => Promise<PreparedServer>)(ports[index] as number)
  pids.push((await runProcess(prepared.spec)).pid)
  if ('provision' in prepared) await (prepared.provision as () => Promise<void>)()
}
process.on('SIGINT', () => process.stdout.write('interrupted\n'))
process.stdout.write(`${JSON.stringify(pids)}\n`)
