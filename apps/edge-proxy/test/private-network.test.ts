import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer as createProxy, type Server as HttpServer } from 'node:http'
import { createServer, type Server } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { errorOf, question, startRig, type Rig } from './rig.ts'

let rig: Rig
let provider: Server
let proxy: HttpServer
const tunnelled: string[] = []
const host = 'models.inside.invalid'

beforeAll(async () => {
  rig = await startRig()
  signCertificate(rig.folder)
  const read = (name: string) => readFileSync(join(rig.folder, name))
  provider = createServer({ key: read('server.key'), cert: read('server.pem') }, (request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ choices: [{ message: { content: `over TLS, ${request.headers.authorization}` } }] })))
  })
  await listen(provider)
  proxy = createProxy()
  proxy.on('connect', (request, client) => {
    tunnelled.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    if (request.url?.startsWith('closed.invalid') === true) {
      client.end('HTTP/1.1 403 forbidden\r\n\r\n')
      return
    }
    const upstream = connect(portOf(provider), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 ok\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
  })
  await listen(proxy)
})
afterAll(() => {
  for (const server of [provider, proxy]) server.close().closeAllConnections()
})
beforeEach(() => {
  tunnelled.length = 0
})

/** An authority of our own, and a certificate that it signed. */
function signCertificate(folder: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  writeFileSync(join(folder, 'names'), `subjectAltName=DNS:${host},DNS:closed.invalid,IP:127.0.0.1\n`)
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=authority of this test')
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'server.key', '-out', 'server.csr', '-subj', `/CN=${host}`)
  openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'server.pem', '-days', '2', '-extfile', 'names')
}

function listen(server: HttpServer | Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
}

const portOf = (server: HttpServer | Server) => (server.address() as AddressInfo).port
const proxyUrl = () => `http://127.0.0.1:${portOf(proxy)}`

async function complete(settings: object, env: Record<string, string> = {}): Promise<Response> {
  const file = join(rig.folder, `private-${JSON.stringify(settings).length}-${Object.keys(env).length}.json`)
  writeFileSync(file, JSON.stringify([{ name: 'inside', keyFile: 'key', ...settings }]))
  return (await rig.startEdge({ PROVIDERS_FILE: file }, env)).complete(question)
}

test('a certificate of a private authority is trusted for the provider whose settings name it, and for no other', async () => {
  const baseUrl = `https://127.0.0.1:${portOf(provider)}/v1`
  expect(await (await complete({ baseUrl, caFile: 'ca.pem' })).text()).toContain('over TLS, Bearer provider-key')
  const refused = await complete({ baseUrl })
  expect(refused.status).toBe(502)
  expect(await errorOf(refused)).toMatchObject({ code: 'provider_unreachable', message: expect.stringContaining('name the authority that signed it in caFile') as string })
})

test('a provider elsewhere is reached through the tunnel of the company\'s proxy', async () => {
  const answer = await complete({ baseUrl: `https://${host}/v1`, caFile: 'ca.pem' }, { HTTPS_PROXY: proxyUrl() })
  expect(await answer.text()).toContain('over TLS')
  expect(tunnelled).toEqual([`${host}:443 `])
})

test('a provider\'s own proxy is used whatever the environment says, and none when it says none', async () => {
  const answer = await complete({ baseUrl: `https://${host}:8443/v1`, caFile: 'ca.pem', proxy: proxyUrl() }, { HTTPS_PROXY: 'http://127.0.0.1:9' })
  expect(await answer.text()).toContain('over TLS')
  expect(tunnelled).toEqual([`${host}:8443 `])
  const direct = await complete({ baseUrl: `https://127.0.0.1:${portOf(provider)}/v1`, caFile: 'ca.pem', proxy: 'none' }, { HTTPS_PROXY: 'http://127.0.0.1:9' })
  expect(direct.status).toBe(200)
  expect(tunnelled.length).toBe(1)
})

test('a proxy with a password in the environment gets it, and one that refuses is named as the cause', async () => {
  const withPassword = proxyUrl().replace('http://', 'http://me:secret@')
  expect((await complete({ baseUrl: `https://${host}/v2`, caFile: 'ca.pem' }, { HTTPS_PROXY: withPassword })).status).toBe(200)
  expect(tunnelled[0]).toContain(`Basic ${Buffer.from('me:secret').toString('base64')}`)
  const refused = await complete({ baseUrl: 'https://closed.invalid/v1', caFile: 'ca.pem' }, { HTTPS_PROXY: withPassword })
  expect(await errorOf(refused)).toMatchObject({ code: 'provider_unreachable', message: expect.stringMatching(/the proxy in between refused .*403.*check the proxy setting/) as string })
})
