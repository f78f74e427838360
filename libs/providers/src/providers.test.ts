import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openProviders, type Providers } from './providers.ts'
import { loadProviders } from './setting-files.ts'

const opened: Providers[] = []
const servers: Server[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((providers) => providers.close()))
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

const direct = { connectionsPerProvider: 10, proxies: { httpProxy: '', httpsProxy: '', noProxy: '' } }
const quiet = { warn: () => {} }

function open(settings: readonly object[], upstream = direct, now: () => number = Date.now): Providers {
  const { providers: loaded, faults } = loadProviders(JSON.stringify(settings), { directory: '/nowhere', allowAbsolute: false })
  expect(faults).toEqual([])
  const providers = openProviders(loaded, { upstream, logger: quiet, now })
  opened.push(providers)
  return providers
}

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const lister = (ids: () => readonly string[], seen: string[] = []) =>
  createServer((request, response) => {
    seen.push(request.url ?? '')
    response.end(JSON.stringify({ data: ids().map((id) => ({ id })) }))
  })

test('a model goes to the provider that names it, else to the first that names none', () => {
  const providers = open([
    { name: 'open', baseUrl: 'http://127.0.0.1:1/v1' },
    { name: 'named', baseUrl: 'http://127.0.0.1:2/v1', models: ['m-1', 'elder/none'] },
  ])
  expect(providers.routesFor('m-1', 'chat').map(({ provider }) => provider.name)).toEqual(['named'])
  expect(providers.routesFor('anything', 'chat').map(({ provider }) => provider.name)).toEqual(['open'])
  expect(() => providers.routesFor('elder/other', 'chat')).toThrow(/there are: elder\/sages, m-1/)
})

test('a list of models is asked for once a minute, and a provider that is away keeps its last one', async () => {
  let now = 0
  const seen: string[] = []
  const server = lister(() => ['m-1'], seen)
  const port = await listen(server)
  const providers = open([{ name: 'p', baseUrl: `http://127.0.0.1:${port}/v1` }], direct, () => now)
  await providers.models()
  await providers.models()
  expect(seen).toEqual(['/v1/models'])
  now = 61_000
  server.close().closeAllConnections()
  expect((await providers.models()).map(({ id }) => id)).toEqual(['elder/sages', 'm-1'])
})

test('a provider without a list, or with a strange one, is left out', async () => {
  const port = await listen(createServer((_, response) => response.end('<html>')))
  const providers = open([{ name: 'p', baseUrl: `http://127.0.0.1:${port}/v1` }])
  expect(await providers.models()).toEqual([{ id: 'elder/sages', ownedBy: 'elder' }])
})

test('providers elsewhere are reached through the corporate proxy, those of this machine and of NO_PROXY are not', async () => {
  const target = await listen(lister(() => ['m-1']))
  const tunnelled: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, client) => {
    tunnelled.push(request.url ?? '')
    const upstream = connect(target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 ok\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
  })
  proxy.on('request', (request, response) => {
    tunnelled.push(request.url ?? '')
    response.end(JSON.stringify({ data: [{ id: 'm-1' }] }))
  })
  const httpProxy = `http://127.0.0.1:${await listen(proxy)}`
  const upstream = { connectionsPerProvider: 10, proxies: { httpProxy, httpsProxy: '', noProxy: 'inside.invalid' } }
  const list = async (baseUrl: string) => (await open([{ name: 'p', baseUrl }], upstream).models()).length
  expect(await list('http://outside.invalid/v1')).toBe(2)
  expect(tunnelled.join()).toContain('outside.invalid')
  tunnelled.length = 0
  expect(await list(`http://127.0.0.1:${target}/v1`)).toBe(2)
  expect(await list('http://inside.invalid/v1')).toBe(1)
  expect(tunnelled).toEqual([])
})
