import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { ServiceError } from '@elder/errors'
import { openProviders, type Providers } from './providers.ts'
import { loadProviders } from './setting-files.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

test('an ejected provider is probed, and has its place back as soon as it answers', async () => {
  let status = 503
  const probed: string[] = []
  const server = createServer((request, response) => {
    probed.push(request.url ?? '')
    response.writeHead(status).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close().closeAllConnections())
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const entry = { baseUrl, breaker: { failures: 1, pauseMs: 600_000 }, probe: { path: '/healthy', everyMs: 10 } }
  const { providers: loaded } = loadProviders(JSON.stringify([{ ...entry, name: 'one' }, { name: 'two', baseUrl, priority: 1 }]), { directory: '/nowhere', allowAbsolute: false })
  const providers: Providers = openProviders(loaded, { upstream: { connectionsPerProvider: 4, proxies: { httpProxy: '', httpsProxy: '', noProxy: '' } }, logger: { warn: () => {} } })
  closers.push(() => providers.close())
  const names = () => providers.routesFor('m', 'chat').map(({ provider }) => provider.name)
  const [one] = providers.routesFor('m', 'chat')
  for (let failure = 0; failure < 10; failure++) {
    one?.circuit.failed(new ServiceError('unavailable', 'broken'), Date.now())
    one?.provider.failed(Date.now())
  }
  expect(names()).toEqual(['two', 'one'])
  await vi.waitFor(() => expect(probed.length).toBeGreaterThan(2))
  expect(names()).toEqual(['two', 'one'])
  status = 200
  await vi.waitFor(() => expect(names()).toEqual(['one', 'two']))
  expect(new Set(probed)).toEqual(new Set(['/v1/healthy']))
})
